// The names of the smaller topics, which the page does not hold from the start.

/**
 * @param {import("./catalogue.js").Catalogue} catalogue
 * @param {ReturnType<typeof import("./labels.js").followingLabels>} labels
 * @param {() => void} redraw
 * @returns {() => Promise<void>} puts them on the map, once; a failure is forgotten, so that the next call tries again
 */
export function namesOnDemand(catalogue, labels, redraw) {
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
