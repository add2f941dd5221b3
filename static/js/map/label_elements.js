// Elements of labels: read from the page, made when they are first shown, and the lines from labels to their clusters.

/** @typedef {import("./view.js").Size} Size */
/** @typedef {import("./view.js").Spot} Spot */
/** @typedef {{ tier: number, spot: Spot | null, leader: Spot | null }} LabelPlace where a name stands from a tier on */
/**
 * A name, of a topic or of a parent; `element` is made when it first shows, `at` is where it stands if it shows.
 * @typedef {object} MapLabel
 * @property {HTMLElement | null} element
 * @property {string[]} lines
 * @property {number | null} topic
 * @property {number | null} parent
 * @property {number} font size in pixels
 * @property {string} ink
 * @property {LabelPlace[]} places
 * @property {LabelPlace | null} place in the tier of the view
 * @property {SVGLineElement | null} line
 * @property {Size | null} box of the element, measured when it is needed
 * @property {Spot | null} at
 */

const BOLD_FROM = 14;
const SVG = "http://www.w3.org/2000/svg";

/** @param {number[]} packed @returns {LabelPlace} */
export function unpackPlace([tier, x, y, endX, endY]) {
  return { tier, spot: x === undefined ? null : { x, y }, leader: endX === undefined ? null : { x: endX, y: endY } };
}

/**
 * The lines of a name; spaces between them are in none.
 * @param {string} name @param {number[]} counts of letters in each line
 */
export function linesOf(name, counts) {
  let rest = [...name];
  return counts.map((count) => {
    const from = Math.max(0, rest.findIndex((letter) => letter !== " "));
    const line = rest.slice(from, from + count).join("");
    rest = rest.slice(from + count);
    return line;
  });
}

/** @param {HTMLElement} element @param {number} tiers @param {SVGSVGElement} svg @returns {MapLabel} */
export function readLabel(element, tiers, svg) {
  const { topic, parent } = element.dataset;
  /** @type {LabelPlace[]} */
  const places = [];
  for (let tier = 0; tier < tiers; tier++) {
    const text = element.style.getPropertyValue(`--t${tier}`);
    if (!text) continue;
    // the page counts y from the top, the map from the bottom
    const [x, y] = text.split(" ").map((each) => parseFloat(each) / 100);
    const line = topic && svg.querySelector(`[data-topic="${topic}"][data-tier="${tier}"]`);
    const leader = line ? { x: Number(line.getAttribute("x2")) / 100, y: 1 - Number(line.getAttribute("y2")) / 100 } : null;
    places.push({ tier, spot: y === undefined ? null : { x, y: 1 - y }, leader });
  }
  return {
    element,
    lines: [],
    topic: topic === undefined ? null : Number(topic),
    parent: parent === undefined ? null : Number(parent),
    font: 0,
    ink: element.style.color,
    places,
    place: null,
    line: null,
    box: null,
    at: null,
  };
}

/** @param {MapLabel} label */
export function makeLabel({ lines, topic, font, ink }) {
  const element = document.createElement("span");
  element.className = font < BOLD_FROM ? "label" : "label strong";
  element.dir = "auto";
  element.dataset.topic = `${topic}`;
  element.style.setProperty("--f", `${font}`);
  element.style.color = ink;
  lines.forEach((line, k) => element.append(...(k > 0 ? [document.createElement("br")] : []), line));
  return element;
}

/** Size of a label's element, measured when it is needed. @param {MapLabel} label @returns {Size} */
export function boxOf(label) {
  if (!label.box) {
    // names are scaled: their offsetWidth is another
    const { width = 0, height = 0 } = label.element?.getBoundingClientRect() ?? {};
    label.box = { w: width, h: height };
  }
  return label.box;
}

/** @param {SVGSVGElement} svg fills the pane @param {MapLabel} label @param {Spot | null} end in pixels of the pane */
export function drawLeader(svg, label, end) {
  if (!end || !label.at) {
    label.line?.remove();
    return;
  }
  const line = (label.line ??= document.createElementNS(SVG, "line"));
  const { w, h } = boxOf(label);
  const [dx, dy] = [end.x - label.at.x, end.y - label.at.y];
  const share = Math.min(w / 2 / Math.abs(dx), h / 2 / Math.abs(dy));
  if (share >= 1) return line.remove();
  line.setAttribute("class", "leader");
  line.style.stroke = label.ink;
  const ends = { x1: label.at.x + dx * share, y1: label.at.y + dy * share, x2: end.x, y2: end.y };
  Object.entries(ends).forEach(([name, value]) => line.setAttribute(name, `${value}`));
  if (!line.isConnected) svg.append(line);
}
