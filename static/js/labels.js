// Topic names on the map: each follows its place, and shows from its own scale on.

import { scaleOf, toPane } from "./view.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").Size} Size */

// a label whose centre is this far outside may still reach into the pane
const MARGIN = 160;

/**
 * @param {Iterable<HTMLElement>} elements spans laid out in the centred square that shows all of the map
 */
export function followingLabels(elements) {
  const labels = [...elements].map((element) => ({
    element,
    topic: Number(element.dataset.topic),
    // the page counts y from the top, the map from the bottom
    x: Number(element.dataset.x),
    y: 1 - Number(element.dataset.y),
    width: Number(element.dataset.width),
    minScale: Number(element.dataset.minScale),
  }));

  return {
    /** @param {View} view @param {Size} size */
    place(view, size) {
      const scale = scaleOf(view, size);
      const side = Math.min(size.w, size.h);
      const corner = { x: (size.w - side) / 2, y: (size.h - side) / 2 };
      for (const { element, x, y, width, minScale } of labels) {
        const at = toPane(view, size, { x, y });
        const inside = at.x > -MARGIN && at.x < size.w + MARGIN && at.y > -MARGIN && at.y < size.h + MARGIN;
        // the whole map shows no name that its edge would cut; zoomed in, a name may leave the pane
        const cut = view.zoom === 1 && (at.x < width / 2 || at.x > size.w - width / 2);
        const shows = scale >= minScale && inside && !cut;
        element.classList.toggle("shown", shows);
        if (!shows) continue;
        const dx = at.x - corner.x - x * side;
        const dy = at.y - corner.y - (1 - y) * side;
        element.style.transform = `translate(-50%, -50%) translate(${dx}px, ${dy}px)`;
      }
    },
    /** @param {number | null} lit */
    light(lit) {
      for (const { element, topic } of labels) {
        element.classList.toggle("dimmed", lit !== null && topic !== lit);
      }
    },
    /**
     * The scale from which a topic's label shows.
     * @param {number} topic
     */
    scaleFor(topic) {
      return labels.find((label) => label.topic === topic)?.minScale ?? 0;
    },
  };
}
