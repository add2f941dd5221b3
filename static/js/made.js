// Elements made by script.

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {string} name of its class @param {string} text
 */
export function made(tag, name, text = "") {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  return element;
}

/** @param {string} name of its class @param {string} words @param {(event: MouseEvent) => void} [pressed] */
export function madeButton(name, words, pressed) {
  const element = made("button", name, words);
  element.type = "button";
  if (pressed) element.addEventListener("click", pressed);
  return element;
}
