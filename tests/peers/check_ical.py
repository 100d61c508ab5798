# python: icalendar==7.3.0 vobject==0.9.9 ics==0.7.3
# Three libraries read the calendar; each finds every worked interval at its time.

import icalendar
import ics
import vobject

from peer import DONE, equal, file, ok, worked

text = file("ical", "ics").read_bytes().decode("utf-8")
expected = sorted(start for activity in DONE for start, end in worked(activity))
calendar = icalendar.Calendar.from_ical(text)
events = [event for event in calendar.walk("VEVENT")]
equal("starts (icalendar)", expected, sorted(event.decoded("DTSTART") for event in events))
ends = sorted(event.decoded("DTEND") for event in events if "DTEND" in event)
equal("ends (icalendar)", sorted(end for a in DONE for start, end in worked(a) if end > start), ends)
parsed = vobject.readOne(text)
parsed.validate(raiseException=True)
found = [event.dtstart.value for event in parsed.contents.get("vevent", [])]
equal("starts (vobject)", expected, sorted(found))
equal("starts (ics)", expected, sorted(event.begin.datetime for event in ics.Calendar(text).events))
ok(f"{len(events)} events at the schedule's times in icalendar, vobject (valid) and ics")
