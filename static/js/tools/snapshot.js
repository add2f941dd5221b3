// The view as a picture: all layers of the map painted in their order, points and names anew in the picture's own pixels,
// with what it shows below.

/** @typedef {import("./caption.js").Caption} Caption */
/** @typedef {import("../map/view.js").Spot} Spot */
/**
 * @typedef {object} Painted the points as the map shows them
 * @property {Record<string, ArrayLike<number>>} columns place, colour as 0xRRGGBBAA, opacity and perhaps size in pixels
 * @property {number} pixels diameter of points without a column `size`
 * @property {(spot: Spot) => Spot} toPane
 */

const LEAST_PX = 2400;
const MARGIN_PX = 12;
const LINE_PX = 20;

/**
 * @param {HTMLElement} pane @param {Painted} points @param {Caption} caption
 * @returns {Promise<{ blob: Blob, whole: boolean }>} not `whole` if the browser forbids the page to read
 *   its own pictures, as for pages opened from disk: the picture then has only points and names
 */
export async function snapshot(pane, points, caption) {
  for (const whole of [true, false]) {
    try {
      const blob = await blobOf(painted(pane, points, caption, whole));
      return { blob, whole };
    } catch (error) {
      if (!whole || !(error instanceof DOMException && error.name === "SecurityError")) throw error;
    }
  }
  throw new Error("the view could not be painted");
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} */
function blobOf(canvas) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture is too large"))), "image/png");
  });
}

/** @param {HTMLElement} pane @param {Painted} points @param {Caption} caption @param {boolean} whole */
function painted(pane, points, caption, whole) {
  const box = pane.getBoundingClientRect();
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (!context) throw new Error("the browser gives no canvas");
  const foot = paintFoot(context, caption, box.width, 0);
  const ratio = Math.max(devicePixelRatio, LEAST_PX / box.width);
  canvas.width = Math.round(box.width * ratio);
  canvas.height = Math.round((box.height + foot) * ratio);
  context.scale(ratio, ratio);
  const { backgroundColor } = getComputedStyle(pane);
  context.fillStyle = backgroundColor;
  context.fillRect(0, 0, box.width, box.height);
  context.save();
  context.beginPath();
  context.rect(0, 0, box.width, box.height);
  context.clip();
  if (whole) for (const layer of pane.querySelectorAll("#preview, #density")) paintLayer(context, layer, box);
  paintPoints(context, points);
  for (const line of pane.querySelectorAll(".leader")) paintLeader(context, /** @type {SVGLineElement} */ (line));
  for (const label of pane.querySelectorAll(".label.shown")) paintLabel(context, label, box, backgroundColor);
  context.restore();
  context.fillStyle = getComputedStyle(document.body).backgroundColor;
  context.fillRect(0, box.height, box.width, foot);
  paintFoot(context, caption, box.width, box.height);
  return canvas;
}

/** @param {CanvasRenderingContext2D} context @param {Painted} points */
function paintPoints(context, { columns: { x, y, color, alpha, size }, pixels, toPane }) {
  for (let i = 0; i < x.length; i++) {
    if (!alpha[i]) continue;
    const spot = toPane({ x: x[i], y: y[i] });
    context.globalAlpha = alpha[i];
    context.fillStyle = `#${(color[i] >>> 8).toString(16).padStart(6, "0")}`;
    context.beginPath();
    context.arc(spot.x, spot.y, (size ? size[i] : pixels) / 2, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {Element} layer @param {DOMRect} box */
function paintLayer(context, layer, box) {
  const { left, top, width, height } = layer.getBoundingClientRect();
  const style = getComputedStyle(layer);
  const drawable = layer instanceof HTMLCanvasElement || layer instanceof HTMLImageElement;
  if (!drawable || style.visibility === "hidden" || width === 0 || height === 0) return;
  context.globalAlpha = Number(style.opacity);
  context.filter = style.filter;
  context.drawImage(layer, left - box.left, top - box.top, width, height);
  context.filter = "none";
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {SVGLineElement} line */
function paintLeader(context, line) {
  const style = getComputedStyle(line);
  context.strokeStyle = style.stroke;
  context.lineWidth = 1;
  context.globalAlpha = Number(style.opacity);
  context.beginPath();
  context.moveTo(line.x1.baseVal.value, line.y1.baseVal.value);
  context.lineTo(line.x2.baseVal.value, line.y2.baseVal.value);
  context.stroke();
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {Element} label @param {DOMRect} box @param {string} halo */
function paintLabel(context, label, box, halo) {
  const { left, top, width, height } = label.getBoundingClientRect();
  const style = getComputedStyle(label);
  // outside of the picture
  if (left > box.right || top > box.bottom || style.visibility === "hidden") return;
  const lines = [...label.childNodes].flatMap((node) => (node instanceof Text ? [node.data.trim()] : [])).filter(Boolean);
  const step = height / Math.max(1, lines.length);
  const scale = parseFloat(style.scale) || 1;
  const size = parseFloat(style.fontSize) * scale;
  Object.assign(context, { font: `${style.fontWeight} ${size}px ${style.fontFamily}`, textAlign: "center" });
  Object.assign(context, { textBaseline: "middle", lineJoin: "round", lineWidth: 4, strokeStyle: halo });
  context.direction = style.direction === "rtl" ? "rtl" : "ltr";
  context.fillStyle = style.color;
  context.globalAlpha = Number(style.opacity);
  context.letterSpacing = `${(parseFloat(style.letterSpacing) || 0) * scale}px`;
  const capitals = style.textTransform === "uppercase";
  lines.forEach((text, k) => {
    const line = capitals ? text.toUpperCase() : text;
    const [x, y] = [left - box.left + width / 2, top - box.top + step * (k + 0.5)];
    context.strokeText(line, x, y);
    context.fillText(line, x, y);
  });
  context.letterSpacing = "0px";
  context.globalAlpha = 1;
}

/**
 * The foot of the picture, below the map; with a context that paints nothing it is only measured.
 * @param {CanvasRenderingContext2D} context @param {Caption} caption @param {number} width @param {number} top
 * @returns {number} its height
 */
function paintFoot(context, { title, origin, lines, legend }, width, top) {
  const { color, fontFamily } = getComputedStyle(document.body);
  const room = width - 2 * MARGIN_PX;
  Object.assign(context, { fillStyle: color, textBaseline: "middle", direction: "ltr", textAlign: "left" });
  let y = top + MARGIN_PX + LINE_PX / 2;
  context.font = `12px ${fontFamily}`;
  let x = MARGIN_PX;
  for (const entry of legend) {
    const name = shortened(context, entry.name, 220);
    const wide = 16 + context.measureText(name).width;
    if (x > MARGIN_PX && x + wide > MARGIN_PX + room) [x, y] = [MARGIN_PX, y + LINE_PX];
    context.fillStyle = entry.color;
    context.beginPath();
    context.arc(x + 5, y, 5, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = color;
    context.fillText(name, x + 16, y);
    x += wide + 14;
  }
  if (legend.length > 0) y += LINE_PX;
  context.font = `600 14px ${fontFamily}`;
  const credit = shortened(context, origin, room * 0.4);
  const wide = context.measureText(credit).width;
  context.fillText(shortened(context, title, room - wide - MARGIN_PX), MARGIN_PX, y);
  context.textAlign = "right";
  context.globalAlpha = 0.8;
  context.fillText(credit, width - MARGIN_PX, y);
  context.textAlign = "left";
  context.font = `12px ${fontFamily}`;
  for (const line of lines) context.fillText(shortened(context, line, room), MARGIN_PX, (y += LINE_PX));
  context.globalAlpha = 1;
  return y + LINE_PX / 2 + MARGIN_PX - top;
}

/** @param {CanvasRenderingContext2D} context @param {string} words @param {number} room in pixels */
function shortened(context, words, room) {
  if (context.measureText(words).width <= room) return words;
  let kept = [...words];
  while (kept.length > 0 && context.measureText(`${kept.join("")}…`).width > room) kept = kept.slice(0, -1);
  return `${kept.join("")}…`;
}
