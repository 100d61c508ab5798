// The Gantt chart: rows of activities, of which only those in sight are drawn.
let ROWS = [], WHERE = [], labelWidth = 200, rowHeight = 26;

/** Rows: under each vessel one for each task, leg, sampling and transfer; or, by vessel, as few as hold everything. */
function buildRows() {
  ROWS = [];
  const groups = DATA.vessels.map((_, index) => index);
  if (ACTS.some((activity) => activity.vessel === null)) groups.push(null);
  for (const vessel of groups) {
    if (state.hidden.has(vessel)) continue;
    const own = [];
    for (const [index, activity] of ACTS.entries()) if (activity.vessel === vessel && activity.kind !== "idle") own.push(index);
    own.sort((a, b) => ACTS[a].start - ACTS[b].start || ACTS[a].end - ACTS[b].end);
    if (!own.length) continue;
    const rows = state.lanes ? lanes(own, vessel) : byTask(own);
    if (!state.lanes || rows.length > 1 || groups.length === 1) ROWS.push({ head: true, title: vesselName(vessel), vessel, items: [] });
    ROWS.push(...rows.map((row) => ({ ...row, vessel, closed: closedTimes(row, vessel) })));
  }
  WHERE = new Array(ACTS.length).fill(-1);
  ROWS.forEach((row, at) => {
    row.longest = 0;
    for (const index of row.items) { WHERE[index] = at; row.longest = Math.max(row.longest, ACTS[index].end - ACTS[index].start, (ACTS[index].was?.[1] ?? 0) - ACTS[index].start); }
  });
}
/** When a row stands still: its vessel, or what it is of and where that is. */
function closedTimes(row, vessel) {
  const first = ACTS[row.items[0]], names = vessel === null ? [] : [DATA.vessels[vessel]];
  if (!["lane", "wait", "sail"].includes(row.kind)) names.push(first.id.replace(/\.\d+$/, ""), first.site);
  return DATA.closures.filter((one) => one.stops.some((stopped) => names.includes(stopped))).map((one) => [one.from, one.to]);
}
function byTask(own) {
  const rows = new Map(), waits = { title: t("waiting"), items: [], kind: "wait" };
  for (const index of own) {
    const activity = ACTS[index];
    if (activity.kind === "wait") { waits.items.push(index); continue; }
    const key = `${activity.kind}\n${activity.to ?? ""}\n${activity.kind === "sail" ? "" : activity.name}`;
    if (!rows.has(key)) rows.set(key, { title: title(activity), items: [], kind: activity.kind, window: activity.window });
    rows.get(key).items.push(index);
  }
  return waits.items.length ? [...rows.values(), waits] : [...rows.values()];
}
function lanes(own, vessel) {
  const out = [];
  for (const index of own) {
    const activity = ACTS[index];
    let lane = out.find((row) => row.until <= activity.start);
    if (!lane) { lane = { title: out.length ? "" : vesselName(vessel), items: [], kind: "lane", until: -Infinity }; out.push(lane); }
    lane.items.push(index); lane.until = Math.max(lane.until, activity.end);
  }
  return out;
}
/** The first item of a row that could reach into sight. */
function firstInSight(row, from) {
  let low = 0, high = row.items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ACTS[row.items[middle]].start < from - row.longest) low = middle + 1; else high = middle;
  }
  return low;
}

const fillOf = (activity) => paint[{ task: "task", sail: "sail", sampling: "sampling", transfer: "transfer", process: "task", supply: "task" }[activity.kind] ?? "other"];
/** What lies between the intervals of an activity. */
function between(activity) {
  const out = [];
  let from = activity.start;
  for (const [a, b] of worked(activity)) { if (a > from) out.push([from, a]); from = Math.max(from, b); }
  if (activity.end > from) out.push([from, activity.end]);
  return out;
}
function drawStretch(pen, x, kind, [from, to], top, height, fill) {
  const x0 = x(from), w = Math.max(x(to) - x0, 1.5);
  if (kind === "sail") pen.rect(x0, top + height * 0.3, w, height * 0.4, fill);
  else if (kind === "weather") { pen.hatch(x0, top + 1, w, height - 2, fill); pen.frame(x0 + 0.5, top + 1.5, Math.max(w - 1, 0.5), height - 3, fill, 0.7); }
  else if (kind === "other") pen.line([[x0, top + height / 2], [x0 + w, top + height / 2]], fill, 1.5, [3, 3]);
  else {
    pen.rect(x0, top, w, height, fill);
    // Not by colour alone: lifting has a light stripe, a transfer two.
    if (kind === "sampling" && w > 4) pen.rect(x0, top + height * 0.42, w, height * 0.16, paint.sheet);
    if (kind === "transfer" && w > 4) { pen.rect(x0, top + height * 0.24, w, height * 0.14, paint.sheet); pen.rect(x0, top + height * 0.62, w, height * 0.14, paint.sheet); }
  }
}
function drawActivity(pen, x, index, top, height, view) {
  const activity = ACTS[index], barTop = top + height * 0.2, bar = height * 0.52;
  const isFaded = state.critical && !activity.critical && !(activity.kind === "wait" && activity.waiting_h > 0);
  pen.fade(isFaded ? 0.28 : 1);
  const within = (part) => part[1] >= view[0] && part[0] <= view[1];
  const held = ([a, b]) => [Math.max(a, view[0] - (view[1] - view[0])), Math.min(b, view[1] + (view[1] - view[0]))];
  const draw = (kind, part, fill) => { if (within(part)) drawStretch(pen, x, kind, held(part), barTop, bar, fill); };
  if (activity.kind === "wait") {
    const weather = activity.waiting_h > 0 ? activity.work ?? [[activity.start, activity.end]] : [];
    const rest = activity.waiting_h > 0 ? between({ ...activity, work: weather }) : [[activity.start, activity.end]];
    for (const part of weather) draw("weather", part, paint.weather);
    for (const part of rest) draw("other", part, paint.other);
  } else {
    const pause = activity.waiting_h > 0 ? "weather" : "other";
    if (activity.work) for (const part of between(activity)) draw(pause, part, paint[pause]);
    for (const part of worked(activity)) draw(activity.kind, part, fillOf(activity));
  }
  if (state.float && activity.float_h > 0 && isDone(activity) && !state.lanes) {
    const from = x(activity.end), to = x(activity.end + activity.float_h * HOUR), y = barTop + bar / 2;
    if (to - from > 2) { pen.line([[from, y], [to, y]], paint.soft, 1, [1, 2]); pen.line([[to, y - 3], [to, y + 3]], paint.soft, 1); }
  }
  if (activity.critical && isDone(activity)) pen.rect(x(activity.start), barTop + bar + 1, Math.max(x(activity.end) - x(activity.start), 2), state.critical ? 3 : 2, paint.magenta);
  if (state.baseline && activity.was) {
    const [a, b] = activity.was;
    pen.fade(1);
    if (b >= view[0] && a <= view[1]) pen.frame(x(a) + 0.5, top + height - height * 0.17, Math.max(x(b) - x(a) - 1, 1), height * 0.13, paint.soft, 1);
  }
  pen.fade(1);
}

function drawRow(pen, row, x, geometry, top, view) {
  const { left, width, height, fs } = geometry;
  if (row.head) {
    pen.line([[0, top + 0.5], [left + width, top + 0.5]], paint.hair, 1);
    pen.disc(fs * 0.75, top + height / 2 + fs * 0.05, fs * 0.24, vesselPaint(row.vessel));
    const look = { size: fs, weight: 600, fill: paint.ink };
    pen.text(fs * 1.3, top + height / 2 + fs * 0.36, fitted(pen, row.title, left + width * 0.6, look), look);
    return;
  }
  const label = { size: fs * 0.9, fill: paint.ink, weight: row.kind === "lane" ? 600 : 400 };
  const indent = row.kind === "lane" ? fs * 0.7 : fs * 1.3;
  pen.text(indent, top + height / 2 + fs * 0.32, fitted(pen, row.title, left - indent - fs * 0.4, label), label);
  pen.clip(left, top, width, height);
  const windows = row.window === undefined || row.window === null ? null : DATA.windows[row.window];
  if (state.windows && windows) {
    for (const [a, b] of windows.open) {
      if (b < view[0] || a > view[1]) continue;
      const [x0, x1] = [Math.max(x(a), left), Math.min(x(b), left + width)];
      pen.rect(x0, top + 1, x1 - x0, height - 2, paint.window);
    }
  }
  for (const [a, b] of row.closed) {
    const [x0, x1] = [Math.max(x(a), left), Math.min(x(b), left + width)];
    if (x1 > x0) pen.hatch(x0, top + 1, x1 - x0, height - 2, paint.hair);
  }
  let last = -Infinity;
  const shown = [];
  for (let at = firstInSight(row, view[0]); at < row.items.length; at++) {
    const activity = ACTS[row.items[at]];
    if (Math.min(activity.start, activity.was?.[0] ?? Infinity) > view[1] && activity.start > view[1]) break;
    // Where more lie on one pixel than can be told apart, one of them stands for all.
    const x1 = x(activity.end);
    if (x1 < last + 0.5 && row.items[at] !== state.chosen) continue;
    drawActivity(pen, x, row.items[at], top, height, view);
    last = Math.max(last, x1);
    if (activity.tonnes) shown.push(at);
  }
  // Over every bar and float of the row, and none over another.
  let free = -Infinity;
  for (const at of shown) free = Math.max(free, drawTonnes(pen, row, at, x, top, height, fs, left + width, free));
  if (state.chosen >= 0 && WHERE[state.chosen] >= 0 && ROWS[WHERE[state.chosen]] === row) {
    const activity = ACTS[state.chosen];
    pen.frame(x(activity.start) - 2.5, top + height * 0.08, Math.max(x(activity.end) - x(activity.start), 2) + 5, height * 0.8, paint.focus, 2);
  }
  pen.unclip();
}
/** Tonnes beside their bar, where nothing else stands; up to where they reach. `free`: from where on no other tonnes stand. */
function drawTonnes(pen, row, at, x, top, height, fs, edge, free) {
  const activity = ACTS[row.items[at]], next = ACTS[row.items[at + 1]];
  const look = { size: fs * 0.78, fill: paint.soft }, text = `${tonnes(activity.tonnes)} t`, w = pen.width(text, look);
  const from = x(activity.end) + 5, before = x(activity.start) - 5, y = top + height / 2 + fs * 0.22;
  if (from + w < (next ? Math.min(x(next.start), edge) : edge)) { pen.text(from, y, text, { ...look, halo: paint.sheet }); return from + w; }
  const isFree = before - w > Math.max(edge * 0.4, free + 6) && (at === 0 || x(ACTS[row.items[at - 1]].end) < before - w - 3);
  if (isFree) pen.text(before, y, text, { ...look, align: "right", halo: paint.sheet });
  return isFree ? before : -Infinity;
}
/** Precedences between activities: all of them, or the critical ones while only the critical path is looked at. */
function drawLinks(pen, x, tops, geometry) {
  const { left, width, height } = geometry;
  for (const [from, to] of DATA.links) {
    const [a, b] = [ACTS[from], ACTS[to]], [ya, yb] = [tops.get(WHERE[from]), tops.get(WHERE[to])];
    if (ya === undefined || yb === undefined || ya === yb) continue;
    if (!state.links && !(a.critical && b.critical)) continue;
    const [xa, xb] = [x(a.end), x(b.start)], down = yb > ya;
    if (Math.max(xa, xb) < left || Math.min(xa, xb) > left + width) continue;
    const y0 = ya + height * 0.46, y1 = yb + (down ? height * 0.2 : height * 0.72), colour = a.critical && b.critical ? paint.magenta : paint.soft;
    pen.line([[xa, y0], [Math.max(xb, xa + 4), y0], [Math.max(xb, xa + 4), y1 + (down ? -3 : 3)]], colour, 1);
    const tip = Math.max(xb, xa + 4);
    pen.area([[tip - 3, y1 + (down ? -4 : 4)], [tip + 3, y1 + (down ? -4 : 4)], [tip, y1]], colour);
  }
}

/** Draws rows `first` to `last` under an axis. */
function drawGantt(pen, geometry, first, last, shift, view, isPaper) {
  const { left, width, height, fs, whole } = geometry, x = scale(view, left, width), top = axisHeight(fs);
  const y = (at) => top + (at - first) * height - shift;
  pen.rect(0, 0, left + width, whole, paint.sheet);
  const chosen = step(view[0], view[1], width, fs * 3.1);
  drawGrid(pen, ticks(view[0], view[1], chosen).map((tick) => tick.at), view, left, width, top, whole);
  pen.clip(0, top, left + width, whole - top);
  const tops = new Map();
  for (let at = first; at < last; at++) { tops.set(at, y(at)); drawRow(pen, ROWS[at], x, geometry, y(at), view); }
  pen.clip(left, top, width, whole - top);
  if (state.links || state.critical) drawLinks(pen, x, tops, geometry);
  pen.unclip();
  pen.unclip();
  pen.rect(0, 0, left + width, top, paint.sheet);
  drawAxis(pen, view, left, width, fs);
  pen.line([[left - 0.5, 0], [left - 0.5, whole]], paint.neat, 1);
  drawMoments(pen, view, left, width, top, whole, fs, isPaper, true);
  if (!ROWS.length) pen.text(left + fs, top + fs * 2, t(ACTS.some((activity) => activity.kind !== "idle") ? "nothing-picked" : "no-activities"), { size: fs, fill: paint.soft });
}

function geometryOf(width) {
  const fs = Math.max(11, rem() * 0.86);
  rowHeight = Math.round(fs * 1.95);
  labelWidth = Math.round(Math.min(width < 600 ? width * 0.3 : width * 0.2, fs * 17));
  return { left: labelWidth, width: width - labelWidth - 1, height: rowHeight, fs };
}
drawers.push(function screenGantt() {
  const box = $("gantt"), width = box.clientWidth, geometry = geometryOf(width), axis = axisHeight(geometry.fs);
  const needed = axis + Math.max(ROWS.length, 2) * rowHeight + 6;
  const most = Math.max(260, Math.min(window.innerHeight * 0.72, 2200));
  const shown = Math.round(Math.min(needed, most));
  if (box.style.height !== `${shown}px`) box.style.height = `${shown}px`;
  $("gantt-spacer").style.height = `${Math.max(needed - shown, 0)}px`;
  geometry.whole = shown;
  const scrolled = box.scrollTop, first = Math.floor(scrolled / rowHeight);
  const last = Math.min(ROWS.length, first + Math.ceil((shown - axis) / rowHeight) + 1);
  const began = performance.now();
  drawGantt(new CanvasPen($("gantt-canvas"), width, shown), geometry, first, last, scrolled - first * rowHeight, state.view, false);
  drawn.push(performance.now() - began);
  if (drawn.length > 600) drawn.splice(0, 300);
});
/** How long each of the last drawings of the chart took, in milliseconds; the browser tests read it. */
const drawn = [];
