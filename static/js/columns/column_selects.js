// The selects "colour by" and "size by", and their part of the link. The script of the columns is loaded when a column
// is first chosen.

import { loadScript } from "../lib/lazy_script.js";

/** @typedef {import("./point_style.js").PointStyle} PointStyle */
/** @typedef {{ color: string | null, size: string | null, filter: string | null }} Choice as in the link */
/** @typedef {import("../lib/shards.js").Folders} Folders */
/** @typedef {{ script: string, style: string, index: string, folder: string | Folders[], rows: number }} ColumnData `folder`: of all columns, or those of each */
/**
 * @typedef {object} ColumnPanelParts
 * @property {HTMLElement} box contains the selects; the controls of a column are added below them
 * @property {ColumnData} data
 * @property {(name: string, url: string) => Promise<ArrayBuffer>} load a shard
 * @property {(style: PointStyle) => void} paint
 * @property {(filter: string | null, done: boolean) => void} filtered
 * @typedef {{ show: (choice: Choice) => void }} ColumnPanel
 */

/**
 * @param {HTMLElement | null} box absent where no column is published
 * @param {Omit<ColumnPanelParts, "box" | "filtered" | "data"> & { data: ColumnData | null, chose: () => void }} parts
 * @param {import("../url/link.js").Link} link
 */
export function createColumnSelects(box, parts, link) {
  const { data, chose, ...others } = parts;
  if (!box || !data) return;
  const complete = { ...others, box, data };
  /** @type {Choice} */
  const choice = { color: null, size: null, filter: null };
  const failure = document.createElement("p");
  failure.textContent = "The colours could not be loaded just now. Choose again to try again.";
  failure.setAttribute("role", "status");
  failure.hidden = true;
  box.append(failure);
  /** @type {Promise<ColumnPanel> | null} */
  let panel = null;

  function show() {
    if (!panel && Object.values(choice).every((each) => each === null)) return;
    failure.hidden = true;
    const filtered = (/** @type {string | null} */ filter, /** @type {boolean} */ done) => {
      choice.filter = filter;
      if (done) chose();
    };
    panel ??= loadScript(complete.data).then(() => globalThis.sitegenColumns({ ...complete, filtered }));
    panel.then(
      (each) => each.show(choice),
      (error) => {
        console.warn(error);
        panel = null;
        failure.hidden = false;
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
  // read last, so that all three are shown at once
  link.add("filter", {
    write: () => choice.filter,
    read(value) {
      choice.filter = value;
      show();
    },
  });
  box.hidden = false;
}
