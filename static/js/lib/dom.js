// Finds and makes elements. Text is set as text, never as markup.

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/**
 * The part of an element that carries a class.
 * @param {HTMLElement} element @param {string} className
 */
export function partOf(element, className) {
  const found = element.querySelector(`.${className}`);
  if (!(found instanceof HTMLElement)) throw new Error(`#${element.id} has no .${className}`);
  return found;
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {string} className @param {string} text
 */
export function createElement(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

/** @param {string} className @param {string} text @param {(event: MouseEvent) => void} [onClick] */
export function createButton(className, text, onClick) {
  const button = createElement("button", className, text);
  button.type = "button";
  if (onClick) button.addEventListener("click", onClick);
  return button;
}

/** Parse the JSON in a <script> element of the page. @param {string} id @returns {any} */
export const readJson = (id) => JSON.parse(byId(id).textContent ?? "");
