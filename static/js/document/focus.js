// The document in focus: a ring on the map and a tooltip, with the title fetched when needed.

import { toPane } from "../map/view.js";

/** @typedef {import("../map/view.js").Spot} Spot */
/** @typedef {import("../map/view.js").View} View */
/** @typedef {import("../map/view.js").Size} Size */
/** @typedef {Spot & { row: number, topic: number }} Doc a document on the map, by its storage row */

/**
 * @typedef {object} FocusParts
 * @property {import("../map/camera.js").Camera} camera
 * @property {import("../map/plot.js").MapPlot} plot
 * @property {ReturnType<typeof import("../map/tooltip.js").createTooltip>} tooltip
 * @property {(doc: Doc) => { topic: string, color: string }} describe
 * @property {(doc: Doc) => Promise<{ topic: string, color: string }>} describeLoaded as `describe`, after the topic's name was loaded
 * @property {(row: number) => Promise<Title>} title
 * @typedef {[title: string, category: string | null]} Title
 */

/** @param {FocusParts} parts */
export function createFocus({ camera, plot, tooltip, describe, describeLoaded, title }) {
  /** @type {Doc | null} */
  let held = null;

  /** @param {View} view @param {Size} size */
  function place(view, size) {
    if (held) tooltip.place(toPane(view, size, held), size);
  }

  return {
    place,
    /** @param {Doc | null} next */
    async set(next) {
      if (next?.row === held?.row) return;
      held = next;
      camera.redraw();
      if (!next) {
        plot.setFocus([]);
        return tooltip.hide();
      }
      const about = describe(next);
      const write = (/** @type {string} */ text, category = "", topic = about.topic) => {
        tooltip.write({ title: text, category, topic, color: about.color });
        place(camera.view, camera.size);
      };
      plot.setFocus([{ x: next.x, y: next.y, color: about.color, line: getComputedStyle(document.body).color }]);
      write("…");
      const unknown = () => /** @type {Title} */ (["The title could not be fetched just now.", null]);
      const [[text, category], { topic }] = await Promise.all([title(next.row).catch(unknown), describeLoaded(next)]);
      if (next === held) write(text, category ?? "", topic);
    },
  };
}
