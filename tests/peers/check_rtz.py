# python: lxml
"""RTZ: valid against the schema of IEC 61174 where MUDLINE_RTZ_XSD names its file; and the rules that a schema cannot say.

The schema is not ours to pass on. It is in https://github.com/AndyNibbs/RTZ (and at https://cirm.org/rtz): fetch it and set MUDLINE_RTZ_XSD.
"""
import os
import subprocess
from datetime import datetime
from lxml import etree
from peer import FOLDER, SCHEDULE, ok, equal

sails = [a for a in SCHEDULE["activities"] if a["kind"] == "sail" and a.get("vessel")]
places = {s["id"] for s in SCHEDULE["sites"] if s.get("position")}
vessels = {a["vessel"] for a in sails if a.get("site") in places and a.get("to_site") in places}
routes = []
for number, vessel in enumerate(sorted(vessels)):
    path = FOLDER / f"vessel-{number}.rtz"
    command = [os.environ["MUDLINE"], "export", "-f", "rtz", "--vessel", vessel, "-o", path, FOLDER / "schedule.json"]
    subprocess.run(command, check=True)
    routes.append((path, vessel))
if not routes:
    refused = (FOLDER / "rtz.refused").read_text(encoding="utf-8")
    equal("the refusal says why", True, "error" in refused and "position" in refused)
    ok("nobody sails, and there is no route")
xsd = os.environ.get("MUDLINE_RTZ_XSD")
schema = etree.XMLSchema(etree.parse(xsd)) if xsd else None
q = "{http://www.cirm.org/RTZ/1/1}"
points = 0
for path, vessel in routes:
    tree = etree.parse(str(path))
    if schema is not None:
        schema.assertValid(tree)
    root = tree.getroot()
    equal("root", (q + "route", "1.1"), (root.tag, root.get("version")))
    waypoints = root.findall(f"{q}waypoints/{q}waypoint")
    ids = [w.get("id") for w in waypoints]
    equal("ids are unique", len(ids), len(set(ids)))
    equal("first waypoint has no leg", None, waypoints[0].find(q + "leg"))
    equal("other waypoints have one", True, all(w.find(q + "leg") is not None for w in waypoints[1:]))
    elements = root.findall(f"{q}schedules/{q}schedule/{q}calculated/{q}scheduleElement")
    equal("ids of the schedule", ids, [e.get("waypointId") for e in elements])
    equal("first has only a departure", (True, False), (elements[0].get("etd") is not None, elements[0].get("eta") is not None))
    times = [datetime.fromisoformat(t) for e in elements for t in (e.get("eta"), e.get("etd")) if t]
    equal("times rise", sorted(times), times)
    of = [a for a in sails if a["vessel"] == vessel]
    equal("departure", min(datetime.fromisoformat(a["start"]) for a in of), times[0])
    equal("arrival", max(datetime.fromisoformat(a["end"]) for a in of), times[-1])
    equal("at most 400 kB", True, path.stat().st_size <= 400_000)
    points += len(ids)
said = "valid against the schema" if schema is not None else "schema not at hand (MUDLINE_RTZ_XSD)"
ok(f"{len(routes)} routes, {points} waypoints, {said}")
