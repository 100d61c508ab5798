# python: pyarrow==26.0.1
# Apache Arrow reads the table with its types and metadata.

import pyarrow as pa
import pyarrow.parquet as parquet

from peer import SCHEDULE, equal, file, ok, utc

path = file("parquet", "parquet")
table = parquet.read_table(path)
rows = table.to_pylist()
equal("rows", len(SCHEDULE["activities"]), len(rows))
equal("type of start", pa.timestamp("us", tz="UTC"), table.schema.field("start").type)
for row, activity in zip(rows, SCHEDULE["activities"]):
    equal("start", utc(activity["start"]), row["start"])
    equal("end", utc(activity["end"]), row["end"])
    for key in ("id", "kind", "name", "task", "vessel", "site", "to_site", "gear", "tonnes", "commodity", "float_h", "critical"):
        equal(key, activity.get(key), row[key])
metadata = parquet.read_metadata(path).metadata
equal("plan", SCHEDULE["plan"]["sha256"], metadata[b"plan.sha256"].decode())
ok(f"{len(rows)} rows, every value the schedule's; plan {metadata[b'plan.sha256'].decode()[:8]}")
