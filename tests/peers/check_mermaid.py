# node: mermaid@11.17.2 jsdom@24
# programs: node
# Mermaid itself parses the chart and tells each bar's times.

import json
import os
import subprocess
import sys

from peer import DONE, SCHEDULE, equal, file, ok, utc, worked

SCRIPT = """
import { JSDOM } from 'jsdom';
const { window } = new JSDOM('');
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import('mermaid');
import { readFileSync } from 'node:fs';
const text = readFileSync(process.argv[2], 'utf8');
await mermaid.parse(text);
const diagram = await mermaid.mermaidAPI.getDiagramFromText(text);
const tasks = diagram.db.getTasks().map(t => [t.startTime.toISOString(), t.endTime.toISOString(), t.milestone, t.crit]);
console.log(JSON.stringify(tasks));
"""
script = os.path.join(os.environ["PEERS_WORK"], "mermaid.mjs")
with open(script, "w", encoding="utf-8") as out:
    out.write(SCRIPT)
ran = subprocess.run(["node", script, file("mermaid", "mmd")], capture_output=True, text=True)
if ran.returncode:
    sys.exit(ran.stderr)
tasks = json.loads(ran.stdout)
bars = sorted((utc(start), utc(end)) for start, end, milestone, _ in tasks if not milestone)
equal("bars", sorted(part for activity in DONE for part in worked(activity)), bars)
equal("milestones", len(SCHEDULE["deliveries"]), sum(1 for task in tasks if task[2]))
ok(f"{len(bars)} bars at the schedule's times, {len(tasks) - len(bars)} milestones")
