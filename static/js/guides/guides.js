// What helps to find one's way: the ring around what is pointed at, the overview, the counts in the list of topics.

import { createOverview } from "./overview.js";
import { createRing } from "./ring.js";
import { countByTopic, showCounts } from "./topic_counts.js";

/**
 * @typedef {object} GuideParts
 * @property {HTMLElement} pane
 * @property {HTMLElement} panel the list of topics
 * @property {import("../map/camera.js").Camera} camera
 * @property {import("../map/points/tiles.js").Tiles} tiles
 * @property {ReturnType<typeof import("../map/points/point_layer.js").createLayer>} layer
 * @typedef {ReturnType<typeof createGuides>} Guides
 */

/** @param {GuideParts} parts */
export function createGuides({ pane, panel, camera, tiles, layer }) {
  const ring = createRing(pane, camera.redraw);
  const overview = createOverview(pane, camera);
  let latest = 0;
  camera.redraw();

  return {
    ring: ring.set,
    /** @param {import("../map/view.js").View} view @param {import("../map/view.js").Size} size */
    place(view, size) {
      ring.place(view, size);
      overview.place(view, size);
    },
    /** Count what is found and passes the filters, by topic. @param {ReadonlySet<number> | null} hits storage rows, null for all */
    async count(hits) {
      const mine = ++latest;
      const counted = hits || layer.filters ? await tiles.all().catch(() => null) : null;
      const passes = counted && layer.filters ? await layer.applyFilter(counted.row).catch(() => null) : null;
      if (mine !== latest) return;
      showCounts(panel, counted && (passes || !layer.filters) ? countByTopic(counted, { hits, passes }) : null);
    },
  };
}
