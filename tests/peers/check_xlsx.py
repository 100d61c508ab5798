# python: openpyxl==3.1.5
# openpyxl opens the workbook: times are dates on the plan's clock, texts are texts, every sheet is there.

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import openpyxl

from peer import DONE, SCHEDULE, equal, file, ok, utc

book = openpyxl.load_workbook(file("xlsx", "xlsx"))
closures = ["closures"] if SCHEDULE.get("closures") else []
sheets = ["summary", "activities", "gantt", "stocks", "deliveries", *closures, "costs", "assumptions"]
equal("sheets", sheets, book.sheetnames)
zone = ZoneInfo(SCHEDULE["plan"]["zone"])


def local(text):
    return utc(text).astimezone(zone).replace(tzinfo=None)


def rows(name):
    return list(book[name].iter_rows(min_row=2, values_only=True))


def same(what, expected, found):
    """Times to the second: a spreadsheet holds days and fractions."""
    equal(f"{what}: number", len(expected), len(found))
    for one, other in zip(sorted(expected), sorted(found)):
        if not isinstance(other, datetime) or abs(one - other) > timedelta(seconds=1):
            raise SystemExit(f"{what}: expected {one}, found {other}")


activities = rows("activities")
same("starts", [local(a["start"]) for a in SCHEDULE["activities"]], [row[0] for row in activities])
same("ends", [local(a["end"]) for a in SCHEDULE["activities"]], [row[1] for row in activities])
same("deliveries", [local(d["time"]) for d in SCHEDULE["deliveries"]], [row[0] for row in rows("deliveries")])
levels = sum(len(stock["levels"]) for stock in SCHEDULE["stocks"] + SCHEDULE.get("tanks", []))
equal("stock levels", levels, len(rows("stocks")))
costs = SCHEDULE.get("costs", [])
equal("costs", len(costs) + (1 if costs else 0), len(rows("costs")))
equal("assumptions", len(SCHEDULE.get("notes", [])), len(rows("assumptions")))
bars = [row for row in book["gantt"].iter_rows(min_row=3, values_only=True) if isinstance(row[4], datetime)]
equal("bars", len(DONE), len(bars))
if any(not any(cell in ("t", "s", "l", "m") for cell in row[6:]) for row in bars):
    raise SystemExit("an activity has no bar")
formulas = [cell.coordinate for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
equal("formulas", [], formulas)
equal("frozen", "A2", book["activities"].freeze_panes)
ok(f"{len(activities)} activities as dates, {len(bars)} bars, {levels} stock levels, {len(costs)} costs, no formula")
