// Labels on the map: each is shown between two scales at the place of its topic. Labels of parents fade out.

import { clamp, scaleOf, toPane } from "./view.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").Size} Size */
/** @typedef {import("./view.js").Spot} Spot */
/**
 * The label of a topic or a parent; `element` is made when it is first shown, `at` is null while it is not shown.
 * @typedef {object} MapLabel
 * @property {HTMLElement | null} element
 * @property {string[]} lines
 * @property {number | null} topic
 * @property {number | null} parent
 * @property {number} x
 * @property {number} y
 * @property {number} step of its letters
 * @property {number} width
 * @property {number} minScale
 * @property {number} maxScale
 * @property {Spot | null} at
 */

// a label whose centre is this far outside may still be partly visible
const MARGIN = 160;
// half the height of a label of two lines
const HALF_HEIGHT = 20;
const FADING = 0.25;

/**
 * @param {HTMLElement} box contains the labels; the centred square that shows the whole map
 * @param {HTMLElement[]} buttons buttons over the labels
 */
export function createLabels(box, buttons) {
  const labels = [.../** @type {Iterable<HTMLElement>} */ (box.children)].map(readLabel);
  /** @type {ReadonlySet<number>} */
  let selected = new Set();
  /** @type {(parent: number) => number[]} */
  let topicsOf = () => [];
  /** @type {MapLabel | null} */
  let hovered = null;

  /** @param {MapLabel} label */
  function dim({ element, topic, parent }) {
    const ids = parent === null ? [topic ?? -1] : topicsOf(parent);
    element?.classList.toggle("dimmed", selected.size > 0 && !ids.every((id) => selected.has(id)));
  }

  /** @param {MapLabel} label @returns {HTMLElement} */
  function shownElement(label) {
    if (label.element) return label.element;
    label.element = makeLabel(label);
    box.append(label.element);
    dim(label);
    return label.element;
  }

  /** @param {Spot} spot in pixels of the pane @returns {MapLabel | null} */
  function labelAt({ x, y }) {
    const over = (/** @type {MapLabel} */ { at, element }) =>
      at && element && Math.abs(x - at.x) < element.offsetWidth / 2 && Math.abs(y - at.y) < element.offsetHeight / 2;
    return labels.find(over) ?? null;
  }

  return {
    /** @param {View} view @param {Size} size */
    place(view, size) {
      const scale = scaleOf(view, size);
      const side = Math.min(size.w, size.h);
      const corner = { x: (size.w - side) / 2, y: (size.h - side) / 2 };
      // at zoom 1 labels that are cut by the edge or covered by a button are hidden; zoomed in, the map can be moved
      const covers = view.zoom === 1 ? buttons.map(coverOf) : null;
      for (const label of labels) {
        const { x, y, width, minScale, maxScale } = label;
        const before = label.at;
        label.at = scale >= minScale && scale < maxScale ? toPane(view, size, { x, y }) : null;
        if (label.at) {
          const { at } = label;
          const inside = at.x > -MARGIN && at.x < size.w + MARGIN && at.y > -MARGIN && at.y < size.h + MARGIN;
          const half = width / 2;
          const spoilt = covers && (at.x < half || at.x > size.w - half || covers.some((cover) => cover(at, half)));
          if (!inside || spoilt) label.at = null;
        }
        if (!label.at) {
          if (before) label.element?.classList.remove("shown");
          continue;
        }
        const element = shownElement(label);
        element.classList.add("shown");
        const dx = label.at.x - corner.x - x * side;
        const dy = label.at.y - corner.y - (1 - y) * side;
        element.style.transform = `translate(-50%, -50%) translate(${dx}px, ${dy}px)`;
        if (label.parent !== null) element.style.setProperty("--fade", `${clamp((maxScale / scale - 1) / FADING, 0, 1)}`);
      }
    },
    /**
     * @param {import("../topics/topic_catalogue.js").MoreLabel[]} more names of smaller topics
     * @param {(id: number) => import("../topics/topic_catalogue.js").Topic | undefined} topicOf
     */
    add(more, topicOf) {
      for (const [id, firstLine, step, width, minScale] of more) {
        const topic = topicOf(id);
        if (!topic) continue;
        const words = topic.name.split(" ");
        const lines = [words.slice(0, firstLine), words.slice(firstLine)].filter((line) => line.length > 0);
        const place = { x: topic.x, y: topic.y, step, width, minScale, maxScale: Infinity, at: null };
        labels.push({ element: null, lines: lines.map((line) => line.join(" ")), topic: id, parent: null, ...place });
      }
    },
    /** @param {ReadonlySet<number>} topics @param {(parent: number) => number[]} members topics of a parent */
    setSelected(topics, members) {
      selected = topics;
      topicsOf = members;
      labels.forEach(dim);
    },
    /** The label at a point of the pane. */
    labelAt,
    /**
     * Style the label under the pointer as clickable.
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
     * The scale from which a topic's label is shown, if it has one.
     * @param {number} topic
     */
    scaleFor(topic) {
      return labels.find((label) => label.topic === topic)?.minScale;
    },
  };
}

/** @param {HTMLElement} button @returns {(at: Spot, half: number) => boolean} whether it covers a label at a place with this half width */
function coverOf({ offsetLeft: left, offsetTop: top, offsetWidth: width, offsetHeight: height }) {
  const right = left + width;
  const bottom = top + height;
  return ({ x, y }, half) =>
    width > 0 && x + half > left && x - half < right && y + HALF_HEIGHT > top && y - HALF_HEIGHT < bottom;
}

/** @param {HTMLElement} element @returns {MapLabel} */
function readLabel(element) {
  const { topic, parent, x, y, width, minScale, maxScale } = element.dataset;
  return {
    element,
    lines: [],
    topic: topic === undefined ? null : Number(topic),
    parent: parent === undefined ? null : Number(parent),
    x: Number(x),
    // y grows downwards in the page and upwards on the map
    y: 1 - Number(y),
    step: 0,
    width: Number(width),
    minScale: Number(minScale),
    maxScale: maxScale === undefined ? Infinity : Number(maxScale),
    at: null,
  };
}

/** @param {MapLabel} label */
function makeLabel({ lines, topic, x, y, step }) {
  const element = document.createElement("span");
  element.className = `label step-${step}`;
  element.dir = "auto";
  element.dataset.topic = `${topic}`;
  Object.assign(element.style, { left: `${100 * x}%`, top: `${100 * (1 - y)}%` });
  lines.forEach((line, k) => element.append(...(k > 0 ? [document.createElement("br")] : []), line));
  return element;
}
