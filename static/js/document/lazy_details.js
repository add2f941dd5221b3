// The part below a text in the reader: its script is loaded when a document is first read.

import { loadScript } from "../lib/lazy_script.js";

/** @typedef {import("./details.js").Details} Details */
/** @typedef {import("./focus.js").Doc} Doc */

/**
 * @param {HTMLElement} element @param {{ script: string, style: string }} data
 * @param {import("./details.js").DetailsParts} parts
 */
export function createLazyDetails(element, data, parts) {
  /** @type {Promise<Details> | null} */
  let details = null;
  return {
    /** @param {Doc} doc */
    show(doc) {
      details ??= loadScript(data).then(() => globalThis.sitegenReader(element, parts));
      details.then(
        (each) => each.show(doc),
        (error) => {
          console.warn(error);
          details = null;
          element.textContent = "More about the document could not be fetched just now.";
        },
      );
    },
  };
}
