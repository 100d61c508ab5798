"""Walks the campaigns of plan.toml through sea.csv hour by hour, as slowly and as plainly as it can be said.

    python3 tests/campaigns/oracle.py           writes expected.json
    python3 tests/campaigns/oracle.py --check   compares with it
    python3 tests/campaigns/oracle.py --sea     makes sea.csv anew (then the expected hours are others)

It knows nothing of mudline: a task of the chain begins at the first hour from which on its work can be done by the plan's words, after
the task before it and its lag; the next one follows. What it found is what tests/it/campaigns.rs holds the program against.
"""

import csv
import json
import random
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

try:
    import tomllib
except ImportError:
    print("the campaigns are not walked: that needs Python 3.11 or later")
    sys.exit(0)

HERE = Path(__file__).resolve().parent
FIRST = datetime(2026, 1, 1, tzinfo=timezone.utc)
DAYS, CAMPAIGNS, APART_H = 130, 12, 75


def make_sea():
    """Two channels that rise and fall over days."""
    drawn = random.Random(20260101)
    swell, gusts = 0.0, 0.0
    with open(HERE / "sea.csv", "w", newline="", encoding="utf-8") as file:
        file.write("time,hs_m,wind_ms\n")
        for hour in range(24 * DAYS):
            swell = 0.97 * swell + drawn.gauss(0, 0.17)
            gusts = 0.9 * gusts + drawn.gauss(0, 1.3)
            hs, wind = max(0.2, 1.7 + swell), max(0.0, 8.0 + 2.0 * swell + gusts)
            time = (FIRST + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ")
            file.write(f"{time},{hs:.1f},{wind:.1f}\n")


def number(text):
    return float(text.split()[0])


def is_open(sea, hour, task):
    """Whether every limit holds in an hour."""
    return all(sea[hour][channel] <= number(limit) for channel, limit in task.get("limits", {}).items())


def finish(sea, task, start):
    """The hour at which a task ends that starts at an hour; nothing where it may not start then. An IndexError is the end of the sea."""
    work, reserve = int(number(task["duration"])), int(number(task.get("contingency", "0 h")))
    longest = 0
    if task.get("suspend"):
        longest = int(number(task["max_pause"])) if "max_pause" in task else 10**9
    done, pause, hour, end = 0, 0, start, None
    if not is_open(sea, start, task):
        return None
    while done < work + reserve:
        if is_open(sea, hour, task):
            done, pause = done + 1, 0
        else:
            pause += 1
            if pause > longest:
                return None
        hour += 1
        if done == work and end is None:
            end = hour
    return end


def campaign(sea, tasks, first):
    """Starts and ends of every task, in hours after the first."""
    now, times = first, []
    for task in tasks:
        before = task.get("after", [])
        lag = int(number(before[0]["lag"])) if before and isinstance(before[0], dict) else 0
        start = now + lag
        while (end := finish(sea, task, start)) is None:
            start += 1
        times.append([start - first, end - first])
        now = end
    return times


def main():
    if "--sea" in sys.argv:
        make_sea()
    plan = tomllib.loads((HERE / "plan.toml").read_text(encoding="utf-8"))
    with open(HERE / "sea.csv", newline="", encoding="utf-8") as file:
        sea = [{"hs": float(row["hs_m"]), "wind": float(row["wind_ms"])} for row in csv.DictReader(file)]
    campaigns = []
    for at in range(CAMPAIGNS):
        start = (FIRST + timedelta(hours=at * APART_H)).strftime("%Y-%m-%dT%H:%M:%SZ")
        campaigns.append({"start": start, "times": campaign(sea, plan["task"], at * APART_H)})
    text = json.dumps({"tasks": [task["id"] for task in plan["task"]], "campaigns": campaigns}, indent=None)
    text = text.replace('{"start"', '\n{"start"') + "\n"
    expected = HERE / "expected.json"
    if "--check" in sys.argv:
        if expected.read_text(encoding="utf-8") != text:
            sys.exit("the campaigns are others than those of expected.json")
        print(f"{CAMPAIGNS} campaigns of {len(plan['task'])} tasks, walked hour by hour, are those of expected.json")
    else:
        expected.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
