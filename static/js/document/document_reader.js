// Opens a document by a click, a search result or a link, shows it in the panel and keeps it in the link of the view.

import { formatPermalink, parsePermalink } from "../url/permalink.js";
import { createReaderPanel } from "./reader_panel.js";

/** @typedef {import("./focus.js").Doc} Doc */
/** @typedef {import("./focus.js").Title} Title */
/** @typedef {ReturnType<typeof createDocumentReader>} DocumentReader */

/**
 * @typedef {object} DocumentReaderParts
 * @property {HTMLElement} pane
 * @property {HTMLElement} element of the reader
 * @property {import("../map/camera.js").Camera} camera
 * @property {import("../map/points/tiles.js").Tiles} tiles
 * @property {import("../url/link.js").Link} link
 * @property {(doc: Doc | null) => void} focus marks a document with a ring
 * @property {() => void} gone called when the document of a link is not on the map
 * @property {(row: number) => Promise<Title>} title
 * @property {((row: number) => Promise<import("./turns.js").DocumentText>) | null} text null if no text is published
 * @property {(row: number) => Promise<import("./details.js").Fields>} fields
 * @property {(doc: Doc) => Promise<{ topic: string, color: string }>} describe
 * @property {(doc: Doc) => void} shown called when its text is shown
 */

const READING_ZOOM = 8;

/** @param {DocumentReaderParts} parts */
export function createDocumentReader({ pane, element, camera, tiles, link, focus, gone, title, text, fields, describe, shown }) {
  /** @type {HTMLElement} has the focus again after the reader is closed */
  let opener = pane;
  /** @type {Doc | null} */
  let opened = null;
  /** @type {string | null} of the opened document in the link */
  let name = null;
  const reader = createReaderPanel(element, () => {
    opened = null;
    name = null;
    focus(null);
    link.pushState();
    (opener.isConnected ? opener : pane).focus({ preventScroll: true });
  });

  /** @param {Doc | null} doc @param {boolean} takeFocus @param {HTMLElement} from */
  function read(doc, takeFocus, from = pane) {
    opener = from;
    focus(doc);
    const known = opened?.row === doc?.row;
    opened = doc;
    if (!known) {
      name = doc && `${doc.row}`;
      link.pushState();
    }
    if (!doc) return reader.hide();
    const nothing = () => /** @type {Title} */ (["", null]);
    const words = Promise.all([title(doc.row).catch(nothing), describe(doc)]).then(([[heading, category], about]) => ({
      title: heading,
      category: category ?? "",
      ...about,
    }));
    reader.show(words, text ? text(doc.row) : Promise.resolve(""), takeFocus, () => shown(doc));
    fields(doc.row).then(([id]) => {
      if (opened?.row !== doc.row) return;
      name = formatPermalink(doc.row, id);
      link.replaceState();
    }, console.warn);
  }

  /** Fly to a document and read it. @param {Doc} doc @param {boolean} takeFocus @param {HTMLElement} from */
  function visit(doc, takeFocus, from = pane) {
    camera.fly({ x: doc.x, y: doc.y, zoom: Math.max(camera.view.zoom, READING_ZOOM) });
    read(doc, takeFocus, from);
  }

  return {
    read,
    visit,
    setMarker: reader.setMarker,
    /** @param {number} row @param {HTMLElement | null} from gets the focus back, null after a click */
    async open(row, from) {
      visit(await tiles.document(row), from !== null, from ?? pane);
    },
    leave() {
      if (opened) reader.leave();
    },
    /** @type {import("../url/link.js").LinkPart} */
    part: {
      write: () => name,
      async read(value) {
        const row = parsePermalink(value, tiles.documents);
        name = row === null ? null : value;
        opened = null;
        if (row === null) {
          focus(null);
          if (value) gone();
          return reader.hide();
        }
        try {
          const [doc, [id]] = await Promise.all([tiles.document(row), fields(row)]);
          if (name !== value) return;
          // in a newer build another document has this row
          if (formatPermalink(row, id) !== value) {
            name = null;
            gone();
          } else read((opened = doc), false);
        } catch (error) {
          console.warn(error);
        }
      },
    },
  };
}
