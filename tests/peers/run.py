"""Shows what mudline writes to programs that mudline did not write: every format, read by an independent reader.

    python3 tests/peers/run.py [--may-skip] [NAME ...]        such as: run.py ical csv

A check is one file, check_NAME.py. It is run once for each folder of timelines, with the folder as its argument, and says:
exit 0, and one line of what was compared; exit 77, and why it cannot be done here; anything else is a failure.
What it needs stands in its first lines, and is installed under target/peers where it can be. Where there is no program for it or no
package index can be reached, it is skipped, loudly; what an index that answers does not have is a failure, and so is a run in which
nothing was read, unless --may-skip allows that (for machines without a network). A reader that fails fails, always.

    # python: openpyxl==3.1.5        packages of PyPI, into a virtual environment
    # node: mermaid@11               packages of npm, into a node_modules
    # programs: java plantuml        programs that must be there; Debian's package of that name is tried
    # git: https://example.org/x     a repository of what may not be shipped here; without it the check says what it left out
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PEERS = Path(__file__).resolve().parent
WORK = ROOT / "target" / "peers"
MUDLINE = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "mudline"
# Debian's name of a program, where it is another.
DEBIAN = {"java": "openjdk-17-jre-headless", "node": "nodejs", "xmllint": "libxml2-utils", "pdfinfo": "poppler-utils"}


class Missing(Exception):
    """What a package index that answers does not have."""


def needs(check, kind):
    """What the head of a check says after `# kind:`."""
    found = []
    for line in check.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        match = re.match(rf"# {kind}:(.*)", line)
        found += match.group(1).split() if match else []
    return found


def quietly(command, **options):
    """Runs a command; its last words when it fails, else None. No index takes ten minutes that answers at all."""
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=600, stdin=subprocess.DEVNULL, **options)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    words = (ran.stderr.strip() or ran.stdout.strip() or "no word").splitlines()[-1]
    return words if ran.returncode else None


def install(check, python):
    """Installs what a check needs; what could not be had, else None."""
    for program in needs(check, "programs"):
        if shutil.which(program):
            continue
        package = DEBIAN.get(program, program)
        root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        failed = "no apt-get"
        if shutil.which("apt-get"):
            # On a new machine the lists of packages are empty.
            install_it = [*root, "apt-get", "install", "-y", "-qq", package]
            failed = quietly(install_it) and (quietly([*root, "apt-get", "update", "-qq"]) or quietly(install_it))
        if not shutil.which(program):
            return f"there is no {program} ({failed})"
    packages = needs(check, "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--retries", "1"]
    if packages and (failed := quietly([*pip, "install", "-q", *packages])):
        # Asked for a package that every index has, an index that can be reached answers.
        if quietly([*pip, "download", "-q", "--no-cache-dir", "--no-deps", "-d", WORK / "probe", "packaging"]) is None:
            raise Missing(f"pip cannot install {' '.join(packages)} ({failed})")
        return f"no package index of Python can be reached ({failed})"
    packages = needs(check, "node")
    if packages:
        if not shutil.which("npm"):
            return "there is no npm"
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", WORK, *packages]
        if failed := quietly(command):
            if quietly(["npm", "view", "--prefer-online", "semver", "version"]) is None:
                raise Missing(f"npm cannot install {' '.join(packages)} ({failed})")
            return f"no package index of Node can be reached ({failed})"
    for address in needs(check, "git"):
        clone(address)
    return None


def clone(address):
    """Fetches a repository once. That it cannot be had is no failure: its check does without, and says so."""
    place = WORK / "git" / address.rstrip("/").rsplit("/", 1)[-1]
    if place.exists() or not shutil.which("git"):
        return
    half = place.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    command = ["git", "clone", "-q", "--depth", "1", address, half]
    if quietly(command, env=os.environ | {"GIT_TERMINAL_PROMPT": "0"}) is None:
        half.rename(place)


def hostile(schedule):
    """The same schedule under names that nobody should choose."""
    names = [
        '=1+1', '+1', '@x', '-1', 'a "quoted" name', "it's", "a, b; c", "two\nlines\r\n", "</script><b>&amp;", "]]>",
        "\U0001F6A2 ship", "\u0633\u0641\u064a\u0646\u0629", "\u202eturned", "a\u0000b\u0007c\u001b[31m", "\u8352\u5929\u5f85\u6a5f",
        "x" * 10_000, "tab\there", "%d {0} ${x} `y`", "\\", "\ufffe\uffff",
    ]
    schedule = json.loads(json.dumps(schedule))
    for at, activity in enumerate(schedule["activities"]):
        activity["name"] = names[at % len(names)]
    schedule["plan"]["name"] = '</script> "a", <b> & \u202e\u0001 \U0001F6A2\n# plan'
    return schedule


def folders():
    """The timelines to show: schedules from the tests, one that was solved, one under hostile names. A folder each."""
    golden = ROOT / "tests" / "golden" / "export"
    sources = {"trial": golden / "schedule.json"} | {path.stem: path for path in sorted((golden / "looks").glob("*.json"))}
    made = []
    for name, source in sources.items():
        made.append((name, source.read_text(encoding="utf-8")))
    made.append(("hostile", json.dumps(hostile(json.loads(made[0][1])))))
    for plan in ["windows", "project"]:
        solved = subprocess.run([MUDLINE, "schedule", "--json", ROOT / "plans" / plan], capture_output=True, check=True)
        made.append((f"solved-{plan}", solved.stdout.decode()))
    listed = json.loads(subprocess.run([MUDLINE, "export", "--json", "-f", "list"], capture_output=True, check=True).stdout)
    for name, text in made:
        folder = WORK / "timelines" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        source = folder / "schedule.json"
        source.write_text(text, encoding="utf-8")
        for form in listed:
            file = folder / f"schedule.{form['extension']}"
            command = [MUDLINE, "export", source, "-f", form["name"]]
            if file != source:
                ran = subprocess.run([*command, "-o", file], capture_output=True, text=True)
                # A format may refuse a schedule that it cannot hold; then its check finds no file and says what it thinks of that.
                (folder / f"{form['name']}.refused").write_text(ran.stderr) if ran.returncode else None
        yield folder


def environment_fault(environment, python):
    """Makes the virtual environment unless it works already; why that cannot be done, else None."""
    if quietly([python, "-m", "pip", "--version"]) is None:
        return None
    # Half a one is left where making it was broken off.
    shutil.rmtree(environment, ignore_errors=True)
    return quietly([sys.executable, "-m", "venv", environment])


def main():
    may_skip = "--may-skip" in sys.argv
    wanted = [word for word in sys.argv[1:] if word != "--may-skip"]
    known = {check.stem.removeprefix("check_") for check in PEERS.glob("check_*.py")}
    if unknown := [word for word in wanted if word not in known]:
        sys.exit(f"there is no check of {', '.join(unknown)} (known: {', '.join(sorted(known))})")
    checks = [c for c in sorted(PEERS.glob("check_*.py")) if not wanted or c.stem.removeprefix("check_") in wanted]
    environment = WORK / "venv"
    python = environment / "bin" / "python"
    # Whatever is fetched stays under target/.
    os.environ |= {"PIP_CACHE_DIR": str(WORK / "pip-cache"), "npm_config_cache": str(WORK / "npm-cache")}
    if failed := environment_fault(environment, python):
        print(f"SKIPPED all: Python makes no virtual environment here ({failed}); Debian has it in python3-venv")
        sys.exit(0 if may_skip else 1)
    shown = list(folders())
    passed, skipped, failed = [], [], []
    for check in checks:
        name = check.stem.removeprefix("check_")
        try:
            missing = install(check, python)
        except Missing as error:
            print(f"FAILED  {name}: {error}", flush=True)
            failed.append(name)
            continue
        if missing:
            print(f"SKIPPED {name}: {missing}", flush=True)
            skipped.append(name)
            continue
        for folder in shown:
            variables = os.environ | {"TZ": "UTC", "NODE_PATH": str(WORK / "node_modules"), "PEERS_WORK": str(WORK), "MUDLINE": str(MUDLINE)}
            ran = subprocess.run([python, check, folder], capture_output=True, text=True, env=variables)
            what = f"{name} {folder.name}"
            lines = ran.stdout.strip().splitlines() or ["no word"]
            if ran.returncode == 0:
                print(f"ok      {what}: {lines[-1]}", flush=True)
                passed.append(what)
            elif ran.returncode == 77:
                print(f"SKIPPED {what}: {lines[-1]}", flush=True)
                skipped.append(what)
            else:
                print(f"FAILED  {what}:\n{ran.stdout}{ran.stderr}", flush=True)
                failed.append(what)
    print(f"{len(passed)} passed, {len(skipped)} skipped{': ' + ', '.join(skipped) if skipped else ''}, {len(failed)} failed")
    if not passed and not failed and may_skip:
        print("no timeline was shown to any other program: nothing that could do it can be had here")
        sys.exit(0)
    # Nothing shown to anybody proves nothing.
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
