// The odds of a simulation, where one was given: how often it goes well, when it is done, how much comes ashore, what costs the time.
const PERCENTS = [10, 20, 50, 80, 90];
const policyWord = (policy) => (has(`policy-${policy}`) ? t(`policy-${policy}`) : brief(policy));
const outcomeWord = (id) => (has(`outcome-${id}`) ? t(`outcome-${id}`) : brief(id));
const OUTCOME_PAINT = { done: "transfer", short: "sampling", late: "weather", stuck: "over", lost: "magenta", impossible: "ink" };
const atHour = (value) => DATA.odds.start + value * HOUR;

function oddsSection() {
  const odds = DATA.odds;
  $("odds").hidden = !odds;
  if (!odds) return;
  const warnings = [odds.other_plan ? t("odds-other-plan", { plan: brief(odds.plan, 120) }) : "", odds.is_complete ? "" : t("odds-incomplete"), odds.is_synthetic ? t("odds-synthetic") : ""].filter(Boolean);
  put($("odds-body"), warnings.length ? make("p", { class: "notice" }, warnings.join(" ")) : null, make("p", { class: "note" }, t("odds-note", { about: brief(odds.about, 240), seed: String(odds.seed) })),
    odds.policies.map((policy) => policyBody(policy, odds)));
}
function policyBody(policy, odds) {
  const share = (one) => make("span", {}, data(one.share, percent(one.share)), make("small", { class: "note" }, ` (${percent(one.low)} – ${percent(one.high)})`));
  const bar = make("div", { class: "shares tall", "aria-hidden": "true" }, policy.outcomes.map((one) => {
    const part = make("i"); part.style.width = `${one.share * 100}%`; part.style.background = `var(--${OUTCOME_PAINT[one.id] ?? "other"})`;
    return part;
  }));
  const outcomes = policy.outcomes.map((one) => {
    const dot = make("i", { class: "swatch" }); dot.style.background = `var(--${OUTCOME_PAINT[one.id] ?? "other"})`;
    return [make("span", {}, dot, " ", outcomeWord(one.id)), data(one.runs, String(one.runs)), share(one)];
  });
  const deadlines = policy.deadlines.map((one) => [one.id === "plan.end" ? t("end-of-plan") : brief(one.id), data(one.runs, String(one.runs)), share(one)]);
  const head = ["planned", ...PERCENTS.map((one) => `P${one}`)].map((word) => `${has(word) ? t(word) : word}#`);
  const measured = (rows, say) => rows.map((row) => [make("span", {}, measuredName(row)), row.planned === null ? "" : data(row.planned, say(row, row.planned)), ...PERCENTS.map((wanted) => {
    const found = row.percentiles.find((one) => one.p === wanted);
    return !found || found.value === null ? t("never") : data(found.value, say(row, found.value));
  })]);
  const sayAmount = (row, value) => (row.unit === "t" ? `${tonnes(value)} t` : row.unit === "h" ? duration(value) : row.id === "meetings" ? number(value) : `${grouped(value, 0)} ${row.unit}`);
  const ends = policy.milestones.filter((row) => row.moment === undefined || row.moment === "end");
  const most = Math.max(...policy.lost_by_task.map((one) => one.hours_per_run), 1e-9);
  const lost = policy.lost_by_task.slice(0, 10).map((one) => {
    const line = make("i"); line.style.width = `${(one.hours_per_run / most) * 100}%`; line.style.background = "var(--weather)";
    return [brief(one.id), make("div", { class: "shares", "aria-hidden": "true" }, line), data(one.hours_per_run, duration(one.hours_per_run))];
  });
  const chart = policy.curve.length > 1 ? make("figure", {}, make("figcaption", {}, t("odds-curve", { unit: odds.curve_unit === "t" ? "t" : t("activities") })), fan(policy, odds)) : null;
  return make("div", { class: "policy" }, make("h3", {}, `${policyWord(policy.policy)} · ${t("runs", { runs: String(policy.runs) })}`), bar,
    make("div", { class: "pairs" }, boxed(table(null, [t("outcome"), `${t("runs-head")}#`, `${t("share")}#`], outcomes), t("outcome")), chart,
      deadlines.length ? boxed(table(null, [t("date-kept"), `${t("runs-head")}#`, `${t("share")}#`], deadlines), t("date-kept")) : null,
      lost.length ? boxed(table(null, [t("lost-by"), "", `${t("per-run")}#`], lost), t("lost-by")) : null),
    ends.length ? boxed(table(t("odds-dates"), [t("what"), ...head], measured(ends, (_, value) => short(atHour(value)))), t("odds-dates")) : null,
    boxed(table(t("odds-amounts"), [t("what"), ...head], measured([...policy.amounts, ...policy.times], sayAmount)), t("odds-amounts")));
}
function measuredName(row) {
  const words = { finish: "finish", "first-mud": "first-mud", sampled: "sampled", delivered: "delivered", supplied: "supplied", cost: "cost", work: "work-h", sail: "sail-h", weather: "weather-h", other: "other-h", idle: "idle-h", meetings: "meetings" };
  return Object.hasOwn(words, row.id) ? t(words[row.id]) : brief(row.name, 80);
}
/** What has been reached by when: P10 to P90 as a band, P20 to P80 darker, the median as a line. */
function fan(policy, odds) {
  const width = 560, height = 230, left = 44, bottom = 26, top = 10, pen = new SvgPen(width, height, t("odds-curve", { unit: odds.curve_unit }));
  const view = [atHour(policy.curve[0].h), atHour(policy.curve[policy.curve.length - 1].h)], x = scale(view, left, width - left - 6);
  const most = niceTop(policy.curve.reduce((most, point) => Math.max(most, ...point.values.map((value) => value ?? 0)), odds.curve_unit === "t" && odds.planned ? odds.planned[1] : 0) * 1.02);
  const y = (value) => height - bottom - ((value ?? 0) / most) * (height - bottom - top), line = (at) => policy.curve.map((point) => [x(atHour(point.h)), y(point.values[at])]);
  const small = { size: 11, fill: paint.soft }, chosen = step(view[0], view[1], width - left, 44);
  for (const tick of ticks(view[0], view[1], chosen)) if (tick.at >= view[0] && tick.at <= view[1]) { pen.line([[x(tick.at), top], [x(tick.at), height - bottom]], paint.faint, 1); if (x(tick.at) < width - 40) pen.text(x(tick.at) + 2, height - 9, dayOf(tick.date), small); }
  for (const share of [0, 0.5, 1]) { pen.line([[left, y(most * share)], [width - 6, y(most * share)]], paint.hair, 1); pen.text(left - 5, y(most * share) + 4, number(most * share), { ...small, align: "right" }); }
  pen.fade(0.35); pen.area([...line(0), ...line(4).reverse()], paint["sea-deep"]); pen.fade(0.5); pen.area([...line(1), ...line(3).reverse()], paint["sea-deep"]); pen.fade(1);
  pen.line(line(2), paint.ink, 2);
  return pen.root;
}
