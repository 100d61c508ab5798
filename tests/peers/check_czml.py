# python: czml3==4.0.0
"""CZML: every packet is taken by czml3; a vessel is where the schedule says at the ends of its legs."""
import json
from datetime import datetime
from czml3 import Clock, Document, Packet, Position, TimeInterval
from peer import SCHEDULE, file, equal, ok

packets = json.loads(file("czml", "czml").read_text(encoding="utf-8"))
head, rest = packets[0], packets[1:]
begin, end = head["clock"]["interval"].split("/")
preamble = Packet(id="document", version="1.0", name=head["name"], clock=Clock(interval=TimeInterval(start=begin, end=end), multiplier=head["clock"]["multiplier"]))
taken = [Packet(id=p["id"], name=p["name"], position=Position(**p["position"])) for p in rest]
equal("packets", len(rest), len(json.loads(Document(packets=[preamble, *taken]).dumps())) - 1)
places = {s["id"]: s["position"] for s in SCHEDULE["sites"] if s.get("position")}
checked = 0
for packet in rest:
    if not packet["id"].startswith("vessel "):
        continue
    epoch = datetime.fromisoformat(packet["position"]["epoch"])
    flat = packet["position"]["cartographicDegrees"]
    where = {flat[i]: (flat[i + 2], flat[i + 1]) for i in range(0, len(flat), 4)}
    equal("times rise", True, list(where) == sorted(where) and len(where) == len(flat) // 4)
    for sail in (a for a in SCHEDULE["activities"] if a["kind"] == "sail" and a.get("vessel") == packet["name"]):
        for key, site in (("start", "site"), ("end", "to_site")):
            if sail.get("site") in places and sail.get("to_site") in places:
                second = int((datetime.fromisoformat(sail[key]) - epoch).total_seconds())
                equal(f"{packet['name']} at {sail[key]}", tuple(places[sail[site]]), where.get(second))
                checked += 1
ok(f"{len(rest)} packets, {checked} ends of legs in their places")
