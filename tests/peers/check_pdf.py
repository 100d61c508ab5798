# programs: pdfinfo pdftotext pdffonts
"""PDF, by poppler: lying pages of A3, every font embedded, and the name of every row found in the text."""
import re
import subprocess
from peer import SCHEDULE, DONE, file, equal, ok

path = file("pdf", "pdf")
run = lambda *command: subprocess.run([*command], capture_output=True, text=True, check=True).stdout
info = dict(line.split(":", 1) for line in run("pdfinfo", path).splitlines() if ":" in line)
width, height = map(float, re.findall(r"[\d.]+", info["Page size"])[:2])
equal("width of A3 in mm", 420, round(width * 25.4 / 72))
equal("height of A3 in mm", 297, round(height * 25.4 / 72))
fonts = [line for line in run("pdffonts", path).splitlines()[2:]]
equal("fonts that are not embedded", [], [f for f in fonts if not re.search(r"\byes\s+(yes|no)\s+(yes|no)\s", f)])
pages = run("pdftotext", "-layout", path, "-").rstrip("\f").split("\f")
equal("pages", int(info["Pages"]), len(pages))
for number, page in enumerate(pages, 1):
    if f"page {number} of {len(pages)}" not in page:
        raise SystemExit(f"page {number} does not say so")
text = re.sub(r"\s+", "", "".join(pages))
# A name may be cut where its column ends; what a font lacks is no text.
letters = lambda name: re.match(r"[ -~]{0,14}", re.sub(r"\s+", "", name)).group()
tasks = [a["name"] for a in DONE if a["kind"] != "sail"]
equal("names that are not found", [], [name for name in tasks if letters(name) not in text])
ok(f"{info['Pages'].strip()} pages, {len(fonts)} embedded fonts, {len(tasks)} names found")
