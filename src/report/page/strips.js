// Strips under the Gantt chart, on the same axis of time: the sea with the limits of the work, and the stocks.

/** For each site the limits that work there has, by channel: `{site: {channel: [{value, isForecast, windows}]}}`. */
const LIMITS = (() => {
  const out = {};
  for (const activity of ACTS) {
    if (activity.window === undefined || activity.window === null || !activity.site) continue;
    for (const bound of DATA.windows[activity.window].bounds) {
      const value = bound.forecast_limit ?? bound.limit, isForecast = bound.forecast_limit !== undefined;
      const list = ((out[activity.site] ??= {})[bound.channel] ??= []);
      if (!list.some((one) => one.value === value)) list.push({ value, isForecast });
    }
  }
  for (const site of Object.values(out)) for (const list of Object.values(site)) list.sort((a, b) => a.value - b.value);
  return out;
})();
const limitsAt = (site, channel) => (Object.hasOwn(LIMITS, site) && Object.hasOwn(LIMITS[site], channel) ? LIMITS[site][channel] : []);
/** The strips of the sea: channels that bound work; where none does, all there are. */
const SEA = (() => {
  const all = [], bounded = [];
  for (const sea of DATA.sea) for (const channel of sea.channels) {
    const strip = { ...sea, ...channel, limits: limitsAt(sea.site, channel.name) };
    all.push(strip);
    if (strip.limits.length) bounded.push(strip);
  }
  const order = ["hs", "swell", "tp", "wind", "gust", "current"], rank = (strip) => (order.indexOf(strip.name) + order.length + 1) % (order.length + 1);
  return (bounded.length ? bounded : all).sort((a, b) => rank(a) - rank(b));
})();
const channelWord = (name) => (has(name) ? t(name) : name);
/** The limits that are looked at: those of the activity in hand, or else the lowest. */
function inHand(strip) {
  const activity = ACTS[state.chosen];
  if (activity && activity.site === strip.site && activity.window !== null && activity.window !== undefined) {
    const bound = DATA.windows[activity.window].bounds.find((one) => one.channel === strip.name);
    if (bound) return bound.forecast_limit ?? bound.limit;
  }
  return strip.limits[0]?.value;
}
function niceTop(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((one) => one * power).find((one) => one >= value) ?? 10 * power;
}
const valueAt = (strip, at) => strip.values[Math.floor((at - strip.start) / (strip.step_h * HOUR))] ?? null;

/** The frame of a strip: its name, its scale. */
function drawFrame(pen, geometry, top, name, unit, most) {
  const { left, width, fs, strip } = geometry, label = { size: fs * 0.88, fill: paint.ink }, small = { size: fs * 0.76, fill: paint.soft };
  pen.text(fs * 0.75, top + fs * 1.3, fitted(pen, name, left - fs * 1.2, label), label);
  if (unit) pen.text(fs * 0.75, top + fs * 2.5, fitted(pen, unit, left - fs * 3, small), small);
  pen.text(left - 5, top + fs * 0.95, number(most), { ...small, align: "right" });
  pen.text(left - 5, top + strip - 3, "0", { ...small, align: "right" });
  pen.line([[0, top + strip + 0.5], [left + width, top + strip + 0.5]], paint.hair, 1);
}

function drawSea(pen, geometry, view, isPaper) {
  const { left, width, fs, strip: height, whole } = geometry, x = scale(view, left, width);
  pen.rect(0, 0, left + width, whole, paint.sheet);
  drawGrid(pen, ticks(view[0], view[1], step(view[0], view[1], width, fs * 3.1)).map((tick) => tick.at), view, left, width, 0, whole);
  SEA.forEach((strip, at) => drawChannel(pen, geometry, strip, at * height, x, view));
  pen.line([[left - 0.5, 0], [left - 0.5, whole]], paint.neat, 1);
  drawMoments(pen, view, left, width, 0, whole, fs, isPaper, false);
  if (!isPaper) SEA.forEach((strip, at) => {
    const value = valueAt(strip, state.cursor);
    if (value === null || state.cursor < view[0] || state.cursor > view[1]) return;
    const isRight = x(state.cursor) > left + width * 0.8;
    pen.text(x(state.cursor) + (isRight ? -5 : 5), at * height + fs * 1.05, `${number(value)} ${strip.unit}`, { size: fs * 0.82, weight: 600, fill: paint.magenta, halo: paint.sheet, align: isRight ? "right" : "left" });
  });
}
function drawChannel(pen, geometry, strip, top, x, view) {
  const { left, width, fs, strip: height } = geometry, values = strip.values, stepS = strip.step_h * HOUR;
  let highest = 0;
  for (const value of values) if (value !== null && value > highest) highest = value;
  for (const limit of strip.limits) highest = Math.max(highest, limit.value);
  const most = niceTop(highest * 1.05), y = (value) => top + height - (value / most) * (height - 4);
  const where = new Set(SEA.map((one) => one.site)).size > 1 ? `${channelWord(strip.name)}, ${strip.site}` : channelWord(strip.name);
  drawFrame(pen, geometry, top, where, strip.unit, most);
  pen.clip(left, top, width, height);
  const first = Math.max(0, Math.floor((view[0] - strip.start) / stepS)), last = Math.min(values.length, Math.ceil((view[1] - strip.start) / stepS) + 1);
  // No more points than pixels: of those that share one, the greatest, which is what a limit is about.
  const stride = Math.max(1, Math.floor((last - first) / Math.max(width, 1)));
  const runs = [];
  let run = null;
  for (let at = first - (first % stride); at < last; at += stride) {
    let value = null;
    for (let of = Math.max(at, 0); of < Math.min(at + stride, values.length); of++) { if (values[of] === null) { value = null; break; } value = value === null ? values[of] : Math.max(value, values[of]); }
    if (value === null) { run = null; continue; }
    if (!run) { run = []; runs.push(run); }
    const [a, b] = [x(strip.start + at * stepS), x(strip.start + (at + stride) * stepS)];
    run.push([a, y(value)], [b, y(value)]);
  }
  const held = inHand(strip);
  for (const points of runs) {
    const base = [[points[points.length - 1][0], top + height], [points[0][0], top + height]];
    pen.area([...points, ...base], paint.sea);
    if (held !== undefined && y(held) > top) {
      pen.clip(left, top, width, Math.max(y(held) - top, 0));
      pen.fade(0.3); pen.area([...points, ...base], paint.over); pen.fade(1);
      pen.unclip();
    }
    pen.line(points, paint["sea-deep"], 1.3);
  }
  let free = Infinity;
  for (const limit of strip.limits) {
    const isHeld = limit.value === held;
    pen.line([[left, y(limit.value)], [left + width, y(limit.value)]], isHeld ? paint.over : paint.soft, isHeld ? 1.4 : 0.8, [5, 4]);
  }
  for (const limit of strip.limits) {
    const isHeld = limit.value === held;
    // Labels from below up; one that would lie on the one before it is left out, unless it is the one looked at.
    if (isHeld || y(limit.value) < free - fs * 0.9) {
      pen.text(left + width - 5, y(limit.value) - 3, `${number(limit.value)} ${strip.unit}`, { size: fs * 0.76, fill: isHeld ? paint.over : paint.soft, align: "right", halo: paint.sheet });
      free = y(limit.value);
    }
  }
  pen.unclip();
}

const SHOWN_STOCKS = DATA.stocks.slice(0, 24);
function drawStocks(pen, geometry, view, isPaper) {
  const { left, width, fs, strip: height, whole } = geometry, x = scale(view, left, width);
  pen.rect(0, 0, left + width, whole, paint.sheet);
  drawGrid(pen, ticks(view[0], view[1], step(view[0], view[1], width, fs * 3.1)).map((tick) => tick.at), view, left, width, 0, whole);
  SHOWN_STOCKS.forEach((stock, at) => {
    const top = at * height, most = niceTop(stock.levels.reduce((most, level) => Math.max(most, level[1]), 0) * 1.05);
    const y = (value) => top + height - (value / most) * (height - 4), vessel = DATA.vessels.indexOf(stock.holder);
    const colour = vessel >= 0 ? vesselPaint(vessel) : paint.transfer;
    drawFrame(pen, geometry, top, stock.name, `${stock.commodity}, t`, most);
    if (stock.levels.length) {
      pen.clip(left, top, width, height);
      const points = stock.levels.map(([when, value]) => [x(when), y(value)]);
      pen.fade(0.22); pen.area([...points, [points[points.length - 1][0], top + height], [points[0][0], top + height]], colour); pen.fade(1);
      pen.line(points, colour, 1.6);
      let free = -Infinity;
      for (const delivery of DATA.deliveries) {
        if (stock.is_tank || delivery.site !== stock.holder || delivery.commodity !== stock.commodity) continue;
        const here = x(delivery.at), level = y(levelAt(stock, delivery.at));
        pen.disc(here, Math.max(level, top + 4), 3.5, paint.sheet, colour, 1.8);
        const look = { size: fs * 0.78, fill: paint.ink, halo: paint.sheet }, text = `+${tonnes(delivery.tonnes)} t`;
        const w = pen.width(text, look), isRight = here + w + 8 > left + width, from = here + (isRight ? -7 - w : 7);
        // Tonnes that would lie on those of the delivery before are left to the table.
        if (from < free) continue;
        free = from + w + 3;
        pen.text(here + (isRight ? -7 : 7), Math.max(level + fs * 0.9, top + fs), text, { ...look, align: isRight ? "right" : "left" });
      }
      pen.unclip();
    }
    if (!isPaper && state.cursor >= view[0] && state.cursor <= view[1]) {
      const isRight = x(state.cursor) > left + width * 0.8;
      pen.text(x(state.cursor) + (isRight ? -5 : 5), top + fs * 1.05, `${tonnes(levelAt(stock, state.cursor))} t`, { size: fs * 0.82, weight: 600, fill: paint.magenta, halo: paint.sheet, align: isRight ? "right" : "left" });
    }
  });
  pen.line([[left - 0.5, 0], [left - 0.5, whole]], paint.neat, 1);
  drawMoments(pen, view, left, width, 0, whole, fs, isPaper, false);
}
/** Tonnes at a moment: between two times they change evenly. */
function levelAt(stock, at) {
  const levels = stock.levels;
  if (!levels.length || at < levels[0][0]) return 0;
  let low = 0, high = levels.length - 1;
  while (low < high) { const middle = (low + high + 1) >> 1; if (levels[middle][0] <= at) low = middle; else high = middle - 1; }
  const [from, before] = levels[low], next = levels[low + 1];
  return next && next[0] > from ? before + ((next[1] - before) * (at - from)) / (next[0] - from) : before;
}

const stripHeight = (fs) => Math.round(fs * 5.6);
drawers.push(function screenStrips() {
  const width = $("gantt").clientWidth, geometry = geometryOf(width);
  geometry.strip = stripHeight(geometry.fs);
  for (const [id, strips, draw] of [["sea", SEA, drawSea], ["stock", SHOWN_STOCKS, drawStocks]]) {
    $(`${id}-title`).hidden = $(`${id}-canvas`).hidden = !strips.length;
    if (!strips.length) continue;
    geometry.whole = strips.length * geometry.strip + 1;
    draw(new CanvasPen($(`${id}-canvas`), width, geometry.whole), geometry, state.view, false);
  }
});
