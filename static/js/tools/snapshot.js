// The view as a picture: all layers of the map painted in their order, with the title below.

const FOOT_PX = 32;
const MARGIN_PX = 12;

/**
 * @param {HTMLElement} pane @param {string} title @param {string} origin name of the gallery
 * @returns {Promise<{ blob: Blob, whole: boolean }>} not `whole` if the browser forbids the page to read
 *   its own pictures, as for pages opened from disk: the picture then has only points and names
 */
export async function snapshot(pane, title, origin) {
  for (const whole of [true, false]) {
    try {
      const blob = await blobOf(painted(pane, title, origin, whole));
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

/** @param {HTMLElement} pane @param {string} title @param {string} origin @param {boolean} whole */
function painted(pane, title, origin, whole) {
  const box = pane.getBoundingClientRect();
  const canvas = document.createElement("canvas");
  const ratio = devicePixelRatio;
  canvas.width = Math.round(box.width * ratio);
  canvas.height = Math.round((box.height + FOOT_PX) * ratio);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("the browser gives no canvas");
  context.scale(ratio, ratio);
  const { backgroundColor } = getComputedStyle(pane);
  context.fillStyle = backgroundColor;
  context.fillRect(0, 0, box.width, box.height);
  context.save();
  context.beginPath();
  context.rect(0, 0, box.width, box.height);
  context.clip();
  const pictures = whole ? [...pane.querySelectorAll("#preview, #density")] : [];
  for (const layer of [...pictures, ...canvasesIn(pane.querySelector("#plot"))]) paintLayer(context, layer, box);
  for (const line of pane.querySelectorAll(".leader")) paintLeader(context, /** @type {SVGLineElement} */ (line));
  for (const label of pane.querySelectorAll(".label.shown")) paintLabel(context, label, box, backgroundColor);
  context.restore();
  paintFoot(context, title, origin, box);
  return canvas;
}

/** The canvases below an element, in the order of painting, also in bokeh's shadow trees. @param {Element | null} root @returns {HTMLCanvasElement[]} */
function canvasesIn(root) {
  if (!root) return [];
  if (root instanceof HTMLCanvasElement) return [root];
  return [...(root.shadowRoot?.children ?? []), ...root.children].flatMap(canvasesIn);
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
  Object.assign(context, { font: `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`, textAlign: "center" });
  Object.assign(context, { textBaseline: "middle", lineJoin: "round", lineWidth: 4, strokeStyle: halo });
  context.direction = style.direction === "rtl" ? "rtl" : "ltr";
  context.fillStyle = style.color;
  context.globalAlpha = Number(style.opacity);
  lines.forEach((line, k) => {
    const [x, y] = [left - box.left + width / 2, top - box.top + step * (k + 0.5)];
    context.strokeText(line, x, y);
    context.fillText(line, x, y);
  });
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {string} title @param {string} origin @param {DOMRect} box */
function paintFoot(context, title, origin, box) {
  const { backgroundColor, color, fontFamily } = getComputedStyle(document.body);
  context.fillStyle = backgroundColor;
  context.fillRect(0, box.height, box.width, FOOT_PX);
  Object.assign(context, { fillStyle: color, textBaseline: "middle", direction: "ltr" });
  const middle = box.height + FOOT_PX / 2;
  context.font = `12px ${fontFamily}`;
  const credit = shortened(context, origin, box.width * 0.4);
  context.textAlign = "right";
  context.globalAlpha = 0.75;
  context.fillText(credit, box.width - MARGIN_PX, middle);
  context.globalAlpha = 1;
  const room = box.width - context.measureText(credit).width - 3 * MARGIN_PX;
  context.textAlign = "left";
  context.font = `600 13px ${fontFamily}`;
  context.fillText(shortened(context, title, room), MARGIN_PX, middle);
}

/** @param {CanvasRenderingContext2D} context @param {string} words @param {number} room in pixels */
function shortened(context, words, room) {
  if (context.measureText(words).width <= room) return words;
  let kept = [...words];
  while (kept.length > 0 && context.measureText(`${kept.join("")}…`).width > room) kept = kept.slice(0, -1);
  return `${kept.join("")}…`;
}
