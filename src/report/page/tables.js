// The tables: the same as the charts, for those who read them better, and all that no chart shows.
// So many rows a screen, and so many rows of one table at all: a browser that is given more comes to no end.
const PAGE = 100, MOST = 20000, MOST_CHANGES = 1000;
let firstShown = 0;

/** A table from heads and rows; a head that ends in `#` is of numbers. */
function table(caption, heads, rows, foot) {
  const isNumber = heads.map((head) => head.endsWith("#")), words = heads.map((head) => head.replace(/#$/, ""));
  const cell = (content, at) => (at === 0 ? make("th", { scope: "row", class: isNumber[at] ? "n" : null, dir: "auto" }, content) : make("td", { class: isNumber[at] ? "n" : null, dir: isNumber[at] ? null : "auto" }, content));
  const line = (cells) => make("tr", {}, cells.map(cell));
  return make("table", {}, caption ? make("caption", {}, caption) : null,
    make("thead", {}, make("tr", {}, words.map((word, at) => make("th", { scope: "col", class: isNumber[at] ? "n" : null }, word)))),
    make("tbody", {}, rows.map(line)), foot ? make("tfoot", {}, line(foot)) : null);
}
const boxed = (content, caption) => make("div", { class: "table", tabindex: "0", role: "region", "aria-label": caption }, content);
/** That rows are left out, where they are. */
const cutNote = (some, all) => (some < all ? make("p", { class: "notice cut" }, t("cut", { some: number(some), all: number(all) })) : null);
const noted = (id, content, note) => put($(id), content ? [content, note ? make("p", { class: "note" }, note) : null] : []);

const ORDER = ACTS.map((_, index) => index).filter((index) => ACTS[index].kind !== "idle").sort((a, b) => ACTS[a].start - ACTS[b].start || ACTS[a].end - ACTS[b].end);
function matching() {
  const words = $("find").value.trim().toLocaleLowerCase();
  return ORDER.filter((index) => {
    const activity = ACTS[index];
    if (!isShown(activity)) return false;
    if (!words) return true;
    return [activity.id, title(activity), place(activity), activity.site ?? "", vesselName(activity.vessel), activity.commodity ?? ""].some((text) => text.toLocaleLowerCase().includes(words));
  });
}
/** The tanks that an activity fills or empties, each with its tonnes. */
const inTanks = (activity) => t("tanks-of", { tanks: activity.tanks.map(([tank, amount]) => `${brief(tank)} ${tonnes(amount)} t`).join(state.lang === "ja" ? "、" : ", ") });
function activityTable(all) {
  const found = matching();
  if (firstShown >= found.length) firstShown = 0;
  const some = all ? found.slice(0, MOST) : found.slice(firstShown, firstShown + PAGE);
  const rows = some.map((index) => {
    const activity = ACTS[index];
    const name = make("button", { class: "go", type: "button", onclick: () => { choose(index); $("gantt").scrollIntoView({ block: "center" }); } }, brief(title(activity), 120));
    const weather = activity.waiting_h > 0 ? make("div", { class: "note" }, t("of-which-weather", { hours: duration(activity.waiting_h) })) : null;
    const tanks = activity.tanks ? make("div", { class: "note" }, inTanks(activity)) : null;
    const speed = activity.speed_kn === undefined ? "" : `, ${number(activity.speed_kn)} kn`;
    const float = activity.critical && isDone(activity) ? make("span", { class: "crit" }, t("critical")) : activity.float_h !== undefined && isDone(activity) ? data(activity.float_h, duration(activity.float_h)) : "";
    return make("tr", { "data-id": activity.id, class: index === state.chosen ? "chosen" : null },
      make("td", { class: "t" }, moments(activity.start)), make("td", { class: "t" }, moments(activity.end)), make("td", { class: "n" }, data(hours(activity), duration(hours(activity)))),
      make("th", { scope: "row", dir: "auto" }, name, tanks, weather), make("td", { dir: "auto" }, brief(place(activity), 60), speed), make("td", { dir: "auto" }, brief(vesselName(activity.vessel), 60)),
      make("td", { class: "n" }, activity.tonnes === undefined ? "" : data(activity.tonnes, tonnes(activity.tonnes))), make("td", { class: "n" }, float));
  });
  const heads = [["start"], ["end"], ["length", 1], ["what"], ["where"], ["vessel"], ["tonnes", 1], ["float", 1]].map(([id, isNumber]) => make("th", { scope: "col", class: isNumber ? "n" : null }, t(id)));
  put($("activity-table"), all ? cutNote(some.length, found.length) : null, found.length ? make("table", {}, make("thead", {}, make("tr", {}, heads)), make("tbody", {}, rows)) : make("p", {}, t(ORDER.length ? "none-found" : "no-activities")));
  const last = all ? some.length : Math.min(firstShown + PAGE, found.length);
  $("shown").textContent = t("shown", { from: String(found.length ? (all ? 1 : firstShown + 1) : 0), to: String(last), all: String(found.length) });
  $("previous").disabled = firstShown === 0;
  $("next").disabled = last >= found.length;
  $("previous").hidden = $("next").hidden = found.length <= PAGE;
}

function deliveryTable() {
  if (!DATA.deliveries.length) return put($("deliveries"));
  const rows = DATA.deliveries.map((one) => [moments(one.at), brief(one.site), brief(one.commodity), data(one.tonnes, tonnes(one.tonnes))]);
  noted("deliveries", boxed(table(t("deliveries"), [t("end"), t("where"), t("commodity"), `${t("tonnes")}#`], rows, [t("total"), "", "", data(DATA.totals.delivered_t, tonnes(DATA.totals.delivered_t))]), t("deliveries")));
}
function stockTable() {
  const rows = DATA.stocks.filter((stock) => stock.levels.length).map((stock) => {
    const most = stock.levels.reduce((most, level) => (level[1] > most[1] ? level : most)), last = stock.levels[stock.levels.length - 1];
    return [brief(stock.name), brief(stock.commodity), make("span", {}, data(most[1], tonnes(most[1])), " · ", moments(most[0])), data(last[1], tonnes(last[1]))];
  });
  noted("stock-table", rows.length ? boxed(table(t("stock-table"), [t("where"), t("commodity"), `${t("peak")}, t#`, `${t("at-end")}, t#`], rows), t("stock-table")) : null);
}
// Tonnes, with those at the lowest yields and at the highest where these make a difference.
const isWide = (value, range) => Boolean(range) && range.some((side) => tonnes(side) !== tonnes(value));
const ranged = (value, range) => [data(value, tonnes(value)), ...(isWide(value, range) ? [" (", data(range[0], tonnes(range[0])), " – ", data(range[1], tonnes(range[1])), ")"] : [])];
function demandTable() {
  const hasLate = DATA.demands.some((one) => one.late);
  const rows = DATA.demands.map((one) => {
    const met = one.wanted_t ? one.supplied_t / one.wanted_t : 1;
    const row = [brief(one.name), brief(one.commodity), data(one.wanted_t, tonnes(one.wanted_t)), make("span", {}, ranged(one.supplied_t, one.range), ` · ${percent(Math.min(met, 1))}`)];
    if (!hasLate) return row;
    return [...row, ...(one.late ? [moments(one.late.due), data(one.late.overdue_t, tonnes(one.late.overdue_t)), data(one.late.cost, money(one.late.cost))] : ["", "", ""])];
  });
  const heads = [t("demand"), t("commodity"), `${t("wanted")}, t#`, `${t("supplied")}, t#`, ...(hasLate ? [t("due"), `${t("overdue")}, t#`, `${t("late-cost")}#`] : [])];
  const notes = [hasLate && t("late-note"), DATA.demands.some((one) => isWide(one.supplied_t, one.range)) && t("yields-note")];
  noted("demands", rows.length ? boxed(table(t("demands"), heads, rows), t("demands")) : null, notes.filter(Boolean).join(" "));
}
function reserveTable() {
  const rows = DATA.reserves.map((one) => {
    const below = one.below.flatMap(([from, to], place) => [place ? ", " : "", moments(from), " – ", moments(to)]);
    return [brief(one.name), brief(one.commodity), data(one.target_t, tonnes(one.target_t)), moments(one.by), one.reached === null ? t("not-reached") : moments(one.reached),
      make("span", {}, ranged(one.least_t, one.range), " · ", moments(one.least_at)), make("span", {}, below), data(one.end_t, tonnes(one.end_t))];
  });
  const heads = [t("reserve"), t("commodity"), `${t("target")}, t#`, t("wanted-by"), t("reached"), `${t("least")}, t#`, t("below"), `${t("at-end")}, t#`];
  const covers = DATA.reserves.filter((one) => one.cover).map(({ name, cover }) =>
    t("cover-note", { reserve: brief(name), of: brief(cover.of), target: number(cover.target_d), least: number(cover.least_d), end: number(cover.end_d) }));
  noted("reserves", rows.length ? boxed(table(t("reserves"), heads, rows), t("reserves")) : null, [...(DATA.reserves.some((one) => isWide(one.least_t, one.range)) ? [t("yields-note")] : []), ...covers].join(" "));
}
function closureTable() {
  const rows = DATA.closures.map((one) => {
    const disruption = one.disruption === null ? null : [make("span", { class: "tag" }, t("disruption")), ` ${brief(one.disruption)}`];
    return [brief(one.stops.join(state.lang === "ja" ? "、" : ", ")), moments(one.from), moments(one.to), make("span", {}, disruption, disruption && one.reason ? ": " : null, one.reason)];
  });
  noted("closures", rows.length ? boxed(table(t("closures"), [t("closed"), t("start"), t("end"), t("why")], rows), t("closures")) : null);
}
function hoursTable() {
  const parts = [["work_h", "work-h", "task"], ["sail_h", "sail-h", "sail"], ["weather_wait_h", "weather-h", "weather"], ["other_wait_h", "other-h", "other"], ["idle_h", "idle-h", "faint"]];
  const rows = DATA.totals.vessels.map((vessel) => {
    const elapsed = parts.reduce((sum, [key]) => sum + vessel[key], 0);
    const shares = make("div", { class: "shares", "aria-hidden": "true" }, parts.map(([key, , colour]) => {
      const part = make("i"); part.style.width = `${elapsed ? (vessel[key] / elapsed) * 100 : 0}%`; part.style.background = `var(--${colour})`;
      return part;
    }));
    return [make("span", {}, brief(vessel.name), shares), ...parts.map(([key]) => data(vessel[key], number(vessel[key]))), data(elapsed, number(elapsed))];
  });
  noted("hours", rows.length ? boxed(table(t("hours"), [t("vessel"), ...parts.map(([, word]) => `${t(word)}#`), `${t("elapsed-h")}#`], rows), t("hours")) : null, t("hours-note"));
}
function laytimeTable() {
  const rows = DATA.laytimes.map((one) => [brief(one.vessel), data(one.calls, String(one.calls)), ...[one.used_h, one.allowed_h, one.over_h].map((hours) => data(hours, number(hours))), data(one.cost, money(one.cost))]);
  const heads = [t("vessel"), `${t("calls")}#`, ...["used", "allowed", "over"].map((word) => `${t(word)}, h#`), `${t("demurrage")}#`];
  noted("laytimes", rows.length ? boxed(table(t("laytime"), heads, rows), t("laytime")) : null, t("laytime-note"));
}
function costTable() {
  if (!DATA.costs.length && !DATA.totals.cost) return put($("costs"));
  const rows = DATA.costs.map((one) => [brief(one.item), brief(one.vessel ?? ""), data(one.amount, money(one.amount))]);
  noted("costs", boxed(table(t("costs"), [t("item"), t("vessel"), `${t("amount")}#`], rows, [t("total"), "", data(DATA.totals.cost, money(DATA.totals.cost))]), t("costs")));
}
function budgetTable() {
  const rows = DATA.budgets.map((one) => {
    const said = (amount) => data(amount, one.bounds === "cost" ? money(amount) : `${tonnes(amount)} t`);
    const of = one.bounds === "feed" ? t("bounds-feed", { process: brief(one.process ?? "") }) : t(`bounds-${one.bounds}`);
    return [brief(one.name), of, said(one.most), make("span", {}, said(one.spent), one.most ? ` · ${percent(one.spent / one.most)}` : ""), said(one.left)];
  });
  const heads = [t("budget"), t("of-what"), `${t("may-be")}#`, `${t("spent")}#`, `${t("left")}#`];
  noted("budgets", rows.length ? boxed(table(t("budgets"), heads, rows), t("budgets")) : null);
}
function goalValue(goal, value) {
  if (goal.name === "finish" && DATA.totals.finish === null) return "–";
  if (goal.name === "finish") return make("span", {}, data(value, short(DATA.horizon.start + value * HOUR)));
  return data(value, goal.name === "cost" ? money(value) : goal.name === "lateness" ? duration(value) : goal.name === "weighted" ? number(value) : tonnes(value));
}
function proofTable() {
  const rows = DATA.solve.goals.map((goal) => {
    const word = has(`goal-${goal.name}`) ? t(`goal-${goal.name}`) : brief(goal.name);
    // A part of a weighted sum has no bound of its own.
    if (goal.bound === null) return [word, goalValue(goal, goal.value), "", t("goal-part")];
    const isProven = Math.abs(goal.gap) <= 1e-6;
    return [word, goalValue(goal, goal.value), goalValue(goal, goal.bound), isProven ? t("proven") : t("gap", { gap: percent(goal.gap) })];
  });
  const head = make("p", {}, make("b", {}, t(DATA.solve.status)), " · ", t("solver", { solver: brief(DATA.solve.solver) }));
  const body = table(t("proof"), [t("goal"), `${t("value")}#`, `${t("bound")}#`, `${t("answer")}#`], rows);
  put($("proof"), boxed(body, t("proof")), head, make("p", { class: "note" }, t(DATA.solve.goals[0]?.name === "weighted" ? "proof-note-weighted" : "proof-note")));
}
function weatherTable() {
  const rows = DATA.weather.map((one) => [make("span", {}, brief(one.id), " ", one.origin === "synthetic" ? make("span", { class: "tag" }, t("origin-synthetic")) : has(`origin-${one.origin}`) ? t(`origin-${one.origin}`) : brief(one.origin)),
    make("span", {}, moments(one.first), " – ", moments(one.last)), data(one.step_h, duration(one.step_h)), make("span", { class: "hash", title: one.sha256 }, one.sha256.slice(0, 12))]);
  noted("weather", rows.length ? boxed(table(t("weather"), [t("weather"), t("samples"), `${t("step")}#`, "SHA-256"], rows), t("weather")) : null);
}
function limitTable() {
  const seen = new Map();
  for (const window of DATA.windows) if (window.limits) for (const task of window.tasks) seen.set(task, window);
  const rows = [...seen].slice(0, 200).map(([task, window]) => {
    const bounds = window.bounds.length ? window.bounds.map((bound) => {
      const text = `${channelWord(bound.channel)} ${number(bound.limit)} ${bound.unit}`;
      return bound.forecast_limit === undefined ? text : `${text} (× ${bound.alpha ?? ""} = ${number(bound.forecast_limit)} ${bound.unit})`;
    }).join(state.lang === "ja" ? "、" : ", ") : window.limits;
    const open = window.open.reduce((sum, [a, b]) => sum + b - a, 0) / (DATA.horizon.end - DATA.horizon.start || 1);
    const tooLong = window.too_long?.includes(task) ? [" ", make("span", { class: "tag", title: t("too-long-why") }, t("too-long"))] : null;
    return [make("span", {}, brief(task), tooLong), bounds, data(open, percent(Math.min(open, 1)))];
  });
  noted("limits", rows.length ? boxed(table(t("limits-table"), [t("what"), t("limits"), `${t("windows")}#`], rows), t("limits-table")) : null);
}
let onlyAssumptions = false;
function noteTable() {
  if (!DATA.notes.length) return put($("notes"), make("p", {}, t("notes-none")));
  const notes = DATA.notes.filter((note) => note.assumption || !onlyAssumptions);
  const box = make("input", { type: "checkbox", id: "only", onchange: (event) => { onlyAssumptions = event.target.checked; noteTable(); $("only").focus(); } });
  box.checked = onlyAssumptions;
  const rows = notes.map((note) => [data(note.line, String(note.line)), make("span", {}, brief([note.place, note.key].filter(Boolean).join(" · "), 80)), brief(note.value, 60), make("span", {}, note.assumption ? [make("span", { class: "tag" }, t("assumption")), " "] : null, note.text)]);
  put($("notes"), make("p", { class: "note" }, t("assumptions-note")), make("div", { class: "tools" }, make("label", {}, box, `${t("assumptions-only")} (${DATA.notes.filter((note) => note.assumption).length}/${DATA.notes.length})`)),
    boxed(table(null, [`${t("line")}#`, t("place"), t("value"), t("remark")], rows), t("assumptions")));
}
function trackTable() {
  const rows = DATA.routes.map((route) => [`${brief(route.from)} – ${brief(route.to)}`, data(route.nm, number(route.nm))]);
  put($("tracks"), rows.length ? table(null, [t("tracks"), `${t("nautical-miles")}#`], rows) : []);
}

const signed = (value, words) => (value > 0 ? `+${words(value)}` : words(value));
/** By how much something begins and ends later: once where it is the same. */
function shifted({ start_shift_h: start, end_shift_h: end }) {
  const by = (hours) => data(hours, hours === 0 ? "—" : signed(hours, duration));
  return start === end ? by(end) : make("span", {}, `${t("start")} `, by(start), `, ${t("end")} `, by(end));
}
function comparedTables() {
  const before = DATA.baseline;
  $("compared").hidden = !before;
  if (!before) return;
  const say = { t: tonnes, h: duration, money };
  const totals = before.totals.map((row) => [t(row.word) + (row.of ? ` · ${brief(row.of)}` : ""), ...["before", "after"].map((key) => (row[key] === null ? "" : row.unit === "time" ? moments(row[key]) : data(row[key], say[row.unit](row[key])))),
    row.change === null ? "" : data(row.change, row.change === 0 ? "—" : row.unit === "time" ? signed(row.change, duration) : signed(row.change, say[row.unit]))]);
  const moved = before.changes.slice(0, MOST_CHANGES).map((one) => [make("span", {}, brief(one.name, 100), one.what === "moved" ? null : [" ", make("span", { class: "tag" }, t(one.what))]),
    one.before ? make("span", {}, moments(one.before[0]), " – ", moments(one.before[1])) : "", one.after ? make("span", {}, moments(one.after[0]), " – ", moments(one.after[1])) : "",
    one.before && one.after ? shifted(one) : ""]);
  put($("compared-body"), before.other_plan ? make("p", { class: "notice" }, t("other-plan", { plan: brief(before.name, 120) })) : null, make("p", { class: "note" }, t("compared-note"), " ", t("issued", { time: long(before.issued) }), "."),
    make("div", { class: "pairs" }, make("div", {}, boxed(table(null, [t("what"), `${t("before")}#`, `${t("after")}#`, `${t("change")}#`], totals), t("compared")),
      make("p", { class: "note" }, before.unchanged_words[state.lang])),
    make("div", {}, cutNote(moved.length, before.changes.length), moved.length ? boxed(table(null, [t("what"), t("before"), t("after"), `${t("change")}#`], moved), t("activities")) : make("p", {}, t("compared-same")))));
}

function tables() {
  activityTable(); deliveryTable(); stockTable(); demandTable(); reserveTable(); closureTable(); hoursTable(); laytimeTable(); costTable(); budgetTable(); proofTable(); weatherTable(); limitTable(); noteTable(); trackTable(); comparedTables();
}
