// The topics that a page lists, and a box to choose each.

/** @typedef {import("./edit.js").Row} Row */

/**
 * @param {(row: Row, on: boolean) => void} changed
 * @param {() => void} lit called when other topics are lit on the map
 */
export function watchRows(changed, lit) {
  /** @type {Map<number, { row: Row, box: HTMLInputElement }>} */
  const known = new Map();

  function scan() {
    for (const row of rowsOfPage()) {
      if (row.element.querySelector(".sitegen-box")) continue;
      const box = document.createElement("input");
      box.type = "checkbox";
      box.className = "sitegen-box";
      box.setAttribute("aria-label", `Choose ${row.name}`);
      box.addEventListener("change", () => changed(row, box.checked));
      row.element.classList.add("sitegen-row");
      row.element.prepend(box);
      known.set(row.id, { row, box });
    }
  }

  scan();
  // the map's list grows as smaller topics are loaded
  const list = document.querySelector("#topics");
  if (list) {
    new MutationObserver(scan).observe(list, { childList: true, subtree: true });
    new MutationObserver(lit).observe(list, { attributeFilter: ["aria-pressed"], subtree: true });
  }

  return {
    all: () => [...known.values()].map(({ row }) => row),
    lit: () => [...known.values()].flatMap(({ row }) => (row.element.querySelector("[aria-pressed=true]") ? [row] : [])),
    /** @param {number} id @param {boolean} on */
    check(id, on) {
      const found = known.get(id);
      if (found) found.box.checked = on;
    },
    /** @param {number} id */
    focus: (id) => known.get(id)?.box.focus(),
  };
}

/** @returns {Row[]} the topics of the map's list, or of the table of topics */
function rowsOfPage() {
  const listed = document.querySelectorAll("#topics li > button[value]");
  if (listed.length) {
    return [...listed].flatMap((each) => {
      const id = Number(each.getAttribute("value") || NaN);
      const name = each.querySelector(".name bdi")?.textContent ?? "";
      const element = each.parentElement;
      return Number.isInteger(id) && element ? [{ id, name, element }] : [];
    });
  }
  return [...document.querySelectorAll("#table tbody th a")].flatMap((each) => {
    const [, id] = each.getAttribute("href")?.match(/^(\d+)\//) ?? [];
    const element = each.closest("th");
    return id !== undefined && element ? [{ id: Number(id), name: each.textContent ?? "", element }] : [];
  });
}

/** @param {string} words @param {"button" | "submit"} type @param {() => void} [pressed] */
export function button(words, type, pressed) {
  const element = document.createElement("button");
  element.type = type;
  element.textContent = words;
  if (pressed) element.addEventListener("click", pressed);
  return element;
}
