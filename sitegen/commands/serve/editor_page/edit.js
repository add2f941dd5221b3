// The editor of topics. Only `sitegen serve --edit` adds it to pages; without the token of the address it does nothing.

import { createBar } from "./bar.js";
import { createFile, keptToken } from "./file.js";
import { watchRows } from "./rows.js";
import { newId, openForm } from "./topic_form.js";

/** @typedef {{ id: number, name: string, element: HTMLElement }} Row */

const token = keptToken();
const slug = slugOfPage();
if (token && slug) start(token, slug);

/** @param {string} key @param {string} dataset */
function start(key, dataset) {
  /** @type {Map<number, Row>} topics that are chosen, in the order of the page */
  const chosen = new Map();
  /** @type {(() => Promise<string[]>) | null} ids of the documents that are selected on the map */
  let documents = null;
  let count = 0;
  const file = createFile(key, dataset, (said, failed) => bar.say(said, failed));
  const bar = createBar(file, {
    chosen() {
      // the one topic that is lit on the map is meant, where none is chosen in the list
      const lit = chosen.size ? [] : rows.lit();
      return lit.length === 1 ? lit : [...chosen.values()];
    },
    ticked: () => chosen.size,
    documents: () => ({ count, ids: documents }),
    clear() {
      for (const row of rows.all()) rows.check(row.id, false);
      chosen.clear();
      bar.update();
    },
    open: (row) =>
      openForm(row, file.editsOf(row.id), { count, ids: documents }, newId(file.edits, rows.all()), bar.save, () => {
        rows.focus(row.id);
        bar.update();
      }),
  });
  const rows = watchRows(
    (row, on) => {
      if (on) chosen.set(row.id, row);
      else chosen.delete(row.id);
      bar.update();
    },
    () => bar.update(),
  );
  document.addEventListener("sitegen:selected", (event) => {
    ({ ids: documents, count } = /** @type {CustomEvent} */ (event).detail);
    bar.update();
  });
  void file.read().then(bar.update);
}

/** The folder of the dataset that this page is about; empty on pages about all. */
function slugOfPage() {
  const home = document.querySelector("a.home");
  if (!(home instanceof HTMLAnchorElement)) return "";
  const root = new URL(".", home.href).pathname;
  return location.pathname.startsWith(root) ? location.pathname.slice(root.length).split("/")[0] : "";
}
