// Opens reports in a real browser and uses them. Started by `make browser`, which makes the pages and says where things are:
// node report.mjs FOLDER-OF-PAGES PATH-OF-PLAYWRIGHT-CORE PATH-OF-CHROMIUM
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
const [, , pages, playwright, chromium] = process.argv;
const browserType = createRequire(import.meta.url)(playwright).chromium;
const profile = mkdtempSync(join(tmpdir(), "mudline-browser-"));
const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await browserType.launchPersistentContext(profile, { executablePath: chromium, headless: true, args: flags });
const schedule = (name) => JSON.parse(readFileSync(join(pages, `${name}.json`), "utf8"));
let passed = 0;

/** A page with a size; whatever it complains of, and whatever it asks the network for, fails the check. */
async function open(name, width = 1280, height = 900, scheme = "light") {
  const page = await browser.newPage(), complaints = [];
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) complaints.push(message.text()); });
  page.on("pageerror", (error) => complaints.push(error.stack));
  page.on("request", (request) => { if (!request.url().startsWith("file:")) complaints.push(`asks for ${request.url()}`); });
  await page.setViewportSize({ width, height });
  await page.bringToFront();
  // Two frames after the script has run, its charts have been painted.
  await page.addInitScript(() => addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => requestAnimationFrame(() => { globalThis.paintedAt = performance.now(); }))));
  await page.emulateMedia({ colorScheme: scheme });
  await page.goto(`file://${join(pages, name)}.html`);
  await page.waitForFunction(() => document.querySelector("#gantt-canvas").width > 300);
  return { page, complaints };
}
async function check(what, name, act, ...size) {
  const { page, complaints } = await open(name, ...size);
  await act(page);
  assert.deepEqual(complaints, [], what);
  await page.close();
  passed += 1;
  console.log(`ok ${what}`);
}
const painted = (page, id) => page.evaluate((id) => document.getElementById(id).toDataURL(), id);
const stageOf = async (page) => { await page.$eval("#gantt", (one) => one.scrollIntoView({ block: "center" })); return page.locator("#gantt").boundingBox(); };
const settle = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 30)))));
/** Whether an act changes what a canvas shows. */
async function changes(page, id, act, what) {
  await settle(page);
  const before = await painted(page, id);
  await act();
  await settle(page);
  assert.ok((await painted(page, id)) !== before, what);
}
const values = (page, selector) => page.$$eval(`${selector} data`, (all) => all.map((one) => Number(one.value)));

await check("the numbers on the page are those of schedule.json", "trial", async (page) => {
  const truth = schedule("trial"), figures = await values(page, "#figures dl:not([hidden])");
  for (const number of [truth.totals.delivered_t, truth.totals.sampled_t, Date.parse(truth.totals.finish) / 1000]) assert.ok(figures.includes(number), `${number} in ${figures}`);
  const shown = await page.$eval("#figures dl:not([hidden])", (one) => one.textContent);
  assert.ok(shown.includes(`${truth.totals.delivered_t.toFixed(1)} t`), shown);
  const rows = await page.$$eval("#activity-table tbody tr", (all) => all.map((row) => ({ id: row.dataset.id, times: [...row.querySelectorAll("time")].map((time) => Date.parse(time.dateTime)), numbers: [...row.querySelectorAll("data")].map((one) => Number(one.value)) })));
  const done = truth.activities.filter((one) => one.kind !== "idle");
  assert.equal(rows.length, done.length);
  for (const activity of done) {
    const row = rows.find((one) => one.id === activity.id);
    assert.deepEqual(row.times, [Date.parse(activity.start), Date.parse(activity.end)], activity.id);
    if (activity.tonnes !== undefined) assert.ok(row.numbers.includes(activity.tonnes), activity.id);
  }
  const [name, hours] = Object.entries(truth.totals.vessels)[0];
  assert.ok((await page.textContent("#hours")).includes(name));
  const told = await values(page, "#hours");
  for (const part of Object.values(hours)) assert.ok(told.includes(part), `${part} h in ${told}`);
  assert.deepEqual(await values(page, "#deliveries tbody"), truth.deliveries.map((one) => one.tonnes));
  assert.equal(await page.$$eval("#notes tbody tr", (all) => all.length), truth.notes.length);
});
await check("synthetic weather is told before anything else", "trial", async (page) => {
  assert.equal(await page.$$eval("main > .notice:not([hidden])", (all) => all.length), 1);
  assert.match(await page.textContent("main > .notice:not([hidden])"), /neither measured nor forecast/);
});
await check("zoom and pan by button, wheel, key and drag", "trial", async (page) => {
  const gantt = "gantt-canvas", stage = await stageOf(page), middle = [stage.x + stage.width / 2, stage.y + stage.height / 2];
  await changes(page, gantt, () => page.click("#zoom-in"), "the button zooms");
  await changes(page, gantt, () => page.click("#later"), "the button pans");
  await changes(page, gantt, () => page.click("#zoom-all"), "the button shows everything");
  await page.mouse.move(...middle);
  await page.keyboard.down("Control");
  await changes(page, gantt, () => page.mouse.wheel(0, -300), "the wheel zooms");
  await page.keyboard.up("Control");
  await changes(page, gantt, async () => { await page.mouse.down(); await page.mouse.move(middle[0] - 150, middle[1], { steps: 5 }); await page.mouse.up(); }, "a drag pans");
  await changes(page, "sea-canvas", () => page.click("#zoom-out"), "the sea goes with the chart");
  await page.focus("#gantt");
  for (const key of ["+", "Shift+ArrowRight", "-", "+", "0"]) await changes(page, gantt, () => page.keyboard.press(key), `the key ${key}`);
});
await check("two fingers zoom", "trial", async (page) => {
  await changes(page, "gantt-canvas", () => page.evaluate(() => {
    const box = document.getElementById("gantt"), at = box.getBoundingClientRect();
    const send = (type, id, x) => box.dispatchEvent(new PointerEvent(type, { pointerId: id, pointerType: "touch", clientX: at.x + x, clientY: at.y + 90, bubbles: true }));
    send("pointerdown", 1, 400); send("pointerdown", 2, 500);
    for (let by = 0; by < 100; by += 10) { send("pointermove", 1, 400 - by); send("pointermove", 2, 500 + by); }
    send("pointerup", 1, 300); send("pointerup", 2, 600);
  }), "a pinch zooms");
});
await check("the keys go from activity to activity and say them", "trial", async (page) => {
  await page.focus("#gantt");
  await page.keyboard.press("Home");
  const first = await page.textContent("#said");
  assert.match(first, /sail to/);
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await page.textContent("#said"), first);
  assert.ok(await page.isVisible("#tip"));
  await page.keyboard.press("Escape");
  assert.ok(await page.isHidden("#tip"));
});
await check("the pointer shows what lies under it", "trial", async (page) => {
  const stage = await stageOf(page);
  let seen = "";
  for (let x = 260; x < stage.width && !seen; x += 15) for (let y = 60; y < 200 && !seen; y += 10) { await page.mouse.move(stage.x + x, stage.y + y); if (await page.isVisible("#tip")) seen = await page.textContent("#tip"); }
  assert.match(seen, /–/);
});
await check("critical path, windows and links can be switched", "trial", async (page) => {
  await changes(page, "gantt-canvas", () => page.check("#toggle-critical"), "critical path");
  await changes(page, "gantt-canvas", () => page.uncheck("#toggle-windows"), "windows");
  await changes(page, "gantt-canvas", () => page.check("#toggle-links"), "links");
});
await check("the slider moves vessel and cursor", "trial", async (page) => {
  const before = await page.textContent("#whereabouts");
  await changes(page, "map-canvas", () => page.$eval("#clock", (slider) => { slider.value = String((Number(slider.min) * 3 + Number(slider.max)) / 4); slider.dispatchEvent(new Event("input", { bubbles: true })); }), "the map");
  assert.notEqual(await page.textContent("#whereabouts"), before);
  await changes(page, "gantt-canvas", async () => { await page.focus("#clock"); for (let at = 0; at < 30; at++) await page.keyboard.press("ArrowRight"); }, "the cursor");
  await page.click("#play");
  const shown = await page.textContent("#clock-out");
  await page.waitForFunction((shown) => document.getElementById("clock-out").textContent !== shown, shown);
  await page.click("#play");
});
await check("both languages", "trial", async (page) => {
  await page.click("#lang-ja");
  assert.equal(await page.$eval("html", (one) => one.lang), "ja");
  assert.equal(await page.textContent("#timeline-title"), "工程");
  assert.match(await page.textContent("#summary"), /荒天待機/);
  await page.click("#lang-en");
  assert.equal(await page.textContent("#timeline-title"), "Timeline");
});
await check("both themes", "trial", async (page) => {
  const ground = () => page.$eval("html", (one) => getComputedStyle(one).backgroundColor), before = await ground();
  await changes(page, "gantt-canvas", () => page.click("#theme"), "the chart");
  assert.notEqual(await ground(), before);
});
await check("dark where the reader's system is dark", "trial", async (page) => {
  assert.equal(await page.$eval("html", (one) => one.dataset.theme), "dark");
}, 1280, 900, "dark");
await check("find in the table, and from there to the chart", "trial", async (page) => {
  await page.fill("#find", "run pipe");
  const found = await page.$$eval("#activity-table tbody tr", (all) => all.map((row) => row.dataset.id));
  assert.deepEqual(found, schedule("trial").activities.filter((one) => one.name === "run pipe").map((one) => one.id));
  await page.click("#activity-table .go");
  assert.match(await page.textContent("#said"), /run pipe/);
});
await check("a baseline lies under the bars and its changes are told", "compared", async (page) => {
  await changes(page, "gantt-canvas", () => page.uncheck("#toggle-baseline"), "baseline");
  assert.ok(await page.isVisible("#compared"));
  assert.ok((await page.$$eval("#compared-body tbody tr", (all) => all.length)) > 3);
});
await check("what ends later than in the baseline says so, also where it begins as it did", "compared", async (page) => {
  const told = await page.locator("#compared-body table").last().locator("tbody tr td:last-child").allTextContents();
  assert.ok(told.some((one) => /^Start —, End \+/.test(one)), told.join("\n"));
  assert.ok(!told.includes("—"), told.join("\n"));
});
for (const width of [360, 1280]) {
  await check(`the degrees of the map are told as they are, and stand apart at ${width}`, "near", async (page) => {
    const told = await page.evaluate(async () => {
      const seen = [], pen = CanvasRenderingContext2D.prototype, was = pen.fillText;
      pen.fillText = function (text, x, y) { if (this.canvas.id === "map-canvas" && /°/.test(text)) seen.push({ text, x, width: this.measureText(text).width }); was.call(this, text, x, y); };
      window.dispatchEvent(new Event("resize"));
      await new Promise((done) => setTimeout(done, 400));
      pen.fillText = was;
      return seen;
    });
    const east = told.filter((one) => one.text.endsWith("E")).sort((a, b) => a.x - b.x), degrees = east.map((one) => parseFloat(one.text));
    assert.ok(east.length > 1, JSON.stringify(told));
    const steps = degrees.slice(1).map((one, at) => one - degrees[at]).filter((step) => step > 0);
    assert.ok(steps.every((step) => Math.abs(step - steps[0]) < 1e-9), degrees.join(" "));
    const apart = east.slice(1).every((one, at) => one.text === east[at].text || one.x - one.width / 2 > east[at].x + east[at].width / 2);
    assert.ok(apart, JSON.stringify(east));
  });
}
await check("the present is a line when it lies in the plan's time", "trial", async (page) => {
  const { start, end } = schedule("trial").horizon;
  await changes(page, "gantt-canvas", async () => { await page.evaluate((now) => { Date.now = () => now; window.dispatchEvent(new Event("resize")); }, (Date.parse(start) + Date.parse(end)) / 2); }, "a line");
});
await check("the odds of a simulation", "odds", async (page) => {
  const told = await values(page, "#odds-body");
  for (const number of [0.75, 806.5, 88.25]) assert.ok(told.includes(number), `${number} in ${told}`);
  assert.match(await page.textContent("#odds-body"), /75 %/);
  assert.match(await page.textContent("#odds-body .notice"), /another version of the plan, <\/script>/);
});
await check("hostile names stay names", "hostile", async (page) => {
  assert.equal(await page.evaluate(() => globalThis.broken), undefined);
  assert.match(await page.textContent("h1"), /<\/script>/);
  await page.focus("#gantt");
  await page.keyboard.press("Home");
  assert.equal(await page.$$eval("#tip img, #said img, td img", (all) => all.length), 0);
});
await check("a schedule without activities", "empty", async (page) => { assert.match(await page.textContent("#activity-table"), /no activity/); });
for (const [width, height] of [[390, 844], [1280, 900], [3840, 2160]]) {
  for (const name of ["trial", "large", "hostile"]) await check(`${name} fits ${width} pixels`, name, async (page) => {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(over <= 0, `${over} pixels too wide`);
  }, width, height);
}
await check("five thousand activities: filter, first paint, zoom", "large", async (page) => {
  await page.waitForFunction(() => globalThis.paintedAt > 0);
  // The browser does not always tell its first paint; the charts' own is later, never earlier.
  const [paint, charts] = await page.evaluate(() => [performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? globalThis.paintedAt, globalThis.paintedAt]);
  await changes(page, "gantt-canvas", () => page.uncheck("#fleet input[data-vessel='0']"), "a vessel is filtered");
  const times = [];
  for (const rows of ["tasks", "vessels"]) {
    await page.selectOption("#rows", rows);
    for (let at = 0; at < 12; at++) times.push(await page.evaluate((at) => new Promise((done) => { const box = document.getElementById("gantt"), place = box.getBoundingClientRect(), from = performance.now(); box.dispatchEvent(new WheelEvent("wheel", { deltaY: at % 4 === 3 ? 60 : -40, ctrlKey: true, clientX: place.x + 700, clientY: place.y + 90, cancelable: true })); requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - from))); }), at));
  }
  times.sort((a, b) => a - b);
  console.log(`   first paint ${paint.toFixed(0)} ms, charts ${charts.toFixed(0)} ms; two frames of zoom: median ${times[12].toFixed(0)} ms, worst ${times[23].toFixed(0)} ms`);
  assert.ok(paint < 1000, `first paint after ${paint} ms`);
});
{
  const { page, complaints } = await open("trial");
  await page.pdf({ path: join(pages, "trial.pdf"), preferCSSPageSize: true, printBackground: true });
  assert.deepEqual(complaints, []);
  assert.ok(readFileSync(join(pages, "trial.pdf")).subarray(0, 5).toString() === "%PDF-");
  console.log("ok it prints");
  passed += 1;
}
await check("five thousand activities on paper: none is left out, and where rows are it is said", "large", async (page) => {
  const done = schedule("large").activities.filter((one) => one.kind !== "idle"), began = performance.now();
  await page.pdf({ path: join(pages, "large.pdf"), preferCSSPageSize: true, printBackground: true });
  const took = performance.now() - began;
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  assert.equal(await page.locator("#activity-table tbody tr").count(), done.length);
  assert.equal(await page.locator(".cut").count(), 0);
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  assert.ok((await page.locator("#activity-table tbody tr").count()) <= 100);
  console.log(`   printed in ${(took / 1000).toFixed(1)} s`);
});
await check("a table that is cut says so", "recompared", async (page) => {
  assert.match(await page.locator("#compared-body .cut").textContent(), /first 1000 rows of [45]\d\d\d;/);
  assert.equal(await page.locator("#compared-body table").last().locator("tbody tr").count(), 1000);
});
await browser.close();
rmSync(profile, { recursive: true, force: true });
console.log(`${passed} checks of the report in a browser passed`);
