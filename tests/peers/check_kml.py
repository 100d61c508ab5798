# python: fastkml==1.4.0 lxml
"""KML, by fastkml: every leg and every stay with its span of time, and a track a vessel."""
from datetime import datetime
from fastkml import KML
from fastkml.utils import find_all
from fastkml.features import Placemark
from lxml import etree
from peer import SCHEDULE, DONE, file, equal, ok

path = file("kml", "kml")
places = {s["id"] for s in SCHEDULE["sites"] if s.get("position")}
seen = [a for a in DONE if a.get("vessel") and a.get("site") in places and (a["kind"] != "sail" or a.get("to_site") in places)]
kml = KML.parse(str(path))
marks = list(find_all(kml, of_type=Placemark))
spans = [m for m in marks if m.times is not None and getattr(m.times, "begin", None) is not None]
equal("marks with a span", len(seen), len(spans))
time = lambda text: datetime.fromisoformat(text)
equal("spans", sorted((time(a["start"]), time(a["end"])) for a in seen),
      sorted((m.times.begin.dt, m.times.end.dt) for m in spans))
legs = [m for m in spans if m.geometry is not None and "LineString" in type(m.geometry).__name__ or getattr(m.geometry, "geom_type", "") in ("MultiLineString", "GeometryCollection")]
root = etree.parse(str(path)).getroot()
gx = "{http://www.google.com/kml/ext/2.2}"
tracks = root.findall(f".//{gx}MultiTrack")
equal("tracks", len({a["vessel"] for a in SCHEDULE["activities"] if a.get("vessel") and a.get("site") in places}), len(tracks))
for track in root.iter(gx + "Track"):
    when = [w.text for w in track.findall("{http://www.opengis.net/kml/2.2}when")]
    equal("a place for each time", len(when), len(track.findall(gx + "coord")))
    equal("times rise", sorted(when), when)
ok(f"{len(spans)} marks with a span, {len(tracks)} tracks")
