# python: lxml==6.1.3
# git: https://github.com/AndyNibbs/RTZ
"""RTZ in its three versions: valid against the schemas of IEC 61174, and the rules that a schema cannot say.

The schemas are not ours to pass on. They are in the repository named above (and at https://cirm.org/rtz), which is fetched where it can
be; MUDLINE_RTZ_XSD names another folder that holds them.
"""
import os
import subprocess
from datetime import datetime
from pathlib import Path

from lxml import etree

from peer import FOLDER, SCHEDULE, equal, ok

VERSIONS = ["1.0", "1.1", "1.2"]


def schema(version):
    """The schema of a version, where it is at hand."""
    folder = Path(os.environ.get("MUDLINE_RTZ_XSD") or Path(os.environ["PEERS_WORK"]) / "git" / "RTZ")
    found = sorted(folder.rglob(f"RTZ*{version.replace('.', '_')}.xsd"))
    return etree.XMLSchema(etree.parse(str(found[0]))) if found else None


def check(path, vessel, version, schema):
    """Checks a route; the number of its waypoints."""
    tree = etree.parse(str(path))
    if schema is not None:
        schema.assertValid(tree)
    root = tree.getroot()
    q = f"{{http://www.cirm.org/RTZ/{version.replace('.', '/')}}}"
    equal("root", (q + "route", version), (root.tag, root.get("version")))
    waypoints = root.findall(f"{q}waypoints/{q}waypoint")
    ids = [w.get("id") for w in waypoints]
    equal("ids are unique", len(ids), len(set(ids)))
    equal("first waypoint has no leg", None, waypoints[0].find(q + "leg"))
    equal("other waypoints have one", True, all(w.find(q + "leg") is not None for w in waypoints[1:]))
    element = "sheduleElement" if version == "1.0" else "scheduleElement"
    elements = root.findall(f"{q}schedules/{q}schedule/{q}calculated/{q}{element}")
    equal("ids of the schedule", ids, [e.get("waypointId") for e in elements])
    equal("first has only a departure", (True, False), (elements[0].get("etd") is not None, elements[0].get("eta") is not None))
    times = [datetime.fromisoformat(t) for e in elements for t in (e.get("eta"), e.get("etd")) if t]
    equal("times rise", sorted(times), times)
    of = [a for a in sails if a["vessel"] == vessel]
    equal("departure", min(datetime.fromisoformat(a["start"]) for a in of), times[0])
    equal("arrival", max(datetime.fromisoformat(a["end"]) for a in of), times[-1])
    equal("at most 400 kB", True, path.stat().st_size <= 400_000)
    return len(ids)


sails = [a for a in SCHEDULE["activities"] if a["kind"] == "sail" and a.get("vessel")]
places = {s["id"] for s in SCHEDULE["sites"] if s.get("position")}
vessels = sorted({a["vessel"] for a in sails if a.get("site") in places and a.get("to_site") in places})
if not vessels:
    refused = (FOLDER / "rtz.refused").read_text(encoding="utf-8")
    equal("the refusal says why", True, "error" in refused and ("position" in refused or "no vessel" in refused))
    ok("nobody sails, and there is no route")
points, valid = 0, []
for version in VERSIONS:
    known = schema(version)
    valid += [version] if known is not None else []
    for number, vessel in enumerate(vessels):
        path = FOLDER / f"vessel-{number}-{version}.rtz"
        command = [os.environ["MUDLINE"], "export", "-f", "rtz", "--rtz-version", version, "--vessel", vessel, "-o", path]
        subprocess.run([*command, FOLDER / "schedule.json"], check=True)
        points += check(path, vessel, version, known)
if os.environ.get("MUDLINE_RTZ_XSD"):
    equal("the named folder has every schema", VERSIONS, valid)
said = f"valid against the schemas {', '.join(valid)}" if valid else "schemas not at hand (MUDLINE_RTZ_XSD)"
ok(f"{len(vessels)} routes in {len(VERSIONS)} versions, {points} waypoints, {said}")
