// Labels on the map: each has a place in every tier of scales, found when the map was made.

import { boxOf, drawLeader, linesOf, makeLabel, readLabel, unpackPlace } from "./label_elements.js";
import { homeScale, scaleOf, toPane } from "./view.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").Size} Size */
/** @typedef {import("./view.js").Spot} Spot */
/** @typedef {import("./label_elements.js").MapLabel} MapLabel */
/** @typedef {import("./label_elements.js").LabelPlace} LabelPlace */

// a label whose centre is this far outside may still reach into the pane
const MARGIN = 160;
// below this scale a map is a phone's, and its letters are smaller
const COMPACT_BELOW = 520;
const NOT_SHOWN = { element: null, place: null, line: null, box: null, at: null };

/**
 * @param {HTMLElement} box holds the names, and an svg for their lines
 * @param {number[]} tiers first scale of each
 * @param {() => Element[]} buttons lie on the pane, over the names
 */
export function createLabels(box, tiers, buttons) {
  const svg = /** @type {SVGSVGElement} */ (box.querySelector("svg"));
  const elements = /** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll(".label"));
  const labels = [...elements].map((element) => readLabel(element, tiers.length, svg));
  svg.replaceChildren();
  svg.removeAttribute("viewBox");
  box.classList.add("placed");
  /** @type {ReadonlySet<number>} */
  let selected = new Set();
  /** @type {(parent: number) => number[]} */
  let topicsOf = () => [];
  /** @type {MapLabel | null} */
  let hovered = null;
  let tier = -2;

  /** @param {MapLabel} label */
  function dim({ element, topic, parent }) {
    const ids = parent === null ? [topic ?? -1] : topicsOf(parent);
    element?.classList.toggle("dimmed", selected.size > 0 && !ids.every((id) => selected.has(id)));
    element?.classList.toggle("lit", topic !== null && selected.has(topic));
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
    const over = (/** @type {MapLabel} */ label) => {
      if (!label.at || !label.element) return false;
      const { w, h } = boxOf(label);
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
      label.place = placeIn(label, tier, label.topic !== null && selected.has(label.topic));
      label.box = null;
    }
  }

  return {
    /** @param {View} view @param {Size} size */
    place(view, size) {
      enter(scaleOf(view, size));
      const before = labels.map((label) => label.at);
      for (const label of labels) {
        label.at = spotOf(label, view, size);
        if (label.at) shownElement(label);
      }
      hideSpoilt(labels, { size, whole: view.zoom === 1 && selected.size === 0, buttons: buttons(), kept: selected });
      if (selected.size > 0) makeRoom(labels, selected);
      const corner = cornerOf(size);
      svg.style.translate = `${-corner.x}px ${-corner.y}px`;
      labels.forEach((label, k) => {
        if (label.at && label.element) label.element.style.translate = `${label.at.x - corner.x}px ${label.at.y - corner.y}px`;
        if (!label.at !== !before[k]) label.element?.classList.toggle("shown", label.at !== null);
      });
      for (const label of labels) {
        const leader = label.place?.leader;
        if (leader || label.line) drawLeader(svg, label, leader ? toPane(view, size, leader) : null);
      }
    },
    /**
     * @param {import("../topics/topic_catalogue.js").MoreLabel[]} more names of smaller topics
     * @param {(id: number) => import("../topics/topic_catalogue.js").Topic | undefined} topicOf
     * @param {(id: number) => string} inkOf
     */
    add(more, topicOf, inkOf) {
      for (const [id, counts, font, packed] of more) {
        const topic = topicOf(id);
        if (!topic) continue;
        const lines = linesOf(topic.name, counts);
        labels.push({ ...NOT_SHOWN, lines, topic: id, parent: null, font, ink: inkOf(id), places: packed.map(unpackPlace) });
      }
      tier = -2;
    },
    /** @param {ReadonlySet<number>} topics @param {(parent: number) => number[]} members topics of a parent */
    setSelected(topics, members) {
      selected = topics;
      topicsOf = members;
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
    /** Whether a topic's name is known here. @param {number} topic */
    has: (topic) => labels.some((label) => label.topic === topic),
  };
}

/**
 * Where the box of the names begins, in the pane: it stays the square of the whole map, as it is without script, so that
 * nothing moves when this takes over.
 * @param {Size} size
 */
function cornerOf(size) {
  const side = homeScale(size);
  return { x: (size.w - side) / 2, y: (size.h - side) / 2 };
}

/** @param {MapLabel} label @param {number} tier @param {boolean} always shown, if need be where it would be closer by @returns {LabelPlace | null} */
function placeIn({ places }, tier, always) {
  const last = places.filter((place) => place.tier <= tier).at(-1);
  if (last?.spot) return last;
  const later = always && places.find((place) => place.spot && place.tier > tier);
  return later ? { ...later, leader: null } : null;
}

/** Where a label stands in the pane; null if it cannot be seen. @param {MapLabel} label @param {View} view @param {Size} size */
function spotOf({ place }, view, size) {
  if (!place?.spot) return null;
  const { x, y } = toPane(view, size, place.spot);
  return x > -MARGIN && x < size.w + MARGIN && y > -MARGIN && y < size.h + MARGIN ? { x, y } : null;
}

/**
 * No label shows that a button hides, but for the `kept` topics, and in the `whole` map none that its edge cuts: zoomed
 * in, one can move it. All boxes are measured before any label is moved: else the browser would lay out the page for
 * each.
 * @param {MapLabel[]} labels
 * @param {{ size: Size, whole: boolean, buttons: Element[], kept: ReadonlySet<number> }} parts
 */
function hideSpoilt(labels, { size, whole, buttons, kept }) {
  const covers = buttons.map((each) => coverOf(/** @type {HTMLElement} */ (each)));
  for (const label of labels) {
    if (!label.at || (label.topic !== null && kept.has(label.topic))) continue;
    const box = boxOf(label);
    const { at } = label;
    if ((whole && isCut(at, box, size)) || covers.some((cover) => cover(at, box))) label.at = null;
  }
}

/**
 * The names of selected topics stand where they may lie on others, which are then not shown.
 * @param {MapLabel[]} labels @param {ReadonlySet<number>} selected
 */
function makeRoom(labels, selected) {
  const shown = labels.filter((label) => label.at);
  const isSelected = (/** @type {MapLabel} */ { topic }) => topic !== null && selected.has(topic);
  /** @type {MapLabel[]} */
  const before = [];
  for (const label of [...shown.filter(isSelected), ...shown.filter((label) => !isSelected(label))]) {
    if (before.some((other) => overlaps(label, other))) label.at = null;
    else if (isSelected(label)) before.push(label);
  }
}

/** @param {MapLabel} a @param {MapLabel} b */
function overlaps(a, b) {
  if (!a.at || !b.at) return false;
  const [one, other] = [boxOf(a), boxOf(b)];
  return Math.abs(a.at.x - b.at.x) < (one.w + other.w) / 2 && Math.abs(a.at.y - b.at.y) < (one.h + other.h) / 2;
}

/** @typedef {(at: Spot, box: Size) => boolean} Cover whether something lies on a box around a spot */

/** @param {Spot} at @param {Size} box @param {Size} size */
function isCut(at, box, size) {
  const [w, h] = [box.w / 2, box.h / 2];
  return at.x < w || at.x > size.w - w || at.y < h || at.y > size.h - h;
}

/** @param {HTMLElement} button @returns {Cover} */
function coverOf({ offsetLeft: left, offsetTop: top, offsetWidth: width, offsetHeight: height }) {
  const right = left + width;
  const bottom = top + height;
  return ({ x, y }, { w, h }) => width > 0 && x + w / 2 > left && x - w / 2 < right && y + h / 2 > top && y - h / 2 < bottom;
}
