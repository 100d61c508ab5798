// The axis of time: ticks on round times of the plan's clock, drawn as the graduated border of a chart.
const STEPS = [[1, "m"], [5, "m"], [15, "m"], [30, "m"], [60, "m"], [120, "m"], [180, "m"], [360, "m"], [720, "m"], [1, "d"], [2, "d"], [7, "d"], [14, "d"],
  [1, "M"], [3, "M"], [6, "M"], [1, "y"], [2, "y"], [5, "y"], [10, "y"], [20, "y"], [50, "y"], [100, "y"], [500, "y"], [1000, "y"]];
const LENGTH = { m: 60, d: DAY, M: 28 * DAY, y: 365 * DAY };

/** The finest step whose ticks stand `pitch` pixels apart or more. */
function step(from, to, width, pitch) {
  return STEPS.find(([count, unit]) => (count * LENGTH[unit]) / (to - from) * width >= pitch) ?? STEPS[STEPS.length - 1];
}
/** Ticks of a step: moments with the date that the clock shows. The first lies at or before `from`. */
function ticks(from, to, [count, unit]) {
  const out = [], first = local(from);
  let shown;
  const year = first.getUTCFullYear();
  const utc = (y, m) => { const date = new Date(0); date.setUTCFullYear(y, m, 1); return date.getTime() / 1000; };
  if (unit === "m") shown = Math.floor(first.getTime() / 1000 / (60 * count)) * 60 * count;
  // 5 January 1970 was a Monday.
  else if (unit === "d") { const base = count % 7 === 0 ? 4 : 0; shown = (Math.floor((first.getTime() / 1000 / DAY - base) / count) * count + base) * DAY; }
  else if (unit === "M") shown = utc(year, first.getUTCMonth() - (first.getUTCMonth() % count));
  else shown = utc(year - (((year % count) + count) % count), 0);
  for (let guard = 0; guard < 4000; guard++) {
    const at = moment(shown);
    const date = new Date(shown * 1000);
    out.push({ at, date });
    if (at > to || Number.isNaN(at)) break;
    if (unit === "m" || unit === "d") shown += count * LENGTH[unit];
    else if (unit === "M") shown = utc(date.getUTCFullYear(), date.getUTCMonth() + count);
    else shown = utc(date.getUTCFullYear() + count, 0);
  }
  return out;
}
function tickLabel({ date }, [, unit]) {
  if (unit === "m") return clockOf(date);
  if (unit === "d") return String(date.getUTCDate());
  if (unit === "M") return state.lang === "ja" ? `${date.getUTCMonth() + 1}月` : MONTHS[date.getUTCMonth()];
  return String(date.getUTCFullYear());
}
/** What the labels leave unsaid: the day over hours, the month over days, the year over months. */
function contextOf(date, [, unit]) {
  if (unit === "m") return `${WEEKDAYS[state.lang][date.getUTCDay()]} ${fullDayOf(date)}`;
  if (unit === "d") return state.lang === "ja" ? `${date.getUTCFullYear()}年${date.getUTCMonth() + 1}月` : `${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  if (unit === "M") return String(date.getUTCFullYear());
  return "";
}

/** The place of a moment between `left` and `left + width`. */
const scale = (view, left, width) => (at) => left + ((at - view[0]) / (view[1] - view[0])) * width;

const axisHeight = (fs) => Math.round(fs * 3.5);
/** Draws the axis over a chart, and gives the moments at which lines go down through it. */
function drawAxis(pen, view, left, width, fs) {
  const x = scale(view, left, width), pitch = fs * 3.1;
  const chosen = step(view[0], view[1], width, pitch), all = ticks(view[0], view[1], chosen);
  const height = axisHeight(fs), bar = Math.round(fs * 0.42), base = height - bar - 1;
  pen.clip(left, 0, width, height + 1);
  const label = { size: fs * 0.82, fill: paint.soft, align: "left" }, head = { size: fs * 0.86, fill: paint.ink, weight: 600 };
  let said = "", until = -Infinity;
  for (const [at, tick] of all.entries()) {
    const here = x(tick.at);
    const words = tickLabel(tick, chosen);
    if (here >= left - 1 && here + 3 + pen.width(words, label) <= left + width) pen.text(here + 3, base - fs * 0.35, words, label);
    const context = contextOf(at === 0 ? local(view[0]) : tick.date, chosen);
    const from = Math.max(here, left);
    // The name of a month that is nearly over gives way to the one that begins.
    const next = all.slice(at + 1).find((other) => contextOf(other.date, chosen) !== context);
    const room = (next ? x(next.at) : left + width) - from;
    if (context !== said && from >= until && room > pen.width(context, head) + 6) {
      pen.text(from + 3, fs * 1.15, context, head);
      said = context; until = from + pen.width(context, head) + fs;
    }
  }
  // The graduation: finer than the labels, black and white by turns, as on the border of a chart.
  const fine = step(view[0], view[1], width, Math.max(fs * 0.9, 9)), marks = ticks(view[0], view[1], fine);
  for (let at = 0; at + 1 < marks.length; at++) {
    const [a, b] = [Math.max(x(marks[at].at), left), Math.min(x(marks[at + 1].at), left + width)];
    const turn = Math.round(marks[at].date.getTime() / 1000 / (fine[0] * LENGTH[fine[1]]));
    if (b > a && Math.abs(turn) % 2 === 0) pen.rect(a, base, b - a, bar, paint.neat);
  }
  pen.unclip();
  pen.line([[left, base], [left + width, base]], paint.neat, 1);
  pen.line([[left, height - 0.5], [left + width, height - 0.5]], paint.neat, 1);
  return all.map((tick) => tick.at);
}
function drawGrid(pen, moments, view, left, width, top, bottom) {
  const x = scale(view, left, width);
  for (const at of moments) if (at >= view[0] && at <= view[1]) pen.line([[x(at), top], [x(at), bottom]], paint.faint, 1);
}
/** The cursor and the present, over whatever was drawn. */
function drawMoments(pen, view, left, width, top, bottom, fs, isPaper, labelled) {
  const x = scale(view, left, width), now = Date.now() / 1000;
  if (!isPaper && now >= DATA.horizon.start && now <= DATA.horizon.end && now >= view[0] && now <= view[1]) {
    pen.line([[x(now), top], [x(now), bottom]], paint.magenta, 1.5, [5, 3]);
    if (labelled) pen.text(x(now) + 4, top + fs, t("now"), { size: fs * 0.8, fill: paint.magenta, halo: paint.sheet });
  }
  if (!isPaper && state.cursor >= view[0] && state.cursor <= view[1]) {
    pen.line([[x(state.cursor), top], [x(state.cursor), bottom]], paint.magenta, 1);
    if (labelled) pen.area([[x(state.cursor) - 5, top - 6], [x(state.cursor) + 5, top - 6], [x(state.cursor), top]], paint.magenta);
  }
}

/** Shows another stretch of time, held within what there is. */
function look(from, to) {
  const whole = EXTENT[1] - EXTENT[0], least = Math.min(whole, Math.max(600, DATA.horizon.slot_h * HOUR * 2));
  let length = Math.min(Math.max(to - from, least), whole);
  let start = to - from === length ? from : (from + to) / 2 - length / 2;
  start = Math.min(Math.max(start, EXTENT[0]), EXTENT[1] - length);
  state.view = [start, start + length];
  redraw();
}
/** Zooms about a moment, which stays where it is. */
function zoom(factor, about = (state.view[0] + state.view[1]) / 2) {
  const [from, to] = state.view;
  const whole = EXTENT[1] - EXTENT[0], least = Math.min(whole, Math.max(600, DATA.horizon.slot_h * HOUR * 2));
  const length = Math.min(Math.max((to - from) * factor, least), whole);
  const share = (about - from) / (to - from);
  const start = Math.min(Math.max(about - share * length, EXTENT[0]), EXTENT[1] - length);
  state.view = [start, start + length];
  redraw();
}
const pan = (share) => { const [from, to] = state.view, by = (to - from) * share; look(from + by, to + by); };
function setCursor(at) {
  state.cursor = Math.min(Math.max(at, EXTENT[0]), EXTENT[1]);
  redraw();
}
