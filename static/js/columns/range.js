// The control of a number or a date: a histogram in the colours of the scale, and a slider with two handles as a filter.
// Dates can be animated: a window moves through time.

import { createButton, createElement } from "../lib/dom.js";
import { formatStep, stepsOf } from "./column_filters.js";

/** @typedef {import("./column_codes.js").RangeColumn} RangeColumn */
/** @typedef {import("./column_filters.js").Span} Span */

const SVG = "http://www.w3.org/2000/svg";
const PLAY_MS = 250;
/** Without a filter the window is this fraction of the range. */
const WINDOWS = 10;

/**
 * The next window; after the end, the first one.
 * @param {Span} span @param {number} steps @param {number} move as a share of the window
 * @returns {Span}
 */
export function nextWindow({ from, to }, steps, move) {
  const all = from === 0 && to === steps;
  const width = all ? Math.max(1, Math.round(steps / WINDOWS)) : to - from;
  if (all || to === steps) return { from: 0, to: width };
  const start = Math.min(from + Math.max(1, Math.round(width * move)), steps - width);
  return { from: start, to: start + width };
}

/**
 * @param {RangeColumn} column
 * @param {(span: Span | null, done: boolean) => void} choose null for all; `done` is false during a movement
 */
export function createRange(column, choose) {
  const steps = stepsOf(column);
  /** @type {Span} */
  let span = { from: 0, to: steps };
  let timer = 0;
  let halted = () => {};

  const bars = histogram(column);
  const box = createElement("div", "range");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", `Show only a range of ${column.label}`);
  const [from, to] = ["From", "To"].map((name) => {
    const input = createElement("input", "");
    Object.assign(input, { type: "range", min: "0", max: `${steps}`, step: "1", autocomplete: "off" });
    input.setAttribute("aria-label", name);
    input.addEventListener("input", () => drag(input));
    input.addEventListener("change", () => tell(true));
    return input;
  });
  const handles = createElement("div", "handles");
  handles.append(from, to);
  box.append(bars.svg, handles);

  const words = createElement("output", "");
  const all = createButton("", "Show all");
  all.addEventListener("click", () => {
    // the button hides itself, so the focus moves to a handle
    from.focus({ preventScroll: true });
    halt();
    show(null);
    tell(true);
  });
  const line = createElement("p", "ends");
  line.append(words, all);
  if (column.kind === "date") line.append(player());
  if (column.missing) line.append(createElement("span", "without", `${column.missing.toLocaleString("en")} without`));

  /** @param {HTMLInputElement} moved */
  function drag(moved) {
    halt();
    const [a, b] = [Number(from.value), Number(to.value)];
    // handles cannot cross
    show(moved === from ? { from: Math.min(a, b), to: b } : { from: a, to: Math.max(a, b) });
    tell(false);
  }

  const isAll = () => span.from === 0 && span.to === steps;
  /** @param {boolean} done */
  const tell = (done) => choose(isAll() ? null : span, done);

  /** @param {Span | null} next */
  function show(next) {
    span = next ?? { from: 0, to: steps };
    for (const [input, step] of /** @type {[HTMLInputElement, number][]} */ ([[from, span.from], [to, span.to]])) {
      input.value = `${step}`;
      input.setAttribute("aria-valuetext", formatStep(column, step));
    }
    // when both handles are at one place, the one that can be moved is on top
    from.style.zIndex = span.from * 2 > steps ? "1" : "0";
    bars.show(span.from / steps, span.to / steps);
    words.textContent = `${formatStep(column, span.from)} – ${formatStep(column, span.to)}`;
    all.hidden = isAll();
  }

  function player() {
    const button = createButton("", "");
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    const name = () => (button.textContent = timer ? "Stop" : still.matches ? "Next period" : "Play");
    const move = (/** @type {number} */ share) => {
      show(nextWindow(span, steps, share));
      tell(still.matches);
    };
    button.addEventListener("click", () => {
      if (timer) return halt();
      // with reduced motion each click moves the window by its width
      move(still.matches ? 1 : 0.2);
      if (still.matches) return;
      timer = setInterval(() => {
        if (span.to === steps || !button.isConnected) halt();
        else move(0.2);
      }, PLAY_MS);
      name();
    });
    halted = name;
    name();
    return button;
  }

  function halt() {
    if (!timer) return;
    clearInterval(timer);
    timer = 0;
    halted();
    tell(true);
  }

  show(null);
  return { parts: [box, line], show, stop: halt };
}

/** @param {RangeColumn} column */
function histogram({ histogram: counts, scale }) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${counts.length} 1`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const most = Math.max(...counts);
  const bars = counts.map((count, k) => {
    const bar = document.createElementNS(SVG, "rect");
    // small counts stay visible
    const height = count && Math.max(0.03, count / most);
    const place = { x: k + 0.05, y: 1 - height, width: 0.9, height };
    for (const [name, value] of Object.entries(place)) bar.setAttribute(name, `${value}`);
    bar.setAttribute("fill", scale[Math.floor((k / counts.length) * scale.length)]);
    svg.append(bar);
    return bar;
  });
  return {
    svg,
    /** @param {number} from @param {number} to shares of the range */
    show(from, to) {
      bars.forEach((bar, k) => {
        const middle = (k + 0.5) / bars.length;
        const half = 0.5 / bars.length;
        bar.classList.toggle("out", middle + half < from || middle - half > to);
      });
    },
  };
}
