"""The fleet S in CP-SAT's own idiom; `fleet.py` makes the plan and calls this.

    python fleet_cpsat.py FOLDER DAYS SECONDS whole|lean        prints value, bound, seconds and whether it is proven, as JSON

Trips and meetings stand in the order in which they happen, so that no order is left to be decided: their times are whole slots, windows are
literals, tonnes whole units of which all rates and holds are multiples. What has no choice in it (gear, windows) is worked out before.

What the plan allows and this does not: carriers that sail, land or leave in another order than they came, and a fourth meeting between two
last ones of a trip. What this allows and the plan does not: a run of lifting that is too short for two locations, and parted among them.
`lean` leaves out more: carriers are served one after the other, in two meetings at most, and land all that they have. `whole` begins with its
answer, and the seconds of both count. Over 24 days `lean` proves 1642.5 where 1668 is the best: what it proves is not of the plan.
"""

import csv
import json
import sys
import time
from pathlib import Path

# In slots of 1 h and units of 5/12 t: 350 t/d, 50 and 60 t/h, holds of 600 and 400 t, 1200 t a location; 1115 nautical miles at 13 kn.
UNIT = 5 / 12
LIFT, LOAD, LAND, SHIP, CARRIER, LOCATION = 35, 120, 144, 1440, 960, 2880
SAIL, EVERY, RUN, SETUP, OFF, SETUP_ASHORE = 86, 6, 6, 3, 1, 2
SHORTEST = SETUP + 1 + OFF
SAME = 1e-4


def windows(folder, days):
    """Per slot whether the ship may lift and may meet a carrier; and the departures of carriers. By the words of the plan, not by mudline.

    The gear is where a way from stowed to stowed may have it lifting, as if one way had it there in every such slot.
    """
    lines = [line for line in open(folder / "weather.csv", encoding="utf-8") if not line.startswith("#")]
    sea = [(float(row["hs_m"]), float(row["wind_ms"])) for row in csv.DictReader(lines)][: days * 24]
    end = len(sea)
    within = lambda most_hs, most_wind: [hs <= most_hs and wind <= most_wind for hs, wind in sea]
    pipe, lifting, never = within(4.5, 23), within(4, 20), [False] * end

    def finishes(work, is_open, safe):
        """Of a task the finish for each start: worked in open slots, paused in safe ones."""
        found = {}
        for start in (slot for slot in range(end) if is_open[slot]):
            slot, to_do = start, work
            while slot < end and to_do and (is_open[slot] or safe[slot]):
                slot, to_do = slot + 1, to_do - is_open[slot]
            found |= {} if to_do else {start: slot}
        return found

    tasks = [(0, 1, finishes(60, within(2.8, 23), pipe)), (1, 0, finishes(48, within(3.2, 23), pipe))]
    tasks += [(1, 2, finishes(6, within(2.5, 20), never)), (2, 1, finishes(4, within(3.5, 20), never))]
    steps = {}
    for gear, stay in enumerate([[True] * end, pipe, lifting]):
        for slot in range(end):
            steps[gear, slot] = [(gear, slot + 1)] if stay[slot] else []
            steps[gear, slot] += [(after, ends[slot]) for before, after, ends in tasks if before == gear and slot in ends]
    comes, leads = {(0, 0)}, {(0, end)}
    for slot in range(end):
        comes.update(to for gear in range(3) if (gear, slot) in comes for to in steps[gear, slot])
    for slot in reversed(range(end)):
        leads.update((gear, slot) for gear in range(3) if leads.intersection(steps[gear, slot]))
    ready = [lifting[slot] and (2, slot) in comes and (2, slot + 1) in leads for slot in range(end)]
    calm, lift, meet = within(6, 99), within(2.8, 99), within(2.5, 99)
    departures = [slot // EVERY for slot in range(0, end - SAIL + 1, EVERY) if all(calm[slot : slot + SAIL])]
    return [all(pair) for pair in zip(lift, ready)], [all(pair) for pair in zip(meet, ready)], departures


def stretches(is_open, least):
    """Where slots are open for at least so long: first slot and the one after the last."""
    edges = [slot for slot, (a, b) in enumerate(zip([False, *is_open], [*is_open, False])) if a != b]
    return [(first, after) for first, after in zip(edges[::2], edges[1::2]) if after - first >= least]


def model(folder, days, is_lean):
    """Makes the most of what is landed, on which alone the worth depends."""
    from ortools.sat.python import cp_model

    m, end, meetings = cp_model.CpModel(), days * 24, 3
    may_lift, may_meet, departures = windows(folder, days)
    number, literal = (lambda most: m.new_int_var(0, most, "")), (lambda: m.new_bool_var(""))
    add = lambda constraint, *literals: m.add(constraint).only_enforce_if(*literals)
    runs = stretches(may_lift, 1)
    lifts_by = lambda slot: sum(after - first for first, after in runs if after - first >= RUN and after <= slot)
    lifts, trips = lifts_by(end), 2 * (end // (2 * SAIL + SHORTEST + SETUP_ASHORE + 1))
    is_made = [literal() for _ in range(trips)]
    leaving = cp_model.Domain.from_values(departures)
    out, back = ([EVERY * m.new_int_var_from_domain(leaving, "") for _ in is_made] for _ in range(2))
    loads = [[] for _ in is_made]

    def in_window(is_on, start, finish, before, after):
        """A meeting lies in one window; before and after it are so many slots of lifting, less the rest of a window that is too short for a run."""
        chosen = []
        for first, last in stretches(may_meet, SHORTEST):
            opens, shuts = next(run for run in runs if run[0] <= first and last <= run[1])
            known, lasts, here = lifts_by(opens), shuts - opens if shuts - opens >= RUN else 0, literal()
            chosen.append(here)
            add(start >= first, here)
            add(finish <= last, here)
            for place, told, edge, is_early in [(start, before, opens + RUN, True), (finish, after, shuts - RUN + 1, False)]:
                is_first = literal()
                m.add_implication(is_first, here)
                add(place < edge, is_first)
                add(place >= edge, here, ~is_first)
                is_short = is_first if is_early else ~is_first
                add(told == known + (0 if is_early else lasts), here, is_short)
                add(told == known + (place - opens if lasts else 0), here, ~is_short)
        m.add(sum(chosen) == is_on)

    # When the last meeting was over, how many slots of lifting there were until then, how much was lifted and loaded.
    over, known, lifted, loaded = 0, 0, 0, 0
    for trip in range(trips):
        was_on, was_other = is_made[trip], None
        for nth in range(meetings):
            is_on, start, finish, flow, moved = literal(), number(end), number(end), number(CARRIER // LOAD), number(CARRIER)
            m.add_implication(is_on, was_on)
            m.add(finish == start + flow + (SETUP + OFF) * is_on)
            add(flow >= 1, is_on)
            add(flow == 0, ~is_on)
            m.add(moved <= LOAD * flow)
            add(out[trip] + SAIL <= start, is_on)
            add(finish <= back[trip], is_on)
            # One that is not held is over when the last one was.
            before, after, slots, is_lifting = number(lifts), number(lifts), number(lifts), literal()
            in_window(is_on, start, finish, before, after)
            m.add(start >= over)
            add(start == over, ~is_on)
            add(after == known, ~is_on)
            # Lifted since the last one: a run at least, and no more than the hold takes.
            m.add_implication(is_lifting, is_on)
            add(slots == 0, ~is_lifting)
            add(slots <= before - known, is_lifting)
            add(start - over >= RUN, is_lifting)
            had, has = lifted, loaded
            lifted, loaded = number(min(3 * LOCATION, trips * CARRIER + SHIP)), number(trips * CARRIER)
            m.add(lifted >= had)
            m.add(lifted - had <= LIFT * slots)
            m.add(lifted - has <= SHIP)
            m.add(loaded == has + moved)
            m.add(loaded <= lifted)
            # The last meeting in a trip's turn is its own; one before may be with the other carrier, if that has come.
            if was_other is not None:
                m.add_implication(was_other, is_on)
            was_on, was_other, over, known = is_on, None, finish, after
            if is_lean and nth > 1:
                m.add(is_on == 0)
            if nth + 1 == meetings or trip + 1 == trips:
                loads[trip].append(moved)
                continue
            was_other, own, other = literal(), number(CARRIER), number(CARRIER)
            if is_lean:
                m.add(was_other == 0)
            m.add_implication(was_other, is_on)
            m.add_implication(was_other, is_made[trip + 1])
            add(out[trip + 1] + SAIL <= start, was_other)
            m.add(own + other == moved)
            add(own == 0, was_other)
            add(other == 0, ~was_other)
            loads[trip].append(own)
            loads[trip + 1].append(other)
    landed, begun, ashore, left = [], [], [], []
    for trip in range(trips):
        # The berth takes one after the other, and a carrier sails again when it has landed; what it leaves aboard is there on its next trip.
        flow, aboard = number(-(-CARRIER // LAND)), number(CARRIER)
        for of_trips, most in [(landed, CARRIER), (begun, end), (ashore, end)]:
            of_trips.append(number(most))
        m.add(ashore[trip] == begun[trip] + SETUP_ASHORE + flow)
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
        left.append(number(CARRIER if trip + 2 < trips and not is_lean else 0))
        m.add(aboard == sum(loads[trip]) + (left[trip - 2] if trip > 1 else 0))
        m.add(landed[trip] == aboard - left[trip])
    for trip in range(trips - 2):
        # Something is left aboard only where the carrier must go, or the other one has the berth next.
        is_left, must_go = literal(), literal()
        add(left[trip] == 0, ~is_left)
        m.add_implication(is_left, is_made[trip + 2])
        add(out[trip + 2] <= ashore[trip], is_left, must_go)
        add(begun[trip + 1] <= ashore[trip], is_left, ~must_go)
    m.add_decision_strategy(landed, cp_model.CHOOSE_FIRST, cp_model.SELECT_MAX_VALUE)
    m.maximize(sum(landed))
    return m


def worth(tonnes):
    """What so many landed tonnes are worth, the best locations first."""
    return sum(factor * min(max(tonnes - 1200 * place, 0), 1200) for place, factor in enumerate((1.0, 0.9, 0.8)))


def main():
    from ortools.sat.python import cp_model

    folder, days, limit, form = sys.argv[1:]
    began = time.perf_counter()
    known = None
    for is_lean in [True] if form == "lean" else [True, False]:
        asked, solver = model(Path(folder), int(days), is_lean), cp_model.CpSolver()
        # The answer to the smaller problem, whose variables are the same, is where the search for the whole one begins.
        for place, value in enumerate(known or []):
            asked.add_hint(asked.get_int_var_from_proto_index(place), value)
        solver.parameters.num_workers = 2
        # Of those that were tried these two prove it soonest.
        solver.parameters.subsolvers.extend(["default_lp", "quick_restart_no_lp"])
        solver.parameters.relative_gap_limit = SAME
        solver.parameters.max_time_in_seconds = max(0.1, float(limit) - (time.perf_counter() - began))
        status = solver.solve(asked)
        known = list(solver.response_proto.solution)
    seconds = time.perf_counter() - began
    value, bound = worth(solver.objective_value * UNIT), worth(solver.best_objective_bound * UNIT)
    print(json.dumps({"value": value, "bound": bound, "seconds": seconds, "proven": status == cp_model.OPTIMAL}))


if __name__ == "__main__":
    main()
