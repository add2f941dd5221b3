// Makes elements. Words are set as text, never as markup.

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {string} className @param {string} [words]
 */
export function element(tag, className, words) {
  const made = document.createElement(tag);
  made.className = className;
  if (words !== undefined) made.textContent = words;
  return made;
}

/** @param {string} className @param {string} words */
export function plainButton(className, words) {
  const made = element("button", className, words);
  made.type = "button";
  return made;
}
