// Dialogs: the link of the view, the HTML that embeds it, and how to use the map.

import { createButton, createElement } from "../lib/dom.js";

const POINTER = [
  ["Drag", "move the map"],
  ["Press a point", "read its document"],
  ["Press a name", "light its topic"],
];
const FINGERS = [["Two fingers", "zoom in and out"]];
const KEYS = [
  ["Wheel, + and −", "zoom in and out"],
  ["Arrow keys", "move the map"],
  ["0", "show the whole map"],
  ["Enter", "read the document nearest to the middle"],
  ["Escape", "close what is open"],
  ["/", "search topics and documents"],
  ["Shift and drag", "select documents in a rectangle"],
  ["?", "show this"],
];

/** @param {string} title @param {HTMLElement[]} content */
function openDialog(title, content) {
  const dialog = createElement("dialog", "take");
  const heading = createElement("h2", "", title);
  heading.id = "dialog-title";
  dialog.setAttribute("aria-labelledby", heading.id);
  const close = createButton("close", "Close", () => dialog.close());
  dialog.append(heading, ...content, close);
  dialog.addEventListener("close", () => dialog.remove());
  // Escape closes only the dialog
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  document.body.append(dialog);
  dialog.showModal();
}

export function showHelp() {
  const list = document.createElement("dl");
  const hasKeyboard = matchMedia("(any-hover: hover)").matches;
  for (const [key, what] of [...POINTER, ...(hasKeyboard ? KEYS : FINGERS)]) {
    const term = document.createElement("dt");
    term.append(createElement("kbd", "", key));
    list.append(term, createElement("dd", "", what));
  }
  openDialog("Use the map", [list]);
}

/** @param {string} address of the view */
export function showShare(address) {
  openDialog("Share this view", [
    field("Link", address),
    field("Embed", embedSnippet(address, document.title)),
  ]);
}

/**
 * HTML that shows a view in another page.
 * @param {string} address @param {string} title
 */
export function embedSnippet(address, title) {
  const [, page, fragment] = address.match(/^([^#]*)(#?.*)$/s) ?? ["", "", ""];
  const source = `${page}${page.includes("?") ? "&" : "?"}embed${fragment}`;
  const quoted = (/** @type {string} */ text) =>
    text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<iframe src="${quoted(source)}" title="${quoted(title)}" width="100%" height="600" loading="lazy" style="border:0"></iframe>`;
}

/** @param {string} name @param {string} value */
function field(name, value) {
  const label = createElement("label", "field");
  const text = document.createElement("textarea");
  text.readOnly = true;
  text.rows = Math.min(6, Math.ceil(value.length / 36));
  text.value = value;
  text.addEventListener("focus", () => text.select());
  const copy = createButton("copy", "Copy", () => void copyText(value, copy, text));
  label.append(createElement("span", "", name), text);
  const box = createElement("div", "shared");
  copy.setAttribute("aria-label", `Copy ${name.toLowerCase()}`);
  box.append(label, copy);
  return box;
}

/**
 * Copies a text and shows on the button whether that worked.
 * @param {string} value @param {HTMLElement} button @param {HTMLTextAreaElement} [shown] a field with the value, to be selected
 */
export async function copyText(value, button, shown) {
  const words = button.textContent;
  const copied = await toClipboard(value, shown);
  button.textContent = copied ? "Copied" : "Press Ctrl+C";
  setTimeout(() => (button.textContent = words), 2000);
}

/** @param {string} value @param {HTMLTextAreaElement} [shown] @returns {Promise<boolean>} */
async function toClipboard(value, shown) {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    // the clipboard is not available over http, from disk and in some frames: copy a selection instead
    const area = shown ?? document.createElement("textarea");
    if (!shown) {
      area.value = value;
      area.className = "visually-hidden";
      document.body.append(area);
    }
    area.focus();
    area.select();
    const copied = document.execCommand("copy");
    if (!shown && copied) area.remove();
    return copied;
  }
}
