// The names of the smaller topics, which the page does not hold from the start.

/**
 * @param {import("./topic_catalogue.js").Catalogue} catalogue
 * @param {ReturnType<typeof import("../map/labels.js").createLabels>} labels
 * @param {() => void} redraw
 * @returns {() => Promise<void>} puts them on the map, once; a failure is forgotten, so that the next call tries again
 */
export function createLazyLabels(catalogue, labels, redraw) {
  /** @type {Promise<void> | null} */
  let naming = null;
  return () => {
    naming ??= catalogue.more().then(
      (more) => {
        labels.add(more?.labels ?? [], catalogue.get);
        redraw();
      },
      () => {
        naming = null;
      },
    );
    return naming;
  };
}
