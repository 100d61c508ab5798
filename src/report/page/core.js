// The data, the words, the clock and the numbers: what every other part of the page stands on.
// Data reach the page only as text nodes and as values on a canvas; nothing is ever read as markup.
"use strict";
const $ = (id) => document.getElementById(id);
const DATA = JSON.parse($("data").textContent);
const HOUR = 3600, DAY = 86400;

/** An element with attributes and children; text becomes text nodes. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) if (child !== null && child !== undefined) element.append(child);
  return element;
}
const put = (element, ...children) => element.replaceChildren(...children.flat().filter((child) => child !== null));

/** What the reader has chosen. Times are seconds since 1970. */
const state = {
  lang: DATA.lang, view: [0, 1], cursor: 0, hidden: new Set(), critical: false, windows: true, baseline: true, links: false,
  float: true, lanes: false, chosen: -1, playing: false,
};

/** A text of the page in the chosen language, with its places filled. */
function t(id, values) {
  const text = DATA.words[state.lang][id] ?? id;
  return values ? text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole)) : text;
}
const has = (id) => id in DATA.words[state.lang];

// The clock of the plan's zone: offsets come with the data, so that the page needs no table of zones.
const shifts = DATA.clock.shifts;
function offset(seconds) {
  let low = 0, high = shifts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (shifts[middle][0] <= seconds) low = middle; else high = middle - 1;
  }
  return shifts[low][1];
}
const local = (seconds) => new Date((seconds + offset(seconds)) * 1000);
/** The moment at which the clock shows `shown` (local seconds). */
function moment(shown) {
  const guess = shown - offset(shown);
  return shown - offset(guess);
}
const pad = (number, width = 2) => String(number).padStart(width, "0");
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS = { en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"], ja: ["日", "月", "火", "水", "木", "金", "土"] };
const clockOf = (date) => `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}`;
const dayOf = (date) => (state.lang === "ja" ? `${date.getUTCMonth() + 1}月${date.getUTCDate()}日` : `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`);
const fullDayOf = (date) => (state.lang === "ja" ? `${date.getUTCFullYear()}年${dayOf(date)}` : `${dayOf(date)} ${date.getUTCFullYear()}`);
/** `12 Jan 09:00`; with its year where the year is in question. */
function short(seconds) {
  const date = local(seconds);
  if (DATA.clock.with_year) return `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())} ${clockOf(date)}`;
  return `${dayOf(date)} ${clockOf(date)}`;
}
const long = (seconds) => `${fullDayOf(local(seconds))} ${clockOf(local(seconds))}`;

// Numbers are said as the other formats of mudline say them.
function grouped(value, decimals) {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e15) return String(value);
  const text = (Math.round(value * 10 ** decimals) / 10 ** decimals + 0).toFixed(decimals);
  const [, sign, whole, rest] = /^(-?)(\d+)(.*)$/.exec(text);
  return sign + (whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, "\u00a0") : whole) + rest;
}
function tonnes(value) {
  if (value !== 0 && Math.abs(value) < 1) return grouped(value, 3).replace(/0+$/, "").replace(/\.$/, "");
  return grouped(value, 1);
}
function number(value) {
  const tenths = Math.round(value * 10) / 10;
  return grouped(tenths, tenths === Math.trunc(tenths) ? 0 : 1);
}
function money(value) {
  const text = grouped(value, Math.abs(value) < 100 && value % 1 !== 0 ? 2 : 0);
  return DATA.plan.currency ? `${text} ${DATA.plan.currency}` : text;
}
function duration(hours) {
  const ja = state.lang === "ja", unit = ja ? { d: "日", h: "時間", m: "分" } : { d: " d", h: " h", m: " min" };
  const minutes = Math.round(Math.abs(hours) * 60), sign = hours < 0 && minutes > 0 ? "-" : "", gap = ja ? "" : " ";
  const days = Math.floor(minutes / 1440), rest = minutes % 1440;
  if (days > 0) return sign + days + unit.d + (rest > 0 ? gap + number(Math.round(rest / 6) / 10) + unit.h : "");
  if (rest > 0 && rest < 60) return sign + rest + unit.m;
  if (rest % 6 === 0) return sign + number(rest / 60) + unit.h;
  return sign + Math.floor(rest / 60) + unit.h + gap + (rest % 60) + unit.m;
}
const percent = (share) => `${number(share * 100)} %`;
const data = (value, text) => make("data", { value: String(value) }, text);
const moments = (seconds) => make("time", { datetime: iso(seconds) }, short(seconds));
function iso(seconds) {
  const shift = offset(seconds), sign = shift < 0 ? "-" : "+", minutes = Math.abs(shift) / 60;
  const date = local(seconds);
  return Number.isNaN(date.getTime()) ? "" : `${date.toISOString().slice(0, 19)}${sign}${pad(Math.floor(minutes / 60))}:${pad(Math.floor(minutes % 60))}`;
}
/** A name no longer than what a line can hold, without cutting a character in half. */
function brief(text, most = 60) {
  const characters = [...text];
  return characters.length > most ? characters.slice(0, most - 1).join("") + "…" : text;
}

const ACTS = DATA.activities;
const isDone = (activity) => activity.kind !== "wait" && activity.kind !== "idle";
const title = (activity) => (activity.kind === "sail" && activity.to ? t("sail-to", { site: activity.to }) : activity.kind === "wait" ? t("waiting") : activity.name);
const hours = (activity) => (activity.end - activity.start) / HOUR;
const worked = (activity) => activity.work ?? [[activity.start, activity.end]];
const vesselName = (index) => (index === null ? t("other-work") : DATA.vessels[index]);
const isShown = (activity) => !state.hidden.has(activity.vessel);
const place = (activity) => (activity.to ? `→ ${activity.to}` : activity.site ?? "");
/** The time that the charts cover: the horizon, stretched to what lies outside it. */
const EXTENT = (() => {
  let [from, to] = [DATA.horizon.start, DATA.horizon.end];
  for (const activity of ACTS) if (activity.kind !== "idle") { from = Math.min(from, activity.start); to = Math.max(to, activity.end); }
  return [from, Math.max(to, from + HOUR)];
})();
state.view = [...EXTENT];
state.cursor = EXTENT[0];

// Whoever draws asks to be told; however much changes, everything is drawn once a frame.
const drawers = [];
let isWaiting = false;
function redraw() {
  if (isWaiting) return;
  isWaiting = true;
  requestAnimationFrame(() => { isWaiting = false; drawers.forEach((draw) => draw()); });
}
const say = (text) => { $("said").textContent = text; };
