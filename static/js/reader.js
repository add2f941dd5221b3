// The reader: the text of the document that was clicked, tapped or chosen, beside the map.

import { partOf, wordsWriter } from "./words.js";

/** @typedef {import("./words.js").Words} Words */

/**
 * @param {HTMLElement} element
 * @param {() => void} closed called when the reader was closed by its own means
 */
export function createReader(element, closed) {
  const write = wordsWriter(element);
  const text = partOf(element, "text");
  // only the answer for the document that was asked for last may be shown
  let latest = 0;

  const hide = () => {
    latest += 1;
    element.hidden = true;
  };
  const leave = () => {
    hide();
    closed();
  };
  partOf(element, "close").addEventListener("click", leave);
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
  });

  return {
    hide,
    /** @param {Promise<Words>} words @param {Promise<string>} content @param {boolean} takeFocus */
    async show(words, content, takeFocus) {
      const mine = ++latest;
      const failed = () => "The text could not be fetched just now. Choose the document again to retry.";
      const [about, body] = await Promise.all([words, content.catch(failed)]);
      if (mine !== latest) return;
      write(about);
      text.textContent = body;
      text.scrollTop = 0;
      element.hidden = false;
      // beside the map the panel scrolls by itself; below it, on a phone, the map should stay in sight
      if (element.parentElement) element.parentElement.scrollTop = 0;
      if (takeFocus) element.focus();
    },
  };
}
