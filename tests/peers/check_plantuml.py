# programs: plantuml
# PlantUML draws the chart; it says so when a line means nothing to it. Debian's is of 2020.

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from peer import DONE, SCHEDULE, equal, file, ok

source = file("plantuml", "puml")
with tempfile.TemporaryDirectory() as folder:
    shutil.copy(source, Path(folder) / "chart.puml")
    command = ["plantuml", "-tsvg", "-charset", "UTF-8", "-failfast2", "chart.puml"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    drawn = Path(folder) / "chart.svg"
    if ran.returncode or not drawn.exists():
        sys.exit(f"PlantUML: {ran.stdout}{ran.stderr}")
    svg = drawn.read_text(encoding="utf-8")
if "Syntax Error" in svg:
    sys.exit("PlantUML: Syntax Error")
lines = source.read_text(encoding="utf-8").splitlines()
equal("bars", len(DONE) + len(SCHEDULE["deliveries"]), sum(" lasts " in line for line in lines))
ok(f"drawn by PlantUML: {len(DONE)} bars, {len(SCHEDULE['deliveries'])} deliveries, {len(svg)} bytes of SVG")
