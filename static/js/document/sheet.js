// A sheet over the lower part of a small page; dragging its grip changes its height or closes it.

import { clamp } from "../map/view.js";

const LOWEST = 0.15;
const TALLEST = 0.85;

/**
 * @param {HTMLElement} element whose height follows `--sheet` where it is a sheet
 * @param {HTMLElement} grip @param {() => void} away
 */
export function makeSheet(element, grip, away) {
  let share = 0;
  grip.addEventListener("pointerdown", (event) => grip.setPointerCapture(event.pointerId));
  grip.addEventListener("pointermove", (event) => {
    if (!grip.hasPointerCapture(event.pointerId)) return;
    share = 1 - event.clientY / innerHeight;
    element.style.setProperty("--sheet", `${Math.round(100 * clamp(share, LOWEST, TALLEST))}svh`);
  });
  grip.addEventListener("pointerup", () => {
    if (share === 0 || share >= LOWEST) return;
    share = 0;
    element.style.removeProperty("--sheet");
    away();
  });
}
