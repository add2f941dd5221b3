// The topics that a page lists: a box to choose each, and a field in place of a name to rename it.

/** @typedef {import("./edit.js").Row} Row */

/**
 * @param {(row: Row, on: boolean) => void} changed
 */
export function watchRows(changed) {
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
  if (list) new MutationObserver(scan).observe(list, { childList: true, subtree: true });

  return {
    all: () => [...known.values()].map(({ row }) => row),
    /** @param {number} id @param {boolean} on */
    check(id, on) {
      const found = known.get(id);
      if (found) found.box.checked = on;
    },
    /** @param {Row} row @param {(name: string) => void} save */
    rename(row, save) {
      const form = document.createElement("form");
      const field = document.createElement("input");
      form.className = "sitegen-rename";
      field.value = row.name;
      field.maxLength = 80;
      field.required = true;
      field.setAttribute("aria-label", `New name of ${row.name}`);
      form.append(field, button("Save", "submit"), button("Cancel", "button", close));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const name = field.value.trim();
        close();
        if (name && name !== row.name) save(name);
      });
      form.addEventListener("keydown", (event) => {
        event.stopPropagation(); // the map has keys of its own
        if (event.key === "Escape") close();
      });
      row.element.append(form);
      field.focus();
      field.select();

      function close() {
        form.remove();
        known.get(row.id)?.box.focus();
      }
    },
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
