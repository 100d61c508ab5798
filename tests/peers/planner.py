"""What the checks of project files share: MPXJ reads the file, is compared with the schedule, and plans it anew."""

import sys
from datetime import timezone

import jpype
import mpxj  # noqa: F401  puts MPXJ on the class path

from peer import DONE, SCHEDULE, equal, utc

jpype.startJVM("-Xmx1g")

from datetime import datetime  # noqa: E402


def moment(time):
    """A java.time.LocalDateTime, which these files mean as UTC."""
    return datetime.fromisoformat(str(time.toString())).replace(tzinfo=timezone.utc) if time is not None else None


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
