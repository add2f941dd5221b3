// The script of the tools: selections, snapshots and links. Loaded when a tool is first used.

import { createButton, createElement } from "./lib/dom.js";
import { areaOf, toPane } from "./map/view.js";
import { readCaption } from "./tools/caption.js";
import { downloadBlob, fileName } from "./tools/download.js";
import { createLasso } from "./tools/lasso.js";
import { documentsIn, rectangle } from "./tools/polygon.js";
import { createSelectionPanel } from "./tools/selection_panel.js";
import { copyText, showHelp, showShare } from "./tools/share.js";
import { snapshot } from "./tools/snapshot.js";
import { formatArea, parseArea } from "./url/area_param.js";

/** @typedef {import("./map/view.js").Spot} Spot */
/** @typedef {import("./tools/toolbar.js").ToolParts} ToolParts */
/** @typedef {import("./tools/toolbar.js").Tools} Tools */

/** @param {ToolParts} parts @returns {Tools} */
globalThis.sitegenTools = (parts) => {
  const { pane, camera, tiles, shown, highlight, address } = parts;
  const lasso = createLasso(pane, camera, choose);
  const selection = createSelectionPanel(parts, leave);
  const bar = modeBar();
  // results for an earlier area are dropped
  let latest = 0;
  /** @type {Spot[] | null} */
  let area = null;

  /** @param {Spot[]} polygon */
  async function select(polygon) {
    const mine = ++latest;
    area = polygon;
    lasso.show(polygon);
    selection.waiting();
    const found = await documentsIn(polygon, tiles, shown);
    await parts.ensureLoaded(found.documents);
    if (mine !== latest) return;
    highlight(Uint32Array.from(found.documents, ({ row }) => row));
    selection.show(found);
  }

  /** @param {Spot[]} polygon */
  function choose(polygon) {
    // as the link keeps it, so that it finds the same documents again
    const kept = parseArea(formatArea(polygon)) ?? polygon;
    parts.selected(kept);
    void select(kept);
  }

  function clear() {
    latest++;
    area = null;
    lasso.show([]);
    selection.hide();
    highlight(null);
  }

  function leave() {
    clear();
    parts.selected(null);
    pane.focus({ preventScroll: true });
  }

  function selectView() {
    const { x0, y0, x1, y1 } = areaOf(camera.view, camera.size);
    choose(rectangle({ x: x0, y: y0 }, { x: x1, y: y1 }));
  }

  function modeBar() {
    const element = createElement("div", "modes");
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", "Select documents");
    element.hidden = true;
    const modes = /** @type {const} */ ([
      ["Move", null],
      ["Rectangle", "rectangle"],
      ["Lasso", "lasso"],
    ]).map(([words, mode]) => {
      const button = createButton("mode", words, () => {
        lasso.setMode(mode);
        for (const each of modes) each.setAttribute("aria-pressed", `${each === button}`);
      });
      return button;
    });
    element.append(...modes, createButton("mode", "All in view", selectView), createButton("mode", "Done", toggle));
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      toggle();
    });
    pane.append(element);
    return element;
  }

  function toggle() {
    bar.hidden = !bar.hidden;
    const [move, box] = bar.querySelectorAll("button");
    (bar.hidden ? move : box).click();
    // names leave room for the bar
    camera.redraw();
    if (bar.hidden) pane.focus({ preventScroll: true });
    else box.focus({ preventScroll: true });
  }

  return {
    select: toggle,
    drag: lasso.drag,
    moved: lasso.paint,
    show: (polygon) => (polygon ? void select(polygon) : clear()),
    refilter: () => void (area && select(area)),
    async save() {
      const place = (/** @type {Spot} */ spot) => toPane(camera.view, camera.size, spot);
      const { blob, whole } = await snapshot(pane, { ...shown.painted, toPane: place }, readCaption(address()));
      downloadBlob(blob, fileName("view", "png"));
      say(whole ? "The view was saved as a picture." : "Saved points and names: from disk the density cannot be read.");
    },
    share: () => showShare(address()),
    help: showHelp,
    copy: (button) => void copyText(address(), button),
  };
};

/** @param {string} words */
function say(words) {
  const line = document.querySelector("#tools p");
  if (!line) return;
  line.textContent = words;
  setTimeout(() => (line.textContent = ""), 6000);
}
