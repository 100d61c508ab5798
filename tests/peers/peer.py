"""What the checks share: the schedule that the timelines were made from, and the words of an answer."""

import json
import sys
from datetime import datetime, timezone
from pathlib import Path

FOLDER = Path(sys.argv[1])
SCHEDULE = json.loads((FOLDER / "schedule.json").read_text(encoding="utf-8"))
DONE = [activity for activity in SCHEDULE["activities"] if activity["kind"] not in ("wait", "idle")]


def file(name, extension):
    """The file of a format, or the end of the check where the format refuses this schedule and says why."""
    path = FOLDER / f"schedule.{extension}"
    refused = FOLDER / f"{name}.refused"
    if refused.exists():
        ok(f"refused: {refused.read_text().strip()}") if "error" in refused.read_text() else sys.exit("refused without a word")
    return path


def utc(text):
    """A time of the schedule, in UTC."""
    return datetime.fromisoformat(text).astimezone(timezone.utc)


def worked(activity):
    """The intervals that an activity is worked in, in UTC."""
    intervals = activity["work"] or [[activity["start"], activity["end"]]]
    return [(utc(start), utc(end)) for start, end in intervals]


def equal(what, expected, found):
    """Ends the check when the two differ."""
    if expected != found:
        sys.exit(f"{what}: expected {expected!r}, found {found!r}")


def ok(line):
    """Ends the check well, with one line of what was compared."""
    print(line)
    sys.exit(0)


def skip(why):
    """Ends the check without a verdict."""
    print(why)
    sys.exit(77)
