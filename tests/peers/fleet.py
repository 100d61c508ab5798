"""Whether mudline proves the fleet S of benches/fleet.rs sooner than CP-SAT of Google's OR-Tools, side by side in one run.

    python3 tests/peers/fleet.py             `make peers-fleet` builds first
    python3 tests/peers/fleet.py --check     on shortened plans both prove the same optimum

35 days at 1 h in five synthetic seas: one ship that lifts at three locations, two carriers. Ours: the whole process. Theirs: making and solving
the model of `fleet_cpsat.py`, with two workers. `whole` is the plan but for what is told there; `lean` is a smaller problem with which it begins,
whose proof holds for that alone. The verdict is on `whole`. ortools comes from PyPI into target/peers; it is Apache-2.0, and only run here.
Exit 0 when mudline proves all and is faster to the same optimum on the median, 1 when it is not, 77 when it cannot be measured here.
With --check: 0 when all is proven and agrees, 1 when it does not.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import venv
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "target" / "peers" / "fleet"
MUDLINE = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "mudline"
PACKAGE = "ortools==9.15.6755"
START = datetime(2027, 5, 10)
DAYS, CHECKED_DAYS = 35, (10, 13, 16, 20, 24)
SAIL_H = 86
SAME = 1e-4

def plan(days):
    """The plan of benches/fleet.rs, S."""
    end = START + timedelta(days=days)
    text = f"""[plan]\nname = "S"\nstart = {START.isoformat()}Z\nend = {end.isoformat()}Z\nslot = "1 h"\n[goal]\norder = ["delivered"]
[[weather]]\nid = "sea"\nfile = "weather.csv"\n[[commodity]]\nid = "mud"
[[site]]\nid = "field"\nkind = "sea"\nposition = [23.33, 155.02]\nweather = "sea"
[[site]]\nid = "port-1"\nkind = "port"\nposition = [35.02, 138.51]\nberths = 1
[[vessel]]\nid = "ship-1"\nat = "field"\nhold = {{ mud = "600 t" }}\n[[vessel.gear]]\nid = "stowed"
[[vessel.gear]]\nid = "pipe-down"\nsurvives = {{ hs = "4.5 m", wind = "23 m/s" }}
[[vessel.gear]]\nid = "lifting"\nsurvives = {{ hs = "4 m", wind = "20 m/s" }}\n"""
    for task, hours, gear, leaves, hs, times, pause in [
        ("deploy", 60, "stowed", "pipe-down", 2.8, DAYS // 9, 'suspend = "hold"\n'),
        ("recover", 48, "pipe-down", "stowed", 3.2, DAYS // 9, 'suspend = "hold"\n'),
        ("begin", 6, "pipe-down", "lifting", 2.5, DAYS, ""),
        ("cease", 4, "lifting", "pipe-down", 3.5, DAYS, ""),
    ]:
        text += f"""[[task]]\nid = "{task}-1"\nvessel = "ship-1"\nsite = "field"\nduration = "{hours} h"\ngear = "{gear}"\nleaves = "{leaves}"
limits = {{ hs = "{hs} m" }}\ntimes = "0..{times}"\n{pause}"""
    for location, worth in enumerate((1.0, 0.9, 0.8), 1):
        text += f"""[[sampling]]\nid = "location-1-{location}"\nvessel = "ship-1"\nsite = "field"\ngear = "lifting"\ncommodity = "mud"
rate = "350 t/d"\nmin_run = "6 h"\nlimits = {{ hs = "2.8 m" }}\nat_most = "1200 t"\nvalue = [["1200 t", {worth}]]\n"""
    return text + """[[vessel]]\nid = "carrier"\ncount = 2\nat = "port-1"\ncalls = ["field", "port-1"]\nspeed = "13 kn"\ndeparts_every = "6 h"
hold = { mud = "400 t" }\nsail_limits = { hs = "6 m" }\n[[transfer]]\nid = "land-1"\nfrom = "carrier"\nto = "port-1"\ncommodity = "mud"
rate = "60 t/h"\nsetup = "2 h"\n[[transfer]]\nid = "alongside-1"\nfrom = "ship-1"\nto = "carrier"\nsite = "field"\nfrom_gear = "lifting"
commodity = "mud"\nrate = "50 t/h"\nsetup = "3 h"\nhoses_off = "1 h"\nlimits = { hs = "2.5 m" }\n"""


def theirs(python, folder, days, limit, form):
    """CP-SAT's value, bound and seconds, without what it takes to start Python."""
    command = [python, Path(__file__).with_name("fleet_cpsat.py"), folder, str(days), str(limit), form]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def ours(folder):
    """mudline's value, bound and seconds of its whole process."""
    began = time.perf_counter()
    ran = subprocess.run([MUDLINE, "schedule", folder, "--time-limit", "10 min", "--json"], capture_output=True, check=True)
    seconds, told = time.perf_counter() - began, json.loads(ran.stdout)
    goal, sails = told["solve"]["goals"][0], [step for step in told["activities"] if step["kind"] == "sail"]
    at = lambda text: datetime.fromisoformat(text.replace("Z", "+00:00"))
    took = {at(sail["end"]) - at(sail["start"]) for sail in sails}
    if took - {timedelta(hours=SAIL_H)}:
        sys.exit(f"carriers do not sail {SAIL_H} h here")
    is_proven = not exceeds(goal["bound"], goal["value"])
    return {"value": goal["value"], "bound": goal["bound"], "seconds": seconds, "proven": is_proven}


def exceeds(value, bound):
    """Whether a value is above a bound by more than both are proven to."""
    return value > bound + SAME * max(1.0, abs(bound))


def tell(who, answer):
    """One line of an answer."""
    state = "proven" if answer["proven"] else f"not proven, at most {answer['bound']:.1f}"
    print(f"  {who:8} {answer['value']:8.1f} in {answer['seconds']:6.2f} s, {state}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true", help="whether both prove the same on shortened plans")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds that CP-SAT has for a sea")
    parser.add_argument("--seas", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    asked = parser.parse_args()
    python = WORK / "env" / "bin" / "python"
    if not python.exists():
        venv.create(WORK / "env", with_pip=True)
    if subprocess.run([python, "-m", "pip", "install", "-q", PACKAGE], capture_output=True).returncode:
        print(f"{PACKAGE} cannot be installed here")
        return 77
    ratios, agree, proven = {"whole": [], "lean": []}, True, True
    for days, sea in [(days, sea) for days in (CHECKED_DAYS if asked.check else [DAYS]) for sea in asked.seas]:
        folder = WORK / f"{days}-{sea}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "plan.toml").write_text(plan(days), encoding="utf-8")
        synth = ["weather", "synth", "minamitorishima", "--start", f"{START.isoformat()}Z", "--hours", str(DAYS * 24 + 200)]
        subprocess.run([MUDLINE, *synth, "--seed", str(sea), "-o", folder / "weather.csv"], stdout=subprocess.DEVNULL, check=True)
        print(f"{days} days, sea {sea}")
        own = ours(folder)
        tell("mudline", own)
        proven &= own["proven"]
        for form, of_form in ratios.items():
            answer = theirs(python, folder, days, asked.limit, form)
            tell(form, answer)
            of_form.append(answer["seconds"] / own["seconds"])
            # No value is above a bound of the other; of what is proven they are then the same. A bound of `lean` is of a smaller problem.
            if exceeds(answer["value"], own["bound"]) or (form == "whole" and exceeds(own["value"], answer["bound"])):
                print(f"  {form} and mudline do not agree")
                agree = False
            # A check must come to its end.
            agree &= not asked.check or (answer["proven"] and own["proven"])
    if asked.check:
        print("all agree" if agree else "not all agree")
        return 0 if agree else 1
    for form, of_form in ratios.items():
        print(f"{PACKAGE}, {form}: takes {statistics.median(of_form):.2f} times as long on the median, or more where it has not proven")
    return 0 if proven and agree and statistics.median(ratios["whole"]) > 1 else 1


if __name__ == "__main__":
    sys.exit(main())
