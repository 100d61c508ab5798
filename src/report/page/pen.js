// Two pens with the same strokes: one for the screen (canvas), one for paper (SVG, so that print is sharp and its text is text).
const paint = {};
function mixPaint() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ["paper", "sheet", "ink", "soft", "hair", "faint", "sea", "sea-deep", "magenta", "magenta-tint", "task", "sail", "sampling",
    "transfer", "weather", "other", "window", "over", "neat", "ground", "focus", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8"]) {
    paint[name] = style.getPropertyValue(`--${name}`).trim();
  }
  paint.serif = style.getPropertyValue("--serif").trim();
  paint.sans = style.getPropertyValue("--sans").trim();
}
const vesselPaint = (index) => (index === null ? paint.soft : paint[`v${(index % 8) + 1}`]);
const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;

class CanvasPen {
  constructor(canvas, width, height) {
    const scale = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    this.c = canvas.getContext("2d");
    this.c.setTransform(scale, 0, 0, scale, 0, 0);
    this.c.clearRect(0, 0, width, height);
    this.measured = new Map();
  }
  fade(alpha) { this.c.globalAlpha = alpha; }
  rect(x, y, w, h, fill) { this.c.fillStyle = fill; this.c.fillRect(x, y, w, h); }
  frame(x, y, w, h, stroke, width = 1) { this.c.strokeStyle = stroke; this.c.lineWidth = width; this.c.setLineDash([]); this.c.strokeRect(x, y, w, h); }
  trace(points) { this.c.beginPath(); points.forEach(([x, y], at) => (at ? this.c.lineTo(x, y) : this.c.moveTo(x, y))); }
  line(points, stroke, width = 1, dash = []) { this.trace(points); this.c.strokeStyle = stroke; this.c.lineWidth = width; this.c.setLineDash(dash); this.c.stroke(); }
  area(points, fill) { this.trace(points); this.c.closePath(); this.c.fillStyle = fill; this.c.fill(); }
  disc(x, y, r, fill, stroke, width = 1) {
    this.c.beginPath(); this.c.arc(x, y, r, 0, 7); this.c.setLineDash([]);
    if (fill) { this.c.fillStyle = fill; this.c.fill(); }
    if (stroke) { this.c.strokeStyle = stroke; this.c.lineWidth = width; this.c.stroke(); }
  }
  hatch(x, y, w, h, stroke) {
    this.clip(x, y, w, h); this.c.beginPath(); this.c.setLineDash([]);
    const from = Math.floor((x - h) / 5) * 5;
    for (let at = from; at < x + w; at += 5) { this.c.moveTo(at, y + h); this.c.lineTo(at + h, y); }
    this.c.strokeStyle = stroke; this.c.lineWidth = 1; this.c.stroke(); this.unclip();
  }
  font({ size, weight = 400, family = paint.sans, style = "normal" }) { return `${style} ${weight} ${size}px ${family}`; }
  text(x, y, text, look) {
    this.c.font = this.font(look); this.c.textAlign = look.align ?? "left"; this.c.textBaseline = "alphabetic";
    if (look.halo) { this.c.strokeStyle = look.halo; this.c.lineWidth = 3; this.c.lineJoin = "round"; this.c.setLineDash([]); this.c.strokeText(text, x, y); }
    this.c.fillStyle = look.fill; this.c.fillText(text, x, y);
  }
  width(text, look) {
    const font = this.font(look), key = font + text;
    if (!this.measured.has(key)) { this.c.font = font; this.measured.set(key, this.c.measureText(text).width); }
    return this.measured.get(key);
  }
  clip(x, y, w, h) { this.c.save(); this.c.beginPath(); this.c.rect(x, y, w, h); this.c.clip(); }
  unclip() { this.c.restore(); }
}

const MEASURE = document.createElement("canvas").getContext("2d");
class SvgPen {
  constructor(width, height, label) {
    this.space = "http://www.w3.org/2000/svg";
    this.root = this.node("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" });
    if (label) this.root.setAttribute("aria-label", label);
    this.at = [this.root]; this.alpha = 1; this.clips = 0;
  }
  node(tag, attributes) {
    const node = document.createElementNS(this.space, tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined) node.setAttribute(name, typeof value === "number" ? +value.toFixed(2) : value);
    }
    return node;
  }
  add(tag, attributes) {
    const node = this.node(tag, attributes);
    if (this.alpha !== 1) node.setAttribute("opacity", this.alpha);
    this.at[this.at.length - 1].append(node);
    return node;
  }
  fade(alpha) { this.alpha = alpha; }
  rect(x, y, w, h, fill) { this.add("rect", { x, y, width: Math.max(w, 0), height: Math.max(h, 0), fill }); }
  frame(x, y, w, h, stroke, width = 1) { this.add("rect", { x, y, width: Math.max(w, 0), height: Math.max(h, 0), fill: "none", stroke, "stroke-width": width }); }
  path(points, end = "") { return points.map(([x, y], at) => `${at ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("") + end; }
  line(points, stroke, width = 1, dash = []) { if (points.length) this.add("path", { d: this.path(points), fill: "none", stroke, "stroke-width": width, "stroke-dasharray": dash.length ? dash.join(" ") : null }); }
  area(points, fill) { if (points.length) this.add("path", { d: this.path(points, "Z"), fill }); }
  disc(cx, cy, r, fill, stroke, width = 1) { this.add("circle", { cx, cy, r, fill: fill ?? "none", stroke, "stroke-width": width }); }
  hatch(x, y, w, h, stroke) {
    let d = "";
    for (let at = Math.floor((x - h) / 5) * 5; at < x + w; at += 5) {
      const [x0, x1] = [Math.max(at, x), Math.min(at + h, x + w)];
      if (x1 > x0) d += `M${x0.toFixed(2)} ${(y + h - (x0 - at)).toFixed(2)}L${x1.toFixed(2)} ${(y + h - (x1 - at)).toFixed(2)}`;
    }
    this.add("path", { d, stroke, "stroke-width": 0.8, fill: "none" });
  }
  font({ size, weight = 400, family = paint.sans, style = "normal" }) { return `${style} ${weight} ${size}px ${family}`; }
  text(x, y, text, look) {
    const anchor = { left: "start", center: "middle", right: "end" }[look.align ?? "left"];
    const node = this.add("text", { x, y, fill: look.fill, "font-size": look.size, "font-weight": look.weight ?? 400, "font-style": look.style, "font-family": look.family ?? paint.sans, "text-anchor": anchor,
      stroke: look.halo, "stroke-width": look.halo ? 3 : null, "paint-order": look.halo ? "stroke" : null, "stroke-linejoin": look.halo ? "round" : null });
    node.textContent = text;
  }
  width(text, look) { MEASURE.font = this.font(look); return MEASURE.measureText(text).width; }
  clip(x, y, w, h) {
    const id = `clip-${SvgPen.count++}`, shape = this.node("clipPath", { id });
    shape.append(this.node("rect", { x, y, width: Math.max(w, 0), height: Math.max(h, 0) }));
    const group = this.node("g", { "clip-path": `url(#${id})` });
    this.at[this.at.length - 1].append(shape, group);
    this.at.push(group);
  }
  unclip() { this.at.pop(); }
}
SvgPen.count = 0;

/** As much of a text as fits, with a mark where something is left out. */
function fitted(pen, text, room, look) {
  let characters = [...text];
  if (characters.length > 80) characters = [...characters.slice(0, 80), "…"];
  let whole = characters.join("");
  if (pen.width(whole, look) <= room) return whole;
  let low = 0, high = characters.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pen.width(characters.slice(0, middle).join("") + "…", look) <= room) low = middle; else high = middle - 1;
  }
  return low ? characters.slice(0, low).join("").trimEnd() + "…" : "";
}
