// The toolbar. The script of the tools is loaded when one of them is first used.

import { loadScript } from "../lib/lazy_script.js";
import { formatArea, parseArea } from "../url/area_param.js";

/** @typedef {ReturnType<typeof createToolbar>} Toolbar */
/**
 * @typedef {object} ToolParts
 * @property {HTMLElement} pane
 * @property {HTMLElement} section where the selected documents are listed
 * @property {import("../map/camera.js").Camera} camera
 * @property {import("../map/points/tiles.js").Tiles} tiles
 * @property {import("./polygon.js").Shown & { painted: { columns: Record<string, ArrayLike<number>>, pixels: number } }} shown
 *   which documents are shown, and their points as painted
 * @property {(doc: import("../document/focus.js").Doc) => { topic: string, color: string }} describe
 * @property {(docs: import("../document/focus.js").Doc[]) => Promise<void>} ensureLoaded resolves when their topics can be described
 * @property {(row: number) => Promise<[title: string, category: string | null]>} title
 * @property {(row: number) => Promise<import("../document/details.js").Fields>} fields
 * @property {string[]} names of the columns among the fields
 * @property {(row: number, opener: HTMLElement | null) => void} open a document; `opener` gets the focus back
 * @property {(rows: Uint32Array | null) => void} highlight documents on the map
 * @property {() => string} address of the view
 * @property {(area: import("../map/view.js").Spot[] | null) => void} selected called when another area, or none, is selected
 */

/**
 * @typedef {object} Tools
 * @property {() => void} select show or hide the modes of selection
 * @property {(first: PointerEvent, last: PointerEvent) => void} drag a rectangle from the first to the last event
 * @property {() => Promise<void>} save the view as a picture
 * @property {() => void} share
 * @property {() => void} help
 * @property {(button: HTMLElement) => void} copy the link of the view and confirm on the button
 * @property {(area: import("../map/view.js").Spot[] | null) => void} show selects an area, or none
 * @property {() => void} moved called after each frame
 * @property {() => void} refilter called after filters changed
 */

/**
 * @param {HTMLElement} box with a button for each tool
 * @param {{ script: string, style: string }} data addresses
 * @param {Omit<ToolParts, "selected"> & { link: import("../url/link.js").Link }} parts
 */
export function createToolbar(box, data, { link, ...others }) {
  /** @type {string | null} the selected area as the link keeps it */
  let area = null;
  /** @type {ToolParts} */
  const parts = {
    ...others,
    selected(next) {
      area = next && formatArea(next);
      link.pushState();
    },
  };
  /** @type {Promise<Tools> | null} */
  let loading = null;
  /** @type {Tools | null} */
  let tools = null;
  const notice = box.querySelector("p");

  /** @param {(tools: Tools) => void | Promise<void>} use */
  function using(use) {
    loading ??= loadScript(data)
      .then(() => (tools = globalThis.sitegenTools(parts)))
      .catch((error) => {
        loading = null;
        throw error;
      });
    if (notice) notice.textContent = "";
    loading.then(use).catch((error) => {
      console.warn(error);
      if (notice) notice.textContent = "That could not be done just now. Try again.";
    });
  }

  for (const button of box.querySelectorAll("button")) {
    const tool = /** @type {"select" | "save" | "share" | "help"} */ (button.value);
    button.addEventListener("click", () => using((all) => all[tool]()));
  }
  // captured before the map starts to pan
  parts.pane.addEventListener(
    "pointerdown",
    (event) => {
      if (!event.shiftKey || event.button !== 0 || event.pointerType !== "mouse") return;
      if (event.target instanceof Element && event.target.closest("button, a")) return;
      event.stopImmediatePropagation();
      const last = following(event);
      using((all) => all.drag(event, last()));
    },
    { capture: true },
  );
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, select, textarea, dialog");
    if (event.key !== "?" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    using((all) => all.help());
  });
  box.hidden = false;

  return {
    moved: () => tools?.moved(),
    refilter: () => tools?.refilter(),
    /** The selected area in the link. @type {import("../url/link.js").LinkPart} */
    part: {
      write: () => area,
      read(value) {
        const known = parseArea(value);
        area = known && value;
        if (known || tools) using((all) => all.show(known));
      },
    },
    /** @param {HTMLElement} button */
    copy: (button) => using((all) => all.copy(button)),
  };
}

/**
 * Records a drag while the script that draws it is loading.
 * @param {PointerEvent} first @returns {() => PointerEvent} ends the recording and returns the last event; the button may be up by then
 */
function following(first) {
  let newest = first;
  const over = new AbortController();
  /** @param {PointerEvent} event */
  const keep = (event) => {
    newest = event;
    if (event.type === "pointerup") over.abort();
  };
  for (const kind of /** @type {const} */ (["pointermove", "pointerup"])) {
    addEventListener(kind, keep, { capture: true, signal: over.signal });
  }
  return () => {
    over.abort();
    return newest;
  };
}
