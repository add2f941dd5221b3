// Documents outside any topic: shown like the others, dimmed, or hidden.

/** @typedef {import("./points/point_layer.js").OutlierMode} OutlierMode */

/**
 * @param {HTMLElement | null} box holds a select; a map without topics has none
 * @param {(mode: OutlierMode) => void} choose
 */
export function createOutlierSelect(box, choose) {
  const select = box?.querySelector("select");
  if (!box || !select) return { show: () => /** @type {OutlierMode} */ ("shown") };
  box.hidden = false;
  const mode = () => /** @type {OutlierMode} */ (select.value);
  select.addEventListener("change", () => choose(mode()));

  return {
    /** @param {string | null} value @returns {OutlierMode} the mode that is now selected */
    show(value) {
      select.value = value ?? "shown";
      if (select.selectedIndex < 0) select.value = "shown";
      return mode();
    },
  };
}
