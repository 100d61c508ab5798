// The map: sites, tracks, and where the vessels are at the cursor. Mercator, with a graduated border.
const RAD = Math.PI / 180;
const mercator = (latitude) => Math.log(Math.tan(Math.PI / 4 + Math.max(-85, Math.min(85, latitude)) * RAD / 2)) / RAD;
const SITES = DATA.sites.filter((site) => site.position);
const siteNamed = (id) => DATA.sites.find((site) => site.id === id);
const bearing = ([a, b]) => { const [la, lb] = [a[0] * RAD, b[0] * RAD], d = (b[1] - a[1]) * RAD; return Math.atan2(Math.sin(d) * Math.cos(lb), Math.cos(la) * Math.sin(lb) - Math.sin(la) * Math.cos(lb) * Math.cos(d)); };
function vectorOf([latitude, longitude]) { const [a, b] = [latitude * RAD, longitude * RAD]; return [Math.cos(a) * Math.cos(b), Math.cos(a) * Math.sin(b), Math.sin(a)]; }
/** The point at a share of the great circle from `a` to `b`. */
function along(a, b, share) {
  const [u, v] = [vectorOf(a), vectorOf(b)], angle = Math.acos(Math.max(-1, Math.min(1, u[0] * v[0] + u[1] * v[1] + u[2] * v[2])));
  if (angle < 1e-9) return a;
  const [p, q] = [Math.sin((1 - share) * angle) / Math.sin(angle), Math.sin(share * angle) / Math.sin(angle)], w = u.map((one, at) => p * one + q * v[at]);
  return [Math.atan2(w[2], Math.hypot(w[0], w[1])) / RAD, Math.atan2(w[1], w[0]) / RAD];
}
const arc = (a, b) => { const [u, v] = [vectorOf(a), vectorOf(b)]; return Math.acos(Math.max(-1, Math.min(1, u[0] * v[0] + u[1] * v[1] + u[2] * v[2]))); };

/** The waypoints from one site to another: as the schedule has them, or straight where it has none. */
function wayOf(from, to) {
  for (const route of DATA.routes) {
    if (route.from === from && route.to === to) return route.points;
    if (route.from === to && route.to === from) return [...route.points].reverse();
  }
  const [a, b] = [siteNamed(from)?.position, siteNamed(to)?.position];
  return a && b ? [a, b] : null;
}
/** The point at a share of a way, and the course there. */
function onWay(points, share) {
  const lengths = points.slice(1).map((point, at) => arc(points[at], point)), whole = lengths.reduce((sum, one) => sum + one, 0);
  let left = share * whole;
  for (const [at, length] of lengths.entries()) {
    if (left <= length || at === lengths.length - 1) {
      const here = along(points[at], points[at + 1], length ? Math.min(left / length, 1) : 0);
      return { position: here, course: bearing([here, points[at + 1]]) };
    }
    left -= length;
  }
  return { position: points[0], course: 0 };
}
const TRACKS = (() => {
  const seen = new Set(), out = [];
  for (const activity of ACTS) {
    if (activity.kind !== "sail") continue;
    const key = [activity.site, activity.to].sort().join("\n") + `\n${activity.vessel}`;
    const points = seen.has(key) ? null : wayOf(activity.site, activity.to);
    seen.add(key);
    if (points) out.push({ vessel: activity.vessel, points: points.slice(1).flatMap((point, at) => Array.from({ length: 33 }, (_, share) => along(points[at], point, share / 32))) });
  }
  return out;
})();

// Longitudes are unrolled about the first site, so that a plan across the date line lies together.
const MIDDLE = SITES.length ? SITES[0].position[1] : 0;
const unroll = (longitude) => { let turned = longitude - MIDDLE; turned -= Math.round(turned / 360) * 360; return turned + MIDDLE; };
const BOX = (() => {
  const points = [...SITES.map((site) => site.position), ...TRACKS.flatMap((track) => track.points)];
  let [south, north, west, east] = [90, -90, Infinity, -Infinity];
  for (const [latitude, longitude] of points) { south = Math.min(south, latitude); north = Math.max(north, latitude); west = Math.min(west, unroll(longitude)); east = Math.max(east, unroll(longitude)); }
  const margin = Math.max(north - south, east - west, 1) * 0.16 + 0.2;
  return { south: Math.max(south - margin, -84), north: Math.min(north + margin, 84), west: west - margin, east: east + margin };
})();

function projection(width, height, border) {
  const [top, bottom] = [mercator(BOX.north), mercator(BOX.south)];
  const factor = Math.min((width - 2 * border) / (BOX.east - BOX.west), (height - 2 * border) / (top - bottom));
  const [mx, my] = [(BOX.east + BOX.west) / 2, (top + bottom) / 2];
  return {
    x: (longitude) => width / 2 + (unroll(longitude) - mx) * factor, raw: (longitude) => width / 2 + (longitude - mx) * factor,
    y: (latitude) => height / 2 - (mercator(latitude) - my) * factor,
    longitude: (x) => (x - width / 2) / factor + mx,
    latitude: (y) => (2 * Math.atan(Math.exp(((height / 2 - y) / factor + my) * RAD)) - Math.PI / 2) / RAD, factor,
  };
}
const degrees = (value, letters, decimals) => { const turned = letters === "EW" ? value - Math.round(value / 360) * 360 : value; return `${grouped(Math.abs(turned), decimals)}°${turned === 0 ? "" : turned < 0 ? letters[1] : letters[0]}`; };
function positionText([latitude, longitude]) {
  const part = (value, letters, width) => { const minutes = Math.round(Math.abs(value) * 60); return `${pad(Math.floor(minutes / 60), width)}°${pad(minutes % 60)}′${value < 0 ? letters[1] : letters[0]}`; };
  return `${part(latitude, "NS", 2)} ${part(longitude, "EW", 3)}`;
}

/** What a vessel does at a moment. */
function doing(vessel, at) {
  const own = BY_VESSEL[vessel];
  let found = own[0];
  for (const index of own) { if (ACTS[index].start <= at) found = index; else break; }
  return found;
}
const BY_VESSEL = DATA.vessels.map((_, vessel) => ACTS.map((_, index) => index).filter((index) => ACTS[index].vessel === vessel).sort((a, b) => ACTS[a].start - ACTS[b].start));
function whereIs(vessel, at) {
  const index = doing(vessel, at);
  if (index === undefined) return null;
  const activity = ACTS[index], isOver = at > activity.end;
  if (activity.kind === "sail" && !isOver && at >= activity.start) {
    const points = wayOf(activity.site, activity.to);
    if (!points) return { activity };
    const work = worked(activity), whole = work.reduce((sum, [a, b]) => sum + b - a, 0);
    const done = work.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(at, b) - a), 0);
    return { activity, ...onWay(points, whole ? done / whole : 0), isUnderWay: true };
  }
  const site = activity.kind === "sail" && isOver ? activity.to : activity.site;
  return { activity, site, position: siteNamed(site)?.position };
}

function drawMap(pen, width, height, fs, isPaper) {
  const border = Math.round(fs * 0.5), map = projection(width, height, border + fs * 1.4), edge = border + 1;
  pen.rect(0, 0, width, height, paint.sheet);
  pen.rect(edge, edge, width - 2 * edge, height - 2 * edge, paint.sea);
  drawGraticule(pen, map, width, height, border, fs);
  pen.clip(edge, edge, width - 2 * edge, height - 2 * edge);
  for (const track of TRACKS) pen.line(track.points.map(([latitude, longitude]) => [map.x(longitude), map.y(latitude)]), vesselPaint(track.vessel), 1.6, [7, 4]);
  for (const site of SITES) drawSite(pen, site, map, fs, width);
  if (!isPaper) drawVessels(pen, map, fs);
  drawScale(pen, map, width, height, border, fs);
  pen.unclip();
}
function drawGraticule(pen, map, width, height, border, fs) {
  const look = { size: fs * 0.76, fill: paint.soft, halo: paint.sea }, edge = border + 1;
  const [west, east] = [map.longitude(edge), map.longitude(width - edge)], [south, north] = [map.latitude(height - edge), map.latitude(edge)];
  // So many decimals as every line needs, and lines so far apart that one label has room beside the next.
  const decimals = (one) => (one === 0.25 ? 2 : one < 1 ? 1 : 0), wide = (one) => pen.width(degrees(-188.88, "EW", decimals(one)), look) + fs;
  const every = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60].find((one) => one * map.factor >= Math.max(wide(one), fs * 4)) ?? 60;
  const fine = every / 5;
  const bars = (from, to, place, draw) => {
    for (let at = Math.floor(from / fine); at * fine < to; at++) {
      if (((at % 2) + 2) % 2) continue;
      const [a, b] = [place(Math.max(at * fine, from)), place(Math.min((at + 1) * fine, to))];
      draw(Math.min(a, b), Math.abs(b - a));
    }
  };
  for (let at = Math.ceil(west / every); at * every < east; at++) {
    const x = map.raw(at * every);
    pen.line([[x, edge], [x, height - edge]], paint.hair, 0.8);
    if (x > edge + fs * 2 && x < width - edge - fs * 2) pen.text(x, edge + fs, degrees(at * every, "EW", decimals(every)), { ...look, align: "center" });
  }
  for (let at = Math.ceil(south / every); at * every < north; at++) {
    const y = map.y(at * every);
    pen.line([[edge, y], [width - edge, y]], paint.hair, 0.8);
    // Below is the scale.
    if (y > edge + fs * 2 && y < height - edge - fs * 2.4) pen.text(edge + 4, y - 3, degrees(at * every, "NS", decimals(every)), look);
  }
  const inner = border - 1;
  bars(west, east, map.raw, (x, w) => { pen.rect(x, 1, w, inner, paint.neat); pen.rect(x, height - border, w, inner, paint.neat); });
  bars(south, north, map.y, (y, h) => { pen.rect(1, y, inner, h, paint.neat); pen.rect(width - border, y, inner, h, paint.neat); });
  pen.frame(0.5, 0.5, width - 1, height - 1, paint.neat, 1);
  pen.frame(border + 0.5, border + 0.5, width - 2 * border - 1, height - 2 * border - 1, paint.neat, 1);
}
function drawSite(pen, site, map, fs, width) {
  const x = map.x(site.position[1]), y = map.y(site.position[0]), r = fs * 0.38;
  if (site.kind === "sea") { pen.line([[x - r * 1.4, y], [x + r * 1.4, y]], paint.ink, 1.6); pen.line([[x, y - r * 1.4], [x, y + r * 1.4]], paint.ink, 1.6); pen.disc(x, y, r * 0.8, null, paint.ink, 1.2); }
  else if (site.kind === "island") pen.area([[x - r, y + r * 0.8], [x + r, y + r * 0.8], [x, y - r]], paint.ink);
  else if (site.kind === "plant") { pen.rect(x - r, y - r, 2 * r, 2 * r, paint.ground); pen.frame(x - r, y - r, 2 * r, 2 * r, paint.ink, 1.4); }
  else { pen.disc(x, y, r, paint.ground, paint.ink, 1.4); pen.disc(x, y, r * 0.3, paint.ink); }
  const look = { size: fs * 1.05, fill: paint.ink, family: paint.serif, style: site.kind === "sea" ? "italic" : "normal", halo: paint.sea };
  const name = brief(site.id, 32), isLeft = x + fs + pen.width(name, look) > width - fs * 2;
  pen.text(x + (isLeft ? -fs * 0.8 : fs * 0.8), y + fs * 1.7, name, { ...look, align: isLeft ? "right" : "left" });
}
function drawVessels(pen, map, fs) {
  const taken = new Map();
  DATA.vessels.forEach((name, vessel) => {
    if (state.hidden.has(vessel)) return;
    const here = whereIs(vessel, state.cursor);
    if (!here?.position) return;
    let x = map.x(here.position[1]), y = map.y(here.position[0]);
    const key = `${Math.round(x)}/${Math.round(y)}`, others = taken.get(key) ?? 0;
    taken.set(key, others + 1);
    // Ships that lie together lie side by side.
    if (others) { x += fs * 1.1 * Math.cos(others); y += fs * 1.1 * Math.sin(others); }
    const course = here.course ?? 0, size = fs * 0.62, turn = ([dx, dy]) => [x + size * (dx * Math.cos(course) - dy * Math.sin(course)), y + size * (dx * Math.sin(course) + dy * Math.cos(course))];
    const hull = [[0, -1.5], [0.62, -0.5], [0.62, 1.2], [-0.62, 1.2], [-0.62, -0.5]].map(turn);
    pen.line([...hull, hull[0], hull[1]], paint.sheet, 4);
    pen.area(hull, vesselPaint(vessel));
    if (others < 4) pen.text(x + size * 1.5, y - size, brief(name, 28), { size: fs * 0.9, weight: 600, fill: vesselPaint(vessel), halo: paint.sea });
  });
}
/** Miles at the middle latitude of the map. */
function drawScale(pen, map, width, height, border, fs) {
  const middle = map.latitude(height / 2), perMile = map.factor / 60 / Math.cos(middle * RAD);
  const miles = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].filter((one) => one * perMile < width * 0.28).pop() ?? 1;
  const x = border + fs, y = height - border - fs * 0.9, w = miles * perMile;
  for (let at = 0; at < 4; at++) pen.rect(x + (w / 4) * at, y, w / 4, fs * 0.28, at % 2 ? paint.sheet : paint.neat);
  pen.frame(x, y, w, fs * 0.28, paint.neat, 1);
  pen.text(x, y - fs * 0.35, `${miles} ${t("nautical-miles")}`, { size: fs * 0.78, fill: paint.ink, halo: paint.sea });
}

drawers.push(function screenMap() {
  if (!SITES.length) return;
  const canvas = $("map-canvas"), width = canvas.parentElement.clientWidth, fs = Math.max(11, rem() * 0.86);
  const shape = (mercator(BOX.north) - mercator(BOX.south)) / (BOX.east - BOX.west);
  const height = Math.round(Math.min(Math.max(width * Math.min(shape, 0.8), width * 0.5, 260), Math.max(window.innerHeight * 0.78, 300)));
  drawMap(new CanvasPen(canvas, width, height), width, height, fs, false);
  const slider = $("clock");
  if (Number(slider.value) !== Math.round(state.cursor)) slider.value = String(Math.round(state.cursor));
  slider.setAttribute("aria-valuetext", long(state.cursor));
  $("clock-out").textContent = long(state.cursor);
  const lines = DATA.vessels.slice(0, 40).map((name, vessel) => ({ vessel, here: state.hidden.has(vessel) ? null : whereIs(vessel, state.cursor) })).filter(({ here }) => here).map(({ vessel, here }) => {
    const words = { vessel: DATA.vessels[vessel], site: here.isUnderWay ? here.activity.to : here.site ?? "", what: here.activity.kind === "idle" ? t("kind-idle") : title(here.activity), position: here.position ? positionText(here.position) : "" };
    return [vessel, here.isUnderWay || (!here.site && here.activity.to) ? t("under-way", words) : t("at-site", words)];
  });
  const key = JSON.stringify(lines);
  if (key === screenLines) return;
  screenLines = key;
  put($("whereabouts"), lines.map(([vessel, text]) => { const dot = make("i", { class: "swatch" }); dot.style.background = vesselPaint(vessel); return make("li", {}, dot, make("span", { dir: "auto" }, text)); }));
});
let screenLines = "";
