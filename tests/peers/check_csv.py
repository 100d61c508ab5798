# Python's own csv module reads the table back.

import csv

from peer import SCHEDULE, equal, file, ok, utc

with open(file("csv", "csv"), newline="", encoding="utf-8") as source:
    rows = list(csv.DictReader(source))
equal("rows", len(SCHEDULE["activities"]), len(rows))
for row, activity in zip(rows, SCHEDULE["activities"]):
    equal("start", utc(activity["start"]), utc(row["start"]))
    equal("end", utc(activity["end"]), utc(row["end"]))
    equal("tonnes", activity.get("tonnes"), float(row["tonnes"]) if row["tonnes"] else None)
    for cell in row.values():
        if cell[:1] in ("=", "+", "@", "\t", "\r") or (cell[:1] == "-" and not cell[1:2].isdigit()):
            raise SystemExit(f"{cell!r} would run")
ok(f"{len(rows)} rows with the schedule's times and tonnes, none of which runs")
