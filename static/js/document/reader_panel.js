// The panel with the text of a document: beside the map, or on a phone a sheet over the lower part of the page.

import { partOf } from "../lib/dom.js";
import { createSummaryWriter } from "./document_summary.js";
import { makeSheet } from "./sheet.js";
import { beginsWith, renderText } from "./turns.js";

/** @typedef {import("./document_summary.js").Summary} Summary */
/** @typedef {import("./turns.js").DocumentText} DocumentText */

/**
 * @param {HTMLElement} element
 * @param {() => void} closed called when the panel was closed by its button, its grip or Escape
 */
export function createReaderPanel(element, closed) {
  const write = createSummaryWriter(element);
  const title = partOf(element, "title");
  const text = partOf(element, "text");
  /** @type {((element: HTMLElement) => void) | null} marks the words that are sought */
  let marker = null;
  // answers for an earlier document are dropped
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
  makeSheet(element, partOf(element, "grip"), leave);
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    leave();
  });

  /** @param {DocumentText} body */
  function writeText(body) {
    text.replaceChildren(...renderText(body));
    text.hidden = body === "";
    text.scrollTop = 0;
    marker?.(text);
  }

  return {
    hide,
    leave,
    /** Set what marks words in this text and the next ones. @param {((element: HTMLElement) => void) | null} next */
    setMarker(next) {
      if (!next && !marker) return;
      marker = next;
      if (marker) marker(text);
      else for (const mark of text.querySelectorAll("mark")) mark.replaceWith(...mark.childNodes);
    },
    /**
     * @param {Promise<Summary>} words @param {Promise<DocumentText>} content @param {boolean} takeFocus
     * @param {() => void} shown called when the text is shown
     */
    async show(words, content, takeFocus, shown) {
      const mine = ++latest;
      const failed = () => "The text could not be fetched just now. Choose the document again to retry.";
      const [about, body] = await Promise.all([words, content.catch(failed)]);
      if (mine !== latest) return;
      write(about);
      title.hidden = beginsWith(body, about.title);
      writeText(body);
      element.hidden = false;
      element.scrollTop = 0;
      // scroll the panel, not the page: on a phone the map should stay visible
      if (element.parentElement) element.parentElement.scrollTop = 0;
      text.querySelector("mark")?.scrollIntoView({ block: "nearest" });
      if (takeFocus) element.focus({ preventScroll: true });
      shown();
    },
  };
}
