// Moves the camera by dragging, pinching, the wheel, double clicks, keys and buttons.

import { HOME, panBy, zoomAt } from "./view.js";

/** @typedef {import("./camera.js").Camera} Camera */
/** @typedef {import("./view.js").Spot} Spot */

const STEP = 2;
const NUDGE = 80;
const CLICK_TOLERANCE_PX = 4;
const HINT_MS = 1500;

const isEmbedded = () => document.documentElement.classList.contains("embed");

/**
 * @param {HTMLElement} pane @param {Camera} camera
 * @param {{ moved: () => void, tapped: (spot: Spot, several: boolean) => void, hovered: (spot: Spot | null) => void }} on
 */
export function listenToPointers(pane, camera, on) {
  /** @type {Map<number, Spot>} */
  const down = new Map();
  let dragged = false;
  // in a frame of another page the wheel scrolls that page until the map is clicked
  let clicked = false;
  let hint = 0;

  /** @param {MouseEvent} event @returns {Spot} */
  const spotOf = (event) => {
    const box = pane.getBoundingClientRect();
    return { x: event.clientX - box.left - pane.clientLeft, y: event.clientY - box.top - pane.clientTop };
  };
  // buttons and links on the map handle their own clicks
  const onMap = (/** @type {Event} */ event) => !(event.target instanceof Element && event.target.closest("a, button"));

  addEventListener("blur", () => (clicked = false));
  pane.addEventListener("pointerdown", (event) => {
    clicked = true;
    if (!onMap(event) || event.button !== 0 || down.size === 2) return;
    if (down.size === 0) dragged = false;
    down.set(event.pointerId, spotOf(event));
    pane.setPointerCapture(event.pointerId);
  });

  pane.addEventListener("pointermove", (event) => {
    const spot = spotOf(event);
    const last = down.get(event.pointerId);
    if (!last) return on.hovered(event.pointerType === "mouse" && onMap(event) ? spot : null);
    // fingers and hands are never quite still: small movements still count as a click
    if (!dragged && down.size === 1 && Math.hypot(spot.x - last.x, spot.y - last.y) < CLICK_TOLERANCE_PX) return;
    dragged = true;
    pane.classList.add("dragging");
    const before = centreAndSpread(down);
    down.set(event.pointerId, spot);
    const after = centreAndSpread(down);
    const panned = panBy(camera.view, camera.size, after.x - before.x, after.y - before.y);
    camera.set(zoomAt(panned, camera.size, after, after.spread / before.spread, camera.limits));
    on.moved();
  });

  for (const type of /** @type {const} */ (["pointerup", "pointercancel"])) {
    pane.addEventListener(type, (event) => {
      if (!down.delete(event.pointerId) || down.size > 0) return;
      pane.classList.remove("dragging");
      if (type === "pointerup" && !dragged) on.tapped(spotOf(event), event.ctrlKey || event.metaKey);
    });
  }
  pane.addEventListener("pointerleave", (event) => {
    // a lifted finger fires this event too, and its tooltip should stay
    if (event.pointerType === "mouse") on.hovered(null);
  });

  pane.addEventListener(
    "wheel",
    (event) => {
      if (isEmbedded() && !clicked && !event.ctrlKey && !event.metaKey) {
        pane.classList.add("blocked");
        clearTimeout(hint);
        hint = setTimeout(() => pane.classList.remove("blocked"), HINT_MS);
        return;
      }
      event.preventDefault();
      // convert lines and pages to pixels; a pinch on a trackpad gives small steps with ctrl pressed
      const pixels = event.deltaY * [1, 16, 400][event.deltaMode] * (event.ctrlKey ? 6 : 1);
      const factor = 2 ** (-Math.max(-240, Math.min(240, pixels)) / 360);
      camera.set(zoomAt(camera.view, camera.size, spotOf(event), factor, camera.limits));
      on.moved();
    },
    { passive: false },
  );

  pane.addEventListener("dblclick", (event) => {
    if (!onMap(event)) return;
    camera.fly(zoomAt(camera.view, camera.size, spotOf(event), event.shiftKey ? 1 / STEP : STEP, camera.limits));
    on.moved();
  });
}

/**
 * @param {HTMLElement} pane @param {Camera} camera
 * @param {{ moved: () => void, chosen: (spot: Spot) => void }} on
 */
export function listenToKeys(pane, camera, on) {
  const middle = () => ({ x: camera.size.w / 2, y: camera.size.h / 2 });
  const zoom = (/** @type {number} */ factor) => camera.fly(zoomAt(camera.view, camera.size, middle(), factor, camera.limits));
  const pan = (/** @type {number} */ dx, /** @type {number} */ dy) => camera.set(panBy(camera.view, camera.size, dx, dy));
  /** @type {Record<string, () => void>} */
  const actions = {
    "+": () => zoom(STEP),
    "=": () => zoom(STEP),
    "-": () => zoom(1 / STEP),
    0: () => camera.fly(HOME),
    ArrowLeft: () => pan(NUDGE, 0),
    ArrowRight: () => pan(-NUDGE, 0),
    ArrowUp: () => pan(0, NUDGE),
    ArrowDown: () => pan(0, -NUDGE),
  };
  pane.addEventListener("keydown", (event) => {
    if (event.target !== pane || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") return on.chosen(middle());
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
    on.moved();
  });
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (pane.querySelectorAll("#zoom button"))) {
    button.addEventListener("click", () => {
      actions[button.value]();
      on.moved();
    });
  }
}

/**
 * @param {Map<number, Spot>} spots one or two
 * @returns {Spot & { spread: number }}
 */
function centreAndSpread(spots) {
  const [a, b = a] = spots.values();
  const spread = Math.hypot(a.x - b.x, a.y - b.y) || 1;
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, spread };
}
