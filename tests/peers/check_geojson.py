# python: pyogrio==0.12.1 numpy
"""GeoJSON, by GDAL: a feature for each site, stay and leg, with its dates, in longitude and latitude on WGS-84."""
import json
import pyogrio.raw
from peer import SCHEDULE, file, equal, ok

path = file("geojson", "geojson")
places = {s["id"]: s["position"] for s in SCHEDULE["sites"] if s.get("position")}
seen = [a for a in SCHEDULE["activities"] if a.get("vessel") and a.get("site") in places and (a["kind"] != "sail" or a.get("to_site") in places)]
meta, _, geometry, columns = pyogrio.raw.read(path)
equal("features", len(places) + len(seen), len(geometry))
equal("coordinates", "EPSG:4326", meta["crs"])
fields = dict(zip(meta["fields"], columns))
equal("names of times", True, {"start", "end", "vessel"} <= set(fields))
equal("legs", sum(a["kind"] == "sail" for a in seen), sum(w == "sail" for w in fields["what"]))
document = json.loads(path.read_text(encoding="utf-8"))
for feature in document["features"]:
    shape, properties = feature["geometry"], feature["properties"]
    if shape["type"] == "LineString":
        equal("a time for each point", len(shape["coordinates"]), len(properties["coordTimes"]))
        equal("begins at its site", places[properties["site"]][::-1], shape["coordinates"][0])
        equal("ends at its site", places[properties["to_site"]][::-1], shape["coordinates"][-1])
ok(f"{len(geometry)} features, {sum(w == 'sail' for w in fields['what'])} legs")
