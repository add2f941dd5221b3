// Labels of the smaller topics, which are not in the page but loaded when needed.

/**
 * @param {import("./topic_catalogue.js").Catalogue} catalogue
 * @param {ReturnType<typeof import("../map/labels.js").createLabels>} labels
 * @param {() => void} redraw
 * @returns {() => Promise<void>} adds them to the map once; after a failure the next call tries again
 */
export function createLazyLabels(catalogue, labels, redraw) {
  /** @type {Promise<void> | null} */
  let naming = null;
  return () => {
    naming ??= catalogue.more().then(
      (more) => {
        labels.add(more?.labels ?? [], catalogue.get, catalogue.inkOf);
        redraw();
      },
      () => {
        naming = null;
      },
    );
    return naming;
  };
}
