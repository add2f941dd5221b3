// Colour by, size by, filter: the two selects, and what the link of a view keeps. All else is another script, which is
// loaded when a column is first chosen.

import { loadLater } from "./later.js";

/** @typedef {import("./tint.js").Tint} Tint */
/** @typedef {{ color: string | null, size: string | null, filter: string | null }} Choice as the link has it */
/** @typedef {{ script: string, style: string, index: string, folder: string, rows: number }} ColumnData */
/**
 * @typedef {object} ExploreParts
 * @property {HTMLElement} box holds the selects; what belongs to a column is put below them
 * @property {ColumnData} data
 * @property {(name: string, url: string) => Promise<ArrayBuffer>} load a shard
 * @property {(number: number) => string} path of a numbered shard in its folder
 * @property {(tint: Tint) => void} paint
 * @property {(filter: string | null, done: boolean) => void} filtered
 * @typedef {{ show: (choice: Choice) => void }} Explorer
 */

/**
 * @param {HTMLElement | null} box absent where no column is published
 * @param {Omit<ExploreParts, "box" | "filtered" | "data"> & { data: ColumnData | null, chose: () => void }} parts
 * @param {import("./link.js").Link} link
 */
export function listenToColumns(box, parts, link) {
  const { data, chose, ...others } = parts;
  if (!box || !data) return;
  const complete = { ...others, box, data };
  /** @type {Choice} */
  const choice = { color: null, size: null, filter: null };
  const lost = document.createElement("p");
  lost.textContent = "The colours could not be loaded just now. Choose again to try again.";
  lost.setAttribute("role", "status");
  lost.hidden = true;
  box.append(lost);
  /** @type {Promise<Explorer> | null} */
  let explorer = null;

  function show() {
    if (!explorer && Object.values(choice).every((each) => each === null)) return;
    lost.hidden = true;
    const filtered = (/** @type {string | null} */ filter, /** @type {boolean} */ done) => {
      choice.filter = filter;
      if (done) chose();
    };
    explorer ??= loadLater(complete.data).then(() => globalThis.sitegenExplore({ ...complete, filtered }));
    explorer.then(
      (each) => each.show(choice),
      (error) => {
        console.warn(error);
        explorer = null;
        lost.hidden = false;
      },
    );
  }

  const selects = [...box.querySelectorAll("select")];
  for (const select of selects) {
    const key = /** @type {"color" | "size"} */ (select.name);
    select.addEventListener("change", () => {
      choice[key] = select.value || null;
      show();
      chose();
    });
    link.add(key, {
      write: () => choice[key],
      read(value) {
        select.value = value ?? "";
        if (select.selectedIndex < 0) select.value = "";
        choice[key] = select.value || null;
      },
    });
  }
  // the last of the keys to be read, so that one reading shows all three
  link.add("filter", {
    write: () => choice.filter,
    read(value) {
      choice.filter = value;
      show();
    },
  });
  box.hidden = false;
}
