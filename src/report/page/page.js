// The hands: pointer, keys, buttons; the language, the theme, and paper.
function choose(index, isQuiet) {
  state.chosen = index;
  if (index >= 0) {
    const activity = ACTS[index], box = $("gantt"), row = WHERE[index];
    const span = state.view[1] - state.view[0];
    if (activity.end < state.view[0] || activity.start > state.view[1]) look((activity.start + activity.end - span) / 2, (activity.start + activity.end + span) / 2);
    const head = axisHeight(Math.max(11, rem() * 0.86)), top = row * rowHeight, room = box.clientHeight - head;
    if (row >= 0 && (top < box.scrollTop || top + rowHeight > box.scrollTop + room)) box.scrollTop = Math.max(0, top - room / 2);
    if (!isQuiet) { showTip(index); say(describe(index).join(". ")); }
  } else $("tip").hidden = true;
  redraw();
}
/** An activity in lines of words: the tip shows them, a screen reader says them. */
function describe(index) {
  const activity = ACTS[index], lines = [`${brief(title(activity), 160)}${activity.tonnes === undefined ? "" : `, ${tonnes(activity.tonnes)} t`}`];
  lines.push(`${short(activity.start)} – ${short(activity.end)}, ${duration(hours(activity))}`);
  lines.push([t(`kind-${activity.kind}`), brief(place(activity)), activity.speed_kn === undefined ? "" : `${number(activity.speed_kn)} kn`, brief(vesselName(activity.vessel)), activity.gear ? brief(activity.gear) : ""].filter(Boolean).join(" · "));
  if (activity.tanks) lines.push(inTanks(activity));
  if (activity.waiting_h > 0) lines.push(t("of-which-weather", { hours: duration(activity.waiting_h) }));
  if (isDone(activity)) {
    if (activity.critical) lines.push(t("is-critical")); else if (activity.float_h !== undefined) lines.push(t("float-of", { hours: duration(activity.float_h) }));
  }
  if (activity.window !== undefined && activity.window !== null) lines.push(t("limits-of", { limits: brief(DATA.windows[activity.window].limits, 120) }));
  if (DATA.baseline && isDone(activity)) lines.push(activity.was ? t("was-planned", { start: short(activity.was[0]), end: short(activity.was[1]) }) : t("is-new"));
  return lines;
}
function showTip(index, at) {
  const tip = $("tip"), stage = $("stage"), activity = ACTS[index], [first, ...rest] = describe(index);
  put(tip, make("b", { dir: "auto" }, first), rest.map((line) => make("div", { dir: "auto", class: line === t("is-critical") ? "alert" : null }, line)));
  tip.hidden = false;
  const geometry = geometryOf($("gantt").clientWidth), x = scale(state.view, geometry.left, geometry.width);
  const left = at ? at[0] + 14 : Math.max(x(activity.start), geometry.left) + 10;
  const top = at ? at[1] + 16 : axisHeight(geometry.fs) + (WHERE[index] + 1) * rowHeight - $("gantt").scrollTop + 8;
  tip.style.left = `${Math.max(4, Math.min(left, stage.clientWidth - tip.offsetWidth - 4))}px`;
  const over = at ? at[1] - tip.offsetHeight - 12 : axisHeight(geometry.fs) + WHERE[index] * rowHeight - $("gantt").scrollTop - tip.offsetHeight - 8;
  tip.style.top = `${top + tip.offsetHeight > stage.clientHeight && over > 0 ? over : top}px`;
}
/** The activity at a point of the chart. */
function hit(px, py) {
  const geometry = geometryOf($("gantt").clientWidth), head = axisHeight(geometry.fs);
  if (py < head || px < geometry.left) return -1;
  const row = ROWS[Math.floor((py - head + $("gantt").scrollTop) / rowHeight)];
  if (!row || row.head) return -1;
  const x = scale(state.view, geometry.left, geometry.width);
  let best = -1, nearest = 6;
  for (let at = firstInSight(row, state.view[0]); at < row.items.length; at++) {
    const activity = ACTS[row.items[at]], [x0, x1] = [x(activity.start), x(activity.end)];
    if (x0 > px + 6) break;
    const away = px < x0 ? x0 - px : px > x1 ? px - x1 : 0;
    if (away < nearest) { nearest = away; best = row.items[at]; }
  }
  return best;
}
const timeAt = (px) => { const geometry = geometryOf($("gantt").clientWidth); return state.view[0] + ((px - geometry.left) / geometry.width) * (state.view[1] - state.view[0]); };

/** Drag to pan, two fingers to zoom, a click to choose and to set the cursor. */
function listenTo(element, isGantt) {
  const held = new Map();
  let moved = 0, spread = 0;
  const pointAt = (event) => { const box = element.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  element.addEventListener("pointerdown", (event) => { if (event.button > 0) return; held.set(event.pointerId, pointAt(event)); moved = 0; spread = 0; });
  element.addEventListener("pointermove", (event) => {
    const point = pointAt(event), before = held.get(event.pointerId), geometry = geometryOf($("gantt").clientWidth);
    if (!before) {
      if (!isGantt || event.pointerType === "touch") return;
      const index = hit(...point);
      element.style.cursor = index >= 0 ? "pointer" : "";
      if (index >= 0) showTip(index, point); else $("tip").hidden = true;
      return;
    }
    if (held.size === 1) {
      const dx = point[0] - before[0];
      moved += Math.abs(dx);
      if (moved > 4) {
        if (!element.hasPointerCapture(event.pointerId)) element.setPointerCapture(event.pointerId);
        element.classList.add("held"); $("tip").hidden = true;
        pan(-dx / geometry.width);
        held.set(event.pointerId, point);
      }
    } else if (held.size === 2) {
      held.set(event.pointerId, point);
      const [a, b] = [...held.values()], apart = Math.max(Math.abs(a[0] - b[0]), 12);
      if (spread) zoom(spread / apart, timeAt((a[0] + b[0]) / 2));
      spread = apart; moved = 99;
    }
  });
  const release = (event) => {
    const before = held.get(event.pointerId);
    held.delete(event.pointerId);
    element.classList.remove("held");
    if (!before || moved > 4 || event.type === "pointercancel") return;
    const point = pointAt(event);
    if (isGantt) { const index = hit(...point); choose(index, event.pointerType !== "touch"); if (index >= 0) showTip(index, point); }
    if (point[0] >= geometryOf($("gantt").clientWidth).left) setCursor(timeAt(point[0]));
  };
  element.addEventListener("pointerup", release);
  element.addEventListener("pointercancel", release);
  element.addEventListener("pointerleave", () => { if (!held.size) $("tip").hidden = true; });
  element.addEventListener("wheel", (event) => {
    const point = pointAt(event);
    if (event.ctrlKey || event.metaKey || event.altKey) { event.preventDefault(); zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.008), timeAt(point[0])); }
    else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) { event.preventDefault(); pan((event.deltaX || event.deltaY) / 900); }
  }, { passive: false });
}
const KEYS = {
  ArrowRight: () => stepTo(1), ArrowLeft: () => stepTo(-1), ArrowDown: () => rowTo(1), ArrowUp: () => rowTo(-1),
  Home: () => stepTo(-Infinity), End: () => stepTo(Infinity), "+": () => zoom(0.7, about()), "=": () => zoom(0.7, about()), "-": () => zoom(1 / 0.7, about()),
  0: () => look(...EXTENT), Enter: () => { if (state.chosen >= 0) setCursor(ACTS[state.chosen].start); }, Escape: () => choose(-1),
};
const about = () => (state.chosen >= 0 ? Math.min(Math.max((ACTS[state.chosen].start + ACTS[state.chosen].end) / 2, state.view[0]), state.view[1]) : undefined);
/** To the next activity of the same row, and from its end to the one that begins next anywhere. */
function stepTo(by) {
  const all = ORDER.filter((index) => WHERE[index] >= 0);
  if (!all.length) return;
  const at = all.indexOf(state.chosen);
  choose(all[Math.min(Math.max(at < 0 ? (by < 0 && by !== -Infinity ? all.length - 1 : 0) : at + by, 0), all.length - 1)]);
}
function rowTo(by) {
  let row = state.chosen >= 0 ? WHERE[state.chosen] : by > 0 ? -1 : ROWS.length;
  do row += by; while (ROWS[row] && !ROWS[row].items.length);
  if (!ROWS[row]) return;
  const from = state.chosen >= 0 ? ACTS[state.chosen].start : state.view[0];
  choose(ROWS[row].items.reduce((best, index) => (Math.abs(ACTS[index].start - from) < Math.abs(ACTS[best].start - from) ? index : best)));
}

function tools() {
  const button = (label, text, act) => make("button", { type: "button", "aria-label": t(label), title: t(label), id: label, onclick: act }, text);
  const toggle = (key, word) => { const box = make("input", { type: "checkbox", id: `toggle-${key}`, onchange: (event) => { state[key] = event.target.checked; legend(); redraw(); } }); box.checked = state[key]; return make("label", {}, box, t(word)); };
  const groups = DATA.vessels.map((_, index) => index);
  if (ACTS.some((activity) => activity.vessel === null)) groups.push(null);
  const fleet = groups.length < 2 ? null : make("fieldset", { id: "fleet" }, make("legend", {}, t("vessels")), groups.map((vessel) => {
    const box = make("input", { type: "checkbox", "data-vessel": String(vessel), onchange: (event) => { if (event.target.checked) state.hidden.delete(vessel); else state.hidden.add(vessel); firstShown = 0; buildRows(); activityTable(); redraw(); } });
    box.checked = !state.hidden.has(vessel);
    const dot = make("i", { class: "swatch" }); dot.style.background = vesselPaint(vessel);
    return make("label", {}, box, dot, make("span", { dir: "auto" }, brief(vesselName(vessel), 40)));
  }));
  const rows = make("select", { id: "rows", onchange: (event) => { state.lanes = event.target.value === "vessels"; buildRows(); redraw(); } }, ["tasks", "vessels"].map((one) => make("option", { value: one, selected: state.lanes === (one === "vessels") }, t(`rows-${one}`))));
  put($("tools"), make("div", { class: "choice" }, button("earlier", "‹", () => pan(-0.25)), button("zoom-out", "−", () => zoom(1 / 0.6)), button("zoom-in", "+", () => zoom(0.6)), button("later", "›", () => pan(0.25))), button("zoom-all", t("all"), () => look(...EXTENT)),
    toggle("critical", "critical-path"), DATA.windows.length ? toggle("windows", "windows") : null, DATA.baseline ? toggle("baseline", "baseline") : null, DATA.links.length ? toggle("links", "links") : null, ACTS.some((activity) => activity.float_h > 0) ? toggle("float", "float") : null,
    groups.length > 1 || ACTS.length > 60 ? make("label", {}, t("rows"), rows) : null, fleet);
}
function legend() {
  const kinds = new Set(ACTS.map((activity) => activity.kind)), unit = Math.max(11, rem() * 0.86), sign = (draw) => { const pen = new SvgPen(34, 16); pen.root.setAttribute("aria-hidden", "true"); pen.root.removeAttribute("role"); draw(pen); return pen.root; };
  const entry = (word, draw) => make("span", {}, sign(draw), t(`legend-${word}`)), x = (at) => at;
  const bar = (kind, fill) => (pen) => drawStretch(pen, x, kind, [1, 33], 3, 10, paint[fill ?? kind]);
  const isWeather = ACTS.some((activity) => activity.waiting_h > 0), isOther = ACTS.some((activity) => activity.kind === "wait" && activity.waiting_h < hours(activity));
  put($("legend"), ["task", "sail", "sampling", "transfer"].filter((kind) => kinds.has(kind)).map((kind) => entry(kind, bar(kind))), isWeather ? entry("weather", bar("weather")) : null, isOther ? entry("other", bar("other")) : null,
    state.windows && DATA.windows.length ? entry("window", (pen) => pen.rect(1, 1, 32, 14, paint.window)) : null, ROWS.some((row) => row.closed?.length) ? entry("closed", (pen) => pen.hatch(1, 1, 32, 14, paint.hair)) : null, state.float && !state.lanes && ACTS.some((activity) => activity.float_h > 0) ? entry("float", (pen) => { pen.line([[2, 8], [31, 8]], paint.soft, 1, [1, 2]); pen.line([[31, 4], [31, 12]], paint.soft, 1); }) : null,
    ACTS.some((activity) => activity.critical) ? entry("critical", (pen) => pen.rect(1, 7, 32, 3, paint.magenta)) : null, DATA.baseline && state.baseline ? entry("baseline", (pen) => pen.frame(1.5, 6.5, 31, 4, paint.soft)) : null);
}

function words() {
  document.documentElement.lang = state.lang;
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of document.querySelectorAll("[data-label]")) { element.setAttribute("aria-label", t(element.dataset.label)); if (element.tagName === "BUTTON") element.title = t(element.dataset.label); }
  for (const element of document.querySelectorAll("[data-lang]")) element.hidden = element.dataset.lang !== state.lang;
  put($("languages"), Object.keys(DATA.words).map((lang) => make("button", { type: "button", lang, "aria-pressed": String(lang === state.lang), id: `lang-${lang}`, onclick: () => { state.lang = lang; words(); $(`lang-${lang}`).focus(); } }, DATA.words[lang].language)));
  $("sea-note").textContent = [SEA.length ? t("sea-note") : t("sea-none"), DATA.stocks.length ? t("stocks-note") : ""].filter(Boolean).join(" ");
  $("play").textContent = t(state.playing ? "pause" : "play");
  $("sea-canvas").setAttribute("aria-label", SEA.map((strip) => t("sea-label", { site: strip.site, channel: channelWord(strip.name) })).join("; "));
  $("stock-canvas").setAttribute("aria-label", SHOWN_STOCKS.map((stock) => t("stock-label", { holder: stock.name, commodity: stock.commodity })).join("; "));
  screenLines = "";
  buildRows(); tools(); legend(); tables(); oddsSection(); redraw();
}
function theme(name) {
  document.documentElement.dataset.theme = name;
  mixPaint(); legend(); tools(); oddsSection(); screenLines = ""; redraw();
}

/** Charts for paper: always light, the whole of the time, rows cut into sheets. */
function sheets() {
  const before = document.documentElement.dataset.theme, lanesBefore = state.lanes;
  document.documentElement.dataset.theme = "light"; mixPaint();
  const many = ROWS.length > 240;
  if (many && !state.lanes) { state.lanes = true; buildRows(); }
  const width = 1040, fs = 11, geometry = { left: 190, width: width - 191, height: 21, fs, strip: 56 }, keep = rowHeight;
  const each = 27, drawn = Math.min(ROWS.length, each * 40), out = [cutNote(drawn, ROWS.length)];
  for (let first = 0; first < drawn; first += each) {
    const last = Math.min(first + each, drawn);
    geometry.whole = axisHeight(fs) + (last - first) * geometry.height + 4;
    const pen = new SvgPen(width, geometry.whole);
    drawGantt(pen, geometry, first, last, 0, EXTENT, true);
    out.push(pen.root);
  }
  for (const [strips, draw] of [[SEA, drawSea], [SHOWN_STOCKS, drawStocks]]) {
    if (!strips.length) continue;
    geometry.whole = strips.length * geometry.strip + 1;
    const pen = new SvgPen(width, geometry.whole);
    draw(pen, geometry, EXTENT, true);
    out.push(pen.root);
  }
  put($("sheets"), out);
  if (SITES.length) { const pen = new SvgPen(680, 480); drawMap(pen, 680, 480, 12, true); put($("map-print"), pen.root); }
  activityTable(true); legend();
  rowHeight = keep;
  return () => {
    document.documentElement.dataset.theme = before; mixPaint();
    state.lanes = lanesBefore; buildRows(); activityTable(); legend(); put($("sheets")); put($("map-print")); redraw();
  };
}
let unsheet = null;
window.addEventListener("beforeprint", () => { if (!unsheet) unsheet = sheets(); });
window.addEventListener("afterprint", () => { if (unsheet) unsheet(); unsheet = null; });

function start() {
  document.documentElement.dataset.theme = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  mixPaint();
  for (const id of ["languages", "theme", "print"]) $(id).hidden = false;
  $("theme").addEventListener("click", () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
  $("print").addEventListener("click", () => window.print());
  $("find").addEventListener("input", () => { firstShown = 0; activityTable(); });
  $("previous").addEventListener("click", () => { firstShown = Math.max(0, firstShown - PAGE); activityTable(); });
  $("next").addEventListener("click", () => { firstShown += PAGE; activityTable(); });
  $("map").hidden = !SITES.length;
  const clock = $("clock");
  [clock.min, clock.max, clock.step] = [EXTENT[0], EXTENT[1], Math.max(60, Math.round(DATA.horizon.slot_h * HOUR))].map(String);
  clock.value = String(state.cursor);
  clock.addEventListener("input", () => setCursor(Number(clock.value)));
  $("play").addEventListener("click", () => { state.playing = !state.playing; $("play").textContent = t(state.playing ? "pause" : "play"); if (state.playing) { if (state.cursor >= EXTENT[1]) state.cursor = EXTENT[0]; sail(); } });
  const box = $("gantt");
  listenTo(box, true); listenTo($("sea-canvas"), false); listenTo($("stock-canvas"), false);
  box.addEventListener("scroll", () => { $("tip").hidden = true; redraw(); });
  box.addEventListener("keydown", (event) => {
    const isPan = event.shiftKey && event.key.startsWith("Arrow");
    const act = isPan ? () => pan(event.key === "ArrowLeft" ? -0.25 : 0.25) : KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault(); act();
  });
  box.addEventListener("focus", () => { if (state.chosen < 0 && box.matches(":focus-visible")) rowTo(1); });
  box.addEventListener("blur", () => { $("tip").hidden = true; });
  new ResizeObserver(redraw).observe($("stage"));
  window.addEventListener("resize", redraw);
  setInterval(redraw, 60000);
  words();
}
let lastFrame = 0;
/** Plays the campaign in some twenty seconds. */
function sail(at) {
  if (!state.playing) { lastFrame = 0; return; }
  if (at && lastFrame) setCursor(state.cursor + ((at - lastFrame) / 20000) * (EXTENT[1] - EXTENT[0]));
  lastFrame = at ?? 0;
  if (state.cursor >= EXTENT[1]) { state.playing = false; lastFrame = 0; $("play").textContent = t("play"); return; }
  requestAnimationFrame(sail);
}
start();
