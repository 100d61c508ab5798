# node: ical.js@2.2.1
# programs: node
# ical.js, the reader of Thunderbird, finds every worked interval at its time.

import json
import os
import subprocess
import sys

from peer import DONE, equal, file, ok, utc, worked

SCRIPT = """
import ICAL from 'ical.js';
import { readFileSync } from 'node:fs';
const calendar = new ICAL.Component(ICAL.parse(readFileSync(process.argv[2], 'utf8')));
const times = calendar.getAllSubcomponents('vevent').map(e => new ICAL.Event(e)).map(e => e.startDate.toJSDate().toISOString());
console.log(JSON.stringify(times));
"""
script = os.path.join(os.environ["PEERS_WORK"], "icaljs.mjs")
with open(script, "w", encoding="utf-8") as out:
    out.write(SCRIPT)
ran = subprocess.run(["node", script, file("ical", "ics")], capture_output=True, text=True)
if ran.returncode:
    sys.exit(ran.stderr)
found = sorted(utc(time) for time in json.loads(ran.stdout))
equal("starts", sorted(start for activity in DONE for start, end in worked(activity)), found)
ok(f"{len(found)} events at the schedule's times")
