"""Whether mudline proves the fleet S of benches/fleet.rs sooner than CP-SAT of Google's OR-Tools, side by side in one run.

    python3 tests/peers/fleet.py             `make peers-fleet` builds first
    python3 tests/peers/fleet.py --check     on shortened plans both prove the same optimum

35 days at 1 h in five synthetic seas: one ship that lifts at three locations, two carriers. Ours: the whole process. Theirs: building and
solving, with two workers, a model in CP-SAT's own idiom: times of trips and meetings as integers in the order in which they happen, windows as
literals, tonnes as whole fives of a twelfth of a tonne, of which all rates and holds are multiples. What has no choice in it is worked out before.

Theirs is easier than the plan: the locations are lifted as one (no smallest run where one follows the other), carriers arrive, leave and land in
turn, and a trip has three meetings in its turn at most. `lean` is easier still: one carrier after the other is served, with two meetings a
trip, and lands all that it has; what it proves holds for that alone. The verdict is on the former, the latter is told beside it.

ortools comes from PyPI into target/peers; it is Apache-2.0, and only run here. Exit 0 when mudline proves all and is faster to the same
optimum on the median, 1 when it is not, 77 when it cannot be measured here. With --check: 0 when all agree, else 1.
"""

import argparse
import csv
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
DAYS, CHECKED_DAYS = 35, (10, 13, 16, 20)
SAME = 1e-4

# The plan in units of 1/2.4 t and slots of 1 h: 350 t/d, 50 and 60 t/h, holds of 600 and 400 t; 1115 nautical miles at 13 kn.
UNIT = 12 / 5
LIFT, LOAD, LAND, SHIP, CARRIER, LOCATION = 35, 120, 144, 1440, 960, 2880
SAIL, EVERY, RUN, SETUP, OFF, SETUP_ASHORE = 86, 6, 6, 3, 1, 2


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
        ("deploy", 60, "stowed", "pipe-down", 2.8, DAYS // 9, 'suspend = "hold"'),
        ("recover", 48, "pipe-down", "stowed", 3.2, DAYS // 9, 'suspend = "hold"'),
        ("begin", 6, "pipe-down", "lifting", 2.5, DAYS, ""),
        ("cease", 4, "lifting", "pipe-down", 3.5, DAYS, ""),
    ]:
        text += f"""[[task]]\nid = "{task}-1"\nvessel = "ship-1"\nsite = "field"\nduration = "{hours} h"\ngear = "{gear}"\nleaves = "{leaves}"
limits = {{ hs = "{hs} m" }}\ntimes = "0..{times}"\n{pause}\n"""
    for location, worth in enumerate((1.0, 0.9, 0.8), 1):
        text += f"""[[sampling]]\nid = "location-1-{location}"\nvessel = "ship-1"\nsite = "field"\ngear = "lifting"\ncommodity = "mud"
rate = "350 t/d"\nmin_run = "6 h"\nlimits = {{ hs = "2.8 m" }}\nat_most = "1200 t"\nvalue = [["1200 t", {worth}]]\n"""
    return text + """[[vessel]]\nid = "carrier"\ncount = 2\nat = "port-1"\ncalls = ["field", "port-1"]\nspeed = "13 kn"\ndeparts_every = "6 h"
hold = { mud = "400 t" }\nsail_limits = { hs = "6 m" }\n[[transfer]]\nid = "land-1"\nfrom = "carrier"\nto = "port-1"\ncommodity = "mud"
rate = "60 t/h"\nsetup = "2 h"\n[[transfer]]\nid = "alongside-1"\nfrom = "ship-1"\nto = "carrier"\nsite = "field"\nfrom_gear = "lifting"
commodity = "mud"\nrate = "50 t/h"\nsetup = "3 h"\nhoses_off = "1 h"\nlimits = { hs = "2.5 m" }\n"""


def windows(folder, days):
    """Per slot whether the ship may lift and may meet a carrier; and the departures of carriers. By the words of the plan, not by mudline.

    The gear is where a way from stowed to stowed may have it lifting, as if one way had it there in every such slot.
    """
    lines = [line for line in open(folder / "weather.csv", encoding="utf-8") if not line.startswith("#")]
    sea = [(float(row["hs_m"]), float(row["wind_ms"])) for row in csv.DictReader(lines)][: days * 24]
    end = len(sea)
    within = lambda most_hs, most_wind: [hs <= most_hs and wind <= most_wind for hs, wind in sea]
    pipe, lifting = within(4.5, 23), within(4, 20)

    def finishes(work, hs, wind, safe):
        """Of a task the finish for each start: worked in open slots, paused in safe ones."""
        found, is_open = {}, within(hs, wind)
        for start in (slot for slot in range(end) if is_open[slot]):
            slot, left = start, work
            while slot < end and left and (is_open[slot] or safe[slot]):
                left, slot = left - is_open[slot], slot + 1
            found |= {} if left else {start: slot}
        return found

    never, free = [False] * end, [True] * end
    tasks = [(0, 1, finishes(60, 2.8, 23, pipe)), (1, 0, finishes(48, 3.2, 23, pipe))]
    tasks += [(1, 2, finishes(6, 2.5, 20, never)), (2, 1, finishes(4, 3.5, 20, never))]
    steps = {}
    for gear, stay in enumerate([free, pipe, lifting]):
        for slot in range(end):
            steps[gear, slot] = [(gear, slot + 1)] if stay[slot] else []
            steps[gear, slot] += [(after, ends[slot]) for before, after, ends in tasks if before == gear and slot in ends]
    comes, leads = {(0, 0)}, {(0, end)}
    for slot in range(end):
        comes.update(to for gear in range(3) if (gear, slot) in comes for to in steps[gear, slot])
    for slot in reversed(range(end)):
        leads.update((gear, slot) for gear in range(3) if leads.intersection(steps[gear, slot]))
    ready = [lifting[slot] and (2, slot) in comes and (2, slot + 1) in leads for slot in range(end)]
    is_calm = within(6, 99)
    departures = [slot // EVERY for slot in range(0, end - SAIL + 1, EVERY) if all(is_calm[slot : slot + SAIL])]
    both = lambda one: [here and there for here, there in zip(one, ready)]
    return both(within(2.8, 99)), both(within(2.5, 99)), departures


def stretches(is_open, least):
    """Where slots are open for at least so long: first slot and the one after the last."""
    edges = [slot for slot, (a, b) in enumerate(zip([False, *is_open], [*is_open, False])) if a != b]
    return [(first, after) for first, after in zip(edges[::2], edges[1::2]) if after - first >= least]


def model(folder, days, is_lean, meetings):
    """CP-SAT's model, to make the most of the tonnes that are landed, on which alone the worth depends."""
    from ortools.sat.python import cp_model

    may_lift, may_meet, departures = windows(folder, days)
    end, m = days * 24, cp_model.CpModel()
    number, literal = (lambda most: m.new_int_var(0, most, "")), (lambda: m.new_bool_var(""))

    def add(constraint, *literals):
        m.add(constraint).only_enforce_if(*literals)

    runs, shortest = stretches(may_lift, 1), SETUP + 1 + OFF
    lifts_by = lambda slot: sum(after - first for first, after in runs if after - first >= RUN and after <= slot)
    trips = 2 * (end // (2 * SAIL + shortest + SETUP_ASHORE + 1))
    is_made = [literal() for _ in range(trips)]
    leaving = cp_model.Domain.from_values(departures)
    out, back = ([EVERY * m.new_int_var_from_domain(leaving, "") for _ in is_made] for _ in range(2))
    loads, left, landed, begun, ashore = [[] for _ in is_made], [], [], [], []
    # When the last meeting was over, how many slots of lifting there were until then, what was lifted and loaded.
    over, known, lifted, loaded = 0, 0, 0, 0

    def in_window(is_on, start, finish, before, after):
        """A meeting lies in one window; `before` and `after` count slots of lifting, but for the rest of a window that is too short for a run."""
        chosen = []
        for first, last in stretches(may_meet, shortest):
            opens, shuts = next(run for run in runs if run[0] <= first and last <= run[1])
            known, lasts, here = lifts_by(opens), shuts - opens if shuts - opens >= RUN else 0, literal()
            chosen.append(here)
            add(start >= first, here)
            add(finish <= last, here)
            for place, tells, edge, is_early in [(start, before, opens + RUN, True), (finish, after, shuts - RUN + 1, False)]:
                is_first = literal()
                m.add_implication(is_first, here)
                add(place < edge, here, is_first)
                add(place >= edge, here, ~is_first)
                is_short = is_first if is_early else ~is_first
                add(tells == known + (0 if is_early else lasts), here, is_short)
                add(tells == (known + place - opens if lasts else known), here, ~is_short)
        m.add(sum(chosen) == is_on)

    for trip in range(trips):
        # Meetings in the order in which they are; one that is not held is over when the last one was. The last of a trip's turn is its own.
        was_on, was_next = is_made[trip], None
        for nth in range(meetings):
            is_on, start, finish, flow, moved = literal(), number(end), number(end), number(CARRIER // LOAD), number(CARRIER)
            before, after, slots, is_lifting = number(lifts_by(end)), number(lifts_by(end)), number(lifts_by(end)), literal()
            m.add_implication(is_on, was_on)
            m.add(finish == start + flow + (SETUP + OFF) * is_on)
            add(flow == 0, ~is_on)
            add(flow >= 1, is_on)
            m.add(moved <= LOAD * flow)
            in_window(is_on, start, finish, before, after)
            m.add(start >= over)
            add(start == over, ~is_on)
            add(after == known, ~is_on)
            # Lifted since the last one: a run at least, and no more than the hold takes.
            m.add_implication(is_lifting, is_on)
            add(slots == 0, ~is_lifting)
            add(slots <= before - known, is_lifting)
            add(start - over >= RUN, is_lifting)
            lifted, had, has = number(min(3 * LOCATION, trips * CARRIER + SHIP)), lifted, loaded
            loaded = number(trips * CARRIER)
            m.add(lifted >= had)
            m.add(lifted - had <= LIFT * slots)
            m.add(lifted - has <= SHIP)
            m.add(loaded == has + moved)
            m.add(loaded <= lifted)
            add(out[trip] + SAIL <= start, is_on)
            add(finish <= back[trip], is_on)
            if was_next is not None:
                m.add_implication(was_next, is_on)
            was_on, was_next, over, known = is_on, None, finish, after
            if is_lean or nth + 1 == meetings or trip + 1 == trips:
                loads[trip].append(moved)
                continue
            # It may be with the carrier that leaves next, if that has come.
            was_next, own, other = literal(), number(CARRIER), number(CARRIER)
            m.add_implication(was_next, is_on)
            m.add_implication(was_next, is_made[trip + 1])
            add(out[trip + 1] + SAIL <= start, was_next)
            m.add(own + other == moved)
            add(own == 0, was_next)
            add(other == 0, ~was_next)
            loads[trip].append(own)
            loads[trip + 1].append(other)
    for trip in range(trips):
        flow, done, aboard = number(-(-CARRIER // LAND)), number(end), number(CARRIER)
        landed.append(number(CARRIER))
        begun.append(number(end))
        ashore.append(done)
        m.add(done == begun[trip] + SETUP_ASHORE + flow)
        m.add(landed[trip] <= LAND * flow)
        add(landed[trip] == 0, ~is_made[trip])
        add(begun[trip] >= back[trip] + SAIL, is_made[trip])
        if trip:
            m.add_implication(is_made[trip], is_made[trip - 1])
            m.add(out[trip] >= out[trip - 1])
            m.add(back[trip] >= back[trip - 1])
            add(begun[trip] >= ashore[trip - 1], is_made[trip])
        if trip > 1:
            add(out[trip] >= ashore[trip - 2], is_made[trip])
        m.add(aboard == sum(loads[trip]) + (left[trip - 2] if trip > 1 else 0))
        left.append(0 if is_lean or trip + 2 >= trips else number(CARRIER))
        m.add(landed[trip] == aboard - left[trip])
    for trip in range(trips - 2):
        # Something stays aboard only where the carrier must leave, or the other one is waiting for the berth.
        if not is_lean:
            stays, leaves = literal(), literal()
            add(left[trip] == 0, ~stays)
            m.add_implication(stays, is_made[trip + 2])
            add(out[trip + 2] <= ashore[trip], stays, leaves)
            add(begun[trip + 1] <= ashore[trip], stays, ~leaves)
            m.add_implication(stays, is_made[trip + 1])
    m.maximize(sum(landed))
    return m


def worth(tonnes):
    """What so many landed tonnes are worth, the best locations first."""
    return sum(factor * min(max(tonnes - 1200 * place, 0), 1200) for place, factor in enumerate((1.0, 0.9, 0.8)))


def theirs(folder, days, limit, is_lean):
    """CP-SAT's value, bound and seconds from an empty model to its answer."""
    from ortools.sat.python import cp_model

    began = time.perf_counter()
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.subsolvers.extend(["default_lp", "quick_restart_no_lp"])
    solver.parameters.relative_gap_limit = SAME
    solver.parameters.max_time_in_seconds = limit
    status = solver.solve(model(folder, days, is_lean, 2 if is_lean else 3))
    seconds = time.perf_counter() - began
    value, bound = worth(solver.objective_value / UNIT), worth(solver.best_objective_bound / UNIT)
    return {"value": value, "bound": bound, "seconds": seconds, "proven": status == cp_model.OPTIMAL}


def ours(folder):
    """mudline's value, bound and seconds of its whole process."""
    began = time.perf_counter()
    ran = subprocess.run([MUDLINE, "schedule", folder, "--time-limit", "10 min", "--json"], capture_output=True, check=True)
    seconds, told = time.perf_counter() - began, json.loads(ran.stdout)
    goal, sails = told["solve"]["goals"][0], [step for step in told["activities"] if step["kind"] == "sail"]
    took = {datetime.fromisoformat(sail["end"]) - datetime.fromisoformat(sail["start"]) for sail in sails}
    if took - {timedelta(hours=SAIL)}:
        sys.exit(f"carriers do not sail {SAIL} h here")
    is_proven = goal["bound"] - goal["value"] <= SAME * max(1.0, goal["value"])
    return {"value": goal["value"], "bound": goal["bound"], "seconds": seconds, "proven": is_proven}


def tell(who, answer):
    """One line of an answer."""
    state = "proven" if answer["proven"] else f"not proven, at most {answer['bound']:.1f}"
    print(f"  {who:8} {answer['value']:8.1f} in {answer['seconds']:6.2f} s, {state}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true", help="whether both prove the same on shortened plans")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds that CP-SAT has for a sea")
    parser.add_argument("--seas", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--solve", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.solve:
        folder, days, form = asked.solve
        print(json.dumps(theirs(Path(folder), int(days), asked.limit, form == "lean")))
        return 0
    python = WORK / "env" / "bin" / "python"
    if not python.exists():
        venv.create(WORK / "env", with_pip=True)
    if subprocess.run([python, "-m", "pip", "install", "-q", PACKAGE], capture_output=True).returncode:
        print(f"{PACKAGE} cannot be installed here")
        return 77
    ratios, agree, proven = {"cp-sat": [], "lean": []}, True, True
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
            command = [python, __file__, "--limit", str(asked.limit), "--solve", folder, str(days), form]
            answer = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
            tell(form, answer)
            of_form.append(answer["seconds"] / own["seconds"])
            same = abs(answer["value"] - own["value"]) <= SAME * max(1.0, own["value"])
            above = answer["value"] > own["bound"] * (1 + SAME) or answer["bound"] < own["value"] * (1 - SAME)
            if above or (answer["proven"] and own["proven"] and not same):
                print(f"  {form} and mudline do not agree")
                agree = False
            # A check must come to its end.
            agree &= answer["proven"] and own["proven"] or not asked.check
    if asked.check:
        print("all agree" if agree else "not all agree")
        return 0 if agree else 1
    for form, of_form in ratios.items():
        print(f"{PACKAGE}, {form}: takes {statistics.median(of_form):.2f} times as long on the median, or more where it has not proven")
    return 0 if proven and agree and statistics.median(ratios["cp-sat"]) > 1 else 1


if __name__ == "__main__":
    sys.exit(main())
