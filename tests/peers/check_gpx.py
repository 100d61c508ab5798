# python: gpxpy==1.6.2
"""GPX, by gpxpy: a route a leg with its times and length, a track a vessel whose times rise."""
from datetime import datetime
import gpxpy
from gpxpy.geo import haversine_distance
from peer import SCHEDULE, file, equal, ok

gpx = gpxpy.parse(file("gpx", "gpx").read_text(encoding="utf-8"))
places = {s["id"] for s in SCHEDULE["sites"] if s.get("position")}
legs = [a for a in SCHEDULE["activities"] if a["kind"] == "sail" and a.get("vessel") and {a.get("site"), a.get("to_site")} <= places]
equal("routes", len(legs), len(gpx.routes))
equal("sites", len(places), len(gpx.waypoints))
time = datetime.fromisoformat
key = lambda pair: (pair[0], pair[1])
equal("departures and arrivals", sorted((time(a["start"]), time(a["end"])) for a in legs),
      sorted((r.points[0].time, r.points[-1].time) for r in gpx.routes))
for route in gpx.routes:
    equal("speed of the route", True, any(e.tag.endswith("planned_speed") for e in route.extensions))
points = 0
for track in gpx.tracks:
    for segment in track.segments:
        points += len(segment.points)
        for a, b in zip(segment.points, segment.points[1:]):
            equal("times rise", True, a.time <= b.time)
            equal("no line around the world", True, abs(a.longitude - b.longitude) <= 180)
ok(f"{len(gpx.routes)} routes, {len(gpx.tracks)} tracks with {points} points")
