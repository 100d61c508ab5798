"""What the checks of project files share: MPXJ reads the file, is compared with the schedule, and plans it anew."""

import json
import os
import subprocess
import sys
from datetime import timedelta, timezone

import jpype
import mpxj  # noqa: F401  puts MPXJ on the class path

from peer import DONE, FOLDER, SCHEDULE, equal, utc, worked

jpype.startJVM("-Xmx1g")

from datetime import datetime  # noqa: E402


def moment(time):
    """A java.time.LocalDateTime, which these files mean in the offset of the plan's start, in UTC."""
    offset = datetime.fromisoformat(SCHEDULE["horizon"]["start"]).tzinfo
    local = datetime.fromisoformat(str(time.toString())).replace(tzinfo=offset) if time is not None else None
    return local.astimezone(timezone.utc) if local is not None else None


def read(path):
    """The project in a file."""
    from org.mpxj.reader import UniversalProjectReader

    project = UniversalProjectReader().read(str(path))
    if project is None:
        sys.exit("MPXJ does not know what this is")
    return project


def leaves(project):
    return [task for task in project.getTasks() if not task.getSummary() and task.getName() is not None]


def times(project):
    return {int(task.getUniqueID()): (moment(task.getStart()), moment(task.getFinish())) for task in leaves(project)}


def compare(project, scheduler):
    """Compares with the schedule, plans anew, compares once more; what was found, in words."""
    tasks = leaves(project)
    expected = sorted((utc(a["start"]), utc(a["end"])) for a in DONE)
    expected = sorted(expected + [(utc(d["time"]), utc(d["time"])) for d in SCHEDULE["deliveries"]])
    equal("times", expected, sorted(times(project).values()))
    critical = sum(1 for activity in DONE if activity["critical"])
    links = sum(len(task.getPredecessors()) for task in tasks)
    calendars = {str(task.getCalendar().getName()) for task in tasks if task.getCalendar() is not None}
    before = times(project)
    vessels = {a["vessel"] for a in DONE if a.get("vessel")}
    equal("resources", len({a["vessel"] for a in SCHEDULE["activities"] if a.get("vessel")}),
          sum(1 for r in project.getResources() if r.getName() is not None))
    equal("assignments", sum(1 for a in DONE if a.get("vessel")), len(project.getResourceAssignments()))
    if tasks:
        scheduler.schedule(project, project.getProjectProperties().getStartDate())
    after = times(project)
    moved = [f"task {uid}: {before[uid]} became {after[uid]}" for uid in before if before[uid] != after[uid]]
    if moved:
        sys.exit("planned anew, these moved:\n" + "\n".join(moved))
    return (f"{len(tasks)} tasks at the schedule's times, the same when planned anew; {links} links, {len(calendars)} calendars, "
            f"{len(vessels)} vessels, {critical} critical")


def shifted(hours):
    """The schedule with everything earlier by so many hours and one activity more; its path."""
    before = json.loads(json.dumps(SCHEDULE))
    for activity in before["activities"]:
        for key in ["start", "end"]:
            activity[key] = (datetime.fromisoformat(activity[key]) - timedelta(hours=hours)).isoformat()
        activity["work"] = []
    extra = dict(next(a for a in before["activities"] if a["kind"] not in ("wait", "idle")), id="extra", name="extra")
    before["activities"].append(extra)
    path = FOLDER / "before.json"
    path.write_text(json.dumps(before), encoding="utf-8")
    return path


def progressed(name, scheduler, baseline):
    """Exports with a present in the middle of work, and with a baseline where there can be one; compares; what was found, in words."""
    if not DONE:
        return "no work, no progress"
    longest = max(DONE, key=lambda a: utc(a["end"]) - utc(a["start"]))
    now = utc(longest["start"]) + (utc(longest["end"]) - utc(longest["start"])) / 2
    path = FOLDER / f"progressed-{name}.{'xer' if name == 'xer' else 'xml'}"
    command = [os.environ["MUDLINE"], "export", "-f", name, "--now", now.isoformat(), "-o", path, FOLDER / "schedule.json"]
    subprocess.run([*command, *(["--baseline", shifted(30)] if baseline else [])], check=True)
    project = read(path)
    tasks = leaves(project)
    expected = sorted((utc(a["start"]), utc(a["end"]), utc(a["start"]) < now, utc(a["end"]) <= now) for a in DONE)
    expected = sorted(expected + [(utc(d["time"]),) * 2 + (utc(d["time"]) <= now,) * 2 for d in SCHEDULE["deliveries"]])
    found = sorted((moment(t.getStart()), moment(t.getFinish()), t.getActualStart() is not None, t.getActualFinish() is not None) for t in tasks)
    equal("times, begun, over", expected, found)
    for task in tasks:
        if task.getActualStart() is not None:
            equal("the actual start", moment(task.getStart()), moment(task.getActualStart()))
        same = [a for a in DONE if (utc(a["start"]), utc(a["end"])) == (moment(task.getStart()), moment(task.getFinish()))]
        if same:
            percents = []
            for one in same:
                span = [(f, t) for f, t in worked(one)]
                whole = sum((t - f for f, t in span), timedelta())
                done = sum((min(t, now) - f for f, t in span if f < now), timedelta())
                percents.append(done / whole * 100)
            percent = float(task.getPercentageComplete().doubleValue())
            if min(abs(percent - one) for one in percents) > 1.0:
                sys.exit(f"{task.getName()}: {percent} % complete, expected {percents}")
    if baseline:
        before = sorted((moment(t.getBaselineStart()), moment(t.getBaselineFinish())) for t in tasks if t.getBaselineStart() is not None)
        equal("baseline", sorted((utc(a["start"]) - timedelta(hours=30), utc(a["end"]) - timedelta(hours=30)) for a in DONE), before)
    before = times(project)
    scheduler.schedule(project, project.getProjectProperties().getStartDate())
    after = times(project)
    moved = [f"task {uid}: {before[uid]} became {after[uid]}" for uid in before if before[uid] != after[uid]]
    if moved:
        sys.exit(f"with progress until {now}, planned anew, these moved:\n" + "\n".join(moved))
    over = sum(1 for row in found if row[3])
    return f"with progress: {over} over, {sum(1 for row in found if row[2]) - over} begun" + (", each over its baseline" if baseline else "")
