// Taking something away from the map: a selection, a picture, a link. A script of its own, loaded on first use.

import { createLasso } from "./lasso.js";
import { made, madeButton } from "./made.js";
import { fileName, offer } from "./offer.js";
import { createPicked } from "./picked.js";
import { documentsIn, rectangle } from "./polygon.js";
import { copyText, showKeys, showShare } from "./share.js";
import { snapshot } from "./snapshot.js";
import { areaOf } from "./view.js";

/** @typedef {import("./view.js").Spot} Spot */
/** @typedef {import("./toolbox.js").TakeParts} TakeParts */
/** @typedef {import("./toolbox.js").Take} Take */

/** @param {TakeParts} parts @returns {Take} */
globalThis.sitegenTake = (parts) => {
  const { pane, camera, tiles, shown, light, address } = parts;
  const lasso = createLasso(pane, camera, pick);
  const picked = createPicked(parts, clear);
  const bar = modeBar();
  // only the documents of the area that was drawn last may be shown
  let latest = 0;
  /** @type {Spot[] | null} */
  let area = null;

  /** @param {Spot[]} polygon */
  async function pick(polygon) {
    const mine = ++latest;
    area = polygon;
    lasso.show(polygon);
    picked.waiting();
    const found = await documentsIn(polygon, tiles, shown);
    await parts.know(found.documents);
    if (mine !== latest) return;
    light(Uint32Array.from(found.documents, ({ row }) => row));
    picked.show(found);
  }

  function clear() {
    latest++;
    area = null;
    lasso.show([]);
    picked.hide();
    light(null);
    pane.focus({ preventScroll: true });
  }

  function pickView() {
    const { x0, y0, x1, y1 } = areaOf(camera.view, camera.size);
    void pick(rectangle({ x: x0, y: y0 }, { x: x1, y: y1 }));
  }

  function modeBar() {
    const element = made("div", "modes");
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", "Select documents");
    element.hidden = true;
    const modes = /** @type {const} */ ([
      ["Move", null],
      ["Rectangle", "rectangle"],
      ["Lasso", "lasso"],
    ]).map(([words, mode]) => {
      const button = madeButton("mode", words, () => {
        lasso.setMode(mode);
        for (const each of modes) each.setAttribute("aria-pressed", `${each === button}`);
      });
      return button;
    });
    element.append(...modes, madeButton("mode", "All in view", pickView), madeButton("mode", "Done", toggle));
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
    if (bar.hidden) pane.focus({ preventScroll: true });
    else box.focus({ preventScroll: true });
  }

  return {
    select: toggle,
    drag: lasso.drag,
    moved: lasso.paint,
    refilter: () => void (area && pick(area)),
    async save() {
      const title = document.querySelector("h1")?.textContent ?? "";
      const origin = document.querySelector(".home")?.textContent ?? "";
      const { blob, whole } = await snapshot(pane, title, origin);
      offer(blob, fileName("view", "png"));
      say(whole ? "The view was saved as a picture." : "Saved points and names: from disk the density cannot be read.");
    },
    share: () => showShare(address()),
    help: showKeys,
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
