// The document in focus: a ring on the map and a tooltip, with the title fetched when needed.

import { toPane } from "../map/view.js";

/** @typedef {import("../map/view.js").Spot} Spot */
/** @typedef {import("../map/view.js").View} View */
/** @typedef {import("../map/view.js").Size} Size */
/** @typedef {Spot & { row: number, topic: number }} Doc a document on the map, by its storage row */

/**
 * @typedef {object} FocusParts
 * @property {import("../map/camera.js").Camera} camera
 * @property {import("../map/points/plot.js").MapPlot} plot
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
  /** @type {Doc | null} the document that is read: it has the ring while no other is in focus, and needs no tooltip */
  let opened = null;

  /** @param {View} view @param {Size} size */
  function place(view, size) {
    if (held) tooltip.place(toPane(view, size, held), size);
  }

  /** @param {Doc | null} doc */
  async function set(doc) {
    const next = doc ?? opened;
    if (next?.row === held?.row) return;
    held = next;
    camera.redraw();
    const about = next && describe(next);
    const line = getComputedStyle(document.body).color;
    plot.setFocus(next && about ? [{ x: next.x, y: next.y, color: about.color, line }] : []);
    if (!next || !about || next.row === opened?.row) return tooltip.hide();
    const write = (/** @type {string} */ text, category = "", topic = about.topic) => {
      tooltip.write({ title: text, category, topic, color: about.color });
      place(camera.view, camera.size);
    };
    write("…");
    const unknown = () => /** @type {Title} */ (["The title could not be fetched just now.", null]);
    const [[text, category], { topic }] = await Promise.all([title(next.row).catch(unknown), describeLoaded(next)]);
    if (next === held) write(text, category ?? "", topic);
  }

  return {
    place,
    set,
    /** Mark the document that is read, or none. @param {Doc | null} doc */
    open(doc) {
      opened = doc;
      // its tooltip may be shown
      if (doc) held = null;
      void set(doc);
    },
  };
}
