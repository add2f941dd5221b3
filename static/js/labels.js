// Names on the map: each has a place in every tier of scales, which was found when the map was made.

import { scaleOf, toPane } from "./view.js";

/** @typedef {import("./view.js").View} View */
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

// a label whose centre is this far outside may still reach into the pane
const MARGIN = 160;
// below this scale a map is a phone's, and its letters are smaller
const COMPACT_BELOW = 520;
const BOLD_FROM = 14;
const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

/**
 * @param {HTMLElement} box holds the names, and an svg for their lines
 * @param {number[]} tiers first scale of each
 * @param {HTMLElement[]} buttons lie on the pane, over the names
 */
export function followingLabels(box, tiers, buttons) {
  const svg = /** @type {SVGSVGElement} */ (box.querySelector("svg"));
  const labels = [.../** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll(".label"))].map((element) =>
    readLabel(element, tiers.length, svg),
  );
  svg.replaceChildren();
  svg.removeAttribute("viewBox");
  box.classList.add("placed");
  /** @type {ReadonlySet<number>} */
  let lit = new Set();
  /** @type {(parent: number) => number[]} */
  let inParent = () => [];
  /** @type {MapLabel | null} */
  let hovered = null;
  let tier = -2;

  /** @param {MapLabel} label */
  function dim({ element, topic, parent }) {
    const ids = parent === null ? [topic ?? -1] : inParent(parent);
    element?.classList.toggle("dimmed", lit.size > 0 && !ids.every((id) => lit.has(id)));
    element?.classList.toggle("lit", topic !== null && lit.has(topic));
  }

  /** @param {MapLabel} label the name of a lit topic shows where it would show closer by @returns {LabelPlace | null} */
  function placeIn({ places, topic }) {
    const last = places.filter((place) => place.tier <= tier).at(-1);
    if (last?.spot) return last;
    const later = topic !== null && lit.has(topic) ? places.find((place) => place.spot && place.tier > tier) : null;
    return later ? { ...later, leader: null } : null;
  }

  /** @param {MapLabel} label @returns {HTMLElement} */
  function shownElement(label) {
    if (label.element) return label.element;
    label.element = makeLabel(label);
    box.append(label.element);
    dim(label);
    return label.element;
  }

  /** @param {MapLabel} label @param {HTMLElement} element @returns {Size} */
  const boxOf = (label, element) => (label.box ??= { w: element.offsetWidth, h: element.offsetHeight });

  /** @param {Spot} spot in pixels of the pane @returns {MapLabel | null} */
  function labelAt({ x, y }) {
    const over = (/** @type {MapLabel} */ label) => {
      if (!label.at || !label.element) return false;
      const { w, h } = boxOf(label, label.element);
      return Math.abs(x - label.at.x) < w / 2 && Math.abs(y - label.at.y) < h / 2;
    };
    return labels.find(over) ?? null;
  }

  /** @param {number} scale */
  function enter(scale) {
    const next = tiers.filter((from) => from <= scale).length - 1;
    if (next === tier) return;
    tier = next;
    box.classList.toggle("compact", scale < COMPACT_BELOW);
    for (const label of labels) {
      label.place = placeIn(label);
      label.box = null;
    }
  }

  /** @param {MapLabel} label @param {Spot | null} end in pixels of the pane */
  function drawLine(label, end) {
    if (!end || !label.at || !label.element) {
      label.line?.remove();
      return;
    }
    label.line ??= document.createElementNS(SVG_NAMESPACE, "line");
    const { w, h } = boxOf(label, label.element);
    const [dx, dy] = [end.x - label.at.x, end.y - label.at.y];
    const share = Math.min(w / 2 / Math.abs(dx), h / 2 / Math.abs(dy));
    const start = { x: label.at.x + dx * share, y: label.at.y + dy * share };
    label.line.setAttribute("class", "leader");
    label.line.style.stroke = label.ink;
    Object.entries({ x1: start.x, y1: start.y, x2: end.x, y2: end.y }).forEach(([name, value]) => {
      label.line?.setAttribute(name, `${value}`);
    });
    if (!label.line.isConnected) svg.append(label.line);
    if (share >= 1) label.line.remove();
  }

  return {
    /** @param {View} view @param {Size} size */
    place(view, size) {
      enter(scaleOf(view, size));
      // the whole map shows no name that its edge would cut or a button hide; zoomed in, one can move it
      const covers = view.zoom === 1 ? buttons.map(coverOf) : null;
      const before = labels.map((label) => label.at);
      for (const label of labels) {
        const at = label.place?.spot ? toPane(view, size, label.place.spot) : null;
        const inside = at && at.x > -MARGIN && at.x < size.w + MARGIN && at.y > -MARGIN && at.y < size.h + MARGIN;
        label.at = inside ? at : null;
        if (label.at) shownElement(label);
      }
      // all boxes are measured before any name is moved: else the browser would lay out the page for each
      for (const label of covers && lit.size === 0 ? labels : []) {
        if (label.at && isSpoilt(label.at, boxOf(label, shownElement(label)), size, covers ?? [])) label.at = null;
      }
      labels.forEach((label, k) => {
        if (label.at && label.element) label.element.style.translate = `${label.at.x}px ${label.at.y}px`;
        if (!label.at !== !before[k]) label.element?.classList.toggle("shown", label.at !== null);
      });
      for (const label of labels) {
        const leader = label.place?.leader;
        if (leader || label.line) drawLine(label, leader ? toPane(view, size, leader) : null);
      }
    },
    /**
     * @param {import("./catalogue.js").MoreLabel[]} more names of smaller topics
     * @param {(id: number) => import("./catalogue.js").Topic | undefined} topicOf
     * @param {(id: number) => string} inkOf
     */
    add(more, topicOf, inkOf) {
      for (const [id, counts, font, packed] of more) {
        const topic = topicOf(id);
        if (!topic) continue;
        const words = topic.name.split(" ");
        const lines = counts.map((count) => words.splice(0, count).join(" "));
        const places = packed.map(unpackPlace);
        const rest = { element: null, parent: null, place: null, line: null, box: null, at: null };
        labels.push({ lines, topic: id, font, ink: inkOf(id), places, ...rest });
      }
      tier = -2;
    },
    /** @param {ReadonlySet<number>} topics @param {(parent: number) => number[]} members topics of a parent */
    light(topics, members) {
      lit = topics;
      inParent = members;
      labels.forEach(dim);
      tier = -2;
    },
    /** The name at a spot of the pane. */
    labelAt,
    /**
     * Show that the name under the pointer can be pressed.
     * @param {Spot | null} spot
     */
    hover(spot) {
      const next = spot && labelAt(spot);
      if (next === hovered) return;
      hovered?.element?.classList.remove("over");
      hovered = next;
      hovered?.element?.classList.add("over");
    },
    get hovered() {
      return hovered !== null;
    },
    /**
     * Whether a topic's name is known here.
     * @param {number} topic
     */
    has(topic) {
      return labels.some((label) => label.topic === topic);
    },
  };
}

/** @typedef {(at: Spot, box: Size) => boolean} Cover whether something lies on a box around a spot */

/** @param {Spot} at @param {Size} box @param {Size} size @param {Cover[]} covers */
function isSpoilt(at, box, size, covers) {
  const [w, h] = [box.w / 2, box.h / 2];
  const cut = at.x < w || at.x > size.w - w || at.y < h || at.y > size.h - h;
  return cut || covers.some((cover) => cover(at, box));
}

/** @param {HTMLElement} button @returns {Cover} */
function coverOf({ offsetLeft: left, offsetTop: top, offsetWidth: width, offsetHeight: height }) {
  const right = left + width;
  const bottom = top + height;
  return ({ x, y }, { w, h }) => width > 0 && x + w / 2 > left && x - w / 2 < right && y + h / 2 > top && y - h / 2 < bottom;
}

/** @param {number[]} packed @returns {LabelPlace} */
function unpackPlace([tier, x, y, endX, endY]) {
  return { tier, spot: x === undefined ? null : { x, y }, leader: endX === undefined ? null : { x: endX, y: endY } };
}

/** @param {HTMLElement} element @param {number} tiers @param {SVGSVGElement} svg @returns {MapLabel} */
function readLabel(element, tiers, svg) {
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
function makeLabel({ lines, topic, font, ink }) {
  const element = document.createElement("span");
  element.className = font < BOLD_FROM ? "label" : "label strong";
  element.dir = "auto";
  element.dataset.topic = `${topic}`;
  element.style.setProperty("--f", `${font}`);
  element.style.color = ink;
  lines.forEach((line, k) => element.append(...(k > 0 ? [document.createElement("br")] : []), line));
  return element;
}
