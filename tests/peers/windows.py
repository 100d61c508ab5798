"""How much faster mudline answers than ww_calc of IFREMER's resourcecode, on the same series, one after the other in one run.

    python3 tests/peers/windows.py           `make peers-windows` builds first

Ten years of an hourly synthetic sea and the twelve limit sets of benches/persistence.rs. Theirs: ww_calc with every sample as a start
(concurrent_windows=False), which lists the starts of windows. Ours: workability, windows, waits and lengths by month for all sets, as
criterion measures them. Takes some minutes of one core. resourcecode comes from PyPI into target/peers; it is GPL, and only run here.
Exit 0 when mudline is a thousand times faster or more, 1 when it is not, 77 when it cannot be measured here.
"""

import os
import re
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "target" / "peers" / "windows"
MUDLINE = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "mudline"
PACKAGE = "resourcecode==2.1.0"
HOURS = 87_660
LEAST = 1000


def sets():
    """Hs, wind and hours of each set, as in benches/persistence.rs."""
    return [(0.5 + 0.25 * (place % 6), 8 + 4 * (place // 6), 6 + 6 * place) for place in range(12)]


def theirs(file):
    """Seconds that ww_calc takes for all sets, and how many starts it finds."""
    import pandas as pd
    from resourcecode.opsplanning import ww_calc

    data = pd.read_csv(file, comment="#", index_col="time", parse_dates=True)
    data = data.rename(columns={"hs_m": "hs", "wind_ms": "wind"})
    seconds, starts = 0.0, 0
    for hs, wind, hours in sets():
        within = data.query(f"hs <= {hs} and wind <= {wind}")
        before = time.perf_counter()
        found = ww_calc(within, hours, concurrent_windows=False)
        took = time.perf_counter() - before
        seconds, starts = seconds + took, starts + len(found)
        print(f"  hs {hs} m, wind {wind} m/s, {hours} h: {len(found)} starts, {took:.1f} s", flush=True)
    return seconds, starts


def ours(file):
    """Seconds that the bench takes for all sets."""
    command = ["cargo", "bench", "--locked", "--profile", "dev", "--bench", "persistence"]
    ran = subprocess.run(command, cwd=ROOT, env={**os.environ, "MUDLINE_SERIES": str(file)}, capture_output=True, text=True)
    measured = re.search(r"time:\s+\[\S+ \S+ ([\d.]+) (ns|µs|ms|s) ", ran.stdout)
    if ran.returncode or not measured:
        sys.exit(f"the bench did not run: {ran.stderr.strip()[-400:]}")
    return float(measured[1]) * {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1.0}[measured[2]]


def main():
    if len(sys.argv) > 1:
        seconds, starts = theirs(sys.argv[1])
        print(f"theirs {seconds} {starts}")
        return 0
    python = WORK / "env" / "bin" / "python"
    if not python.exists():
        venv.create(WORK / "env", with_pip=True)
    if subprocess.run([python, "-m", "pip", "install", "-q", PACKAGE], capture_output=True).returncode:
        print(f"{PACKAGE} cannot be installed here")
        return 77
    sea = WORK / "sea.csv"
    synth = ["weather", "synth", "minamitorishima", "--start", "2001-01-01T00:00:00Z", "--hours", str(HOURS), "--seed", "1"]
    subprocess.run([MUDLINE, *synth, "-o", sea], check=True)
    own = ours(sea)
    print(f"mudline, all sets: {own * 1000:.1f} ms")
    ran = subprocess.run([python, __file__, sea], stdout=subprocess.PIPE, text=True)
    print(ran.stdout, end="")
    found = re.search(r"^theirs (\S+) (\d+)$", ran.stdout, re.M)
    if ran.returncode or not found:
        print("ww_calc did not run")
        return 77
    ratio = float(found[1]) / own
    print(f"{PACKAGE} ww_calc, all sets: {float(found[1]):.1f} s; mudline is {ratio:,.0f} times faster (at least {LEAST:,} is wanted)")
    return 0 if ratio >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
