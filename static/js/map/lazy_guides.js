// Ring, overview and counts of the map: their script is loaded when one of them is first needed.

import { loadScript } from "../lib/lazy_script.js";

/** @typedef {import("../guides/guides.js").Guides} Guides */
/** @typedef {import("./view.js").Spot & { radius: number }} Disc in map units */

/** @param {{ script: string, style: string }} data @param {import("../guides/guides.js").GuideParts} parts */
export function createLazyGuides(data, parts) {
  /** @type {Guides | null} */
  let guides = null;
  /** @type {Promise<Guides> | null} */
  let loading = null;
  let failed = false;

  function load() {
    loading ??= loadScript(data)
      .then(() => (guides = globalThis.sitegenGuides(parts)))
      .catch((error) => {
        loading = null;
        failed = true;
        throw error;
      });
    return loading;
  }

  /** @param {(guides: Guides) => unknown} act the map does without them where their script does not load */
  const use = (act) => void load().then(act, () => {});

  return {
    /** Ring a place on the map, or none. @param {Disc | null} disc */
    ring: (disc) => (disc || loading) && use(({ ring }) => ring(disc)),
    /** Count by topic what is found and passes the filters. @param {ReadonlySet<number> | null} hits storage rows */
    count: (hits) => (hits || parts.layer.filters || loading) && use(({ count }) => count(hits)),
    /** @param {import("./view.js").View} view @param {import("./view.js").Size} size */
    place(view, size) {
      if (guides) guides.place(view, size);
      // a frame does not ask again for what did not load, pointing and searching do
      else if (view.zoom > 1 && !failed) use(() => {});
    },
  };
}
