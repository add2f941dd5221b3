// Titles, fields, texts and topics of the documents of a map, by storage row.

import { rowReader, textReader } from "./read_shards.js";

/**
 * @typedef {object} DocumentData
 * @property {import("./read_shards.js").ShardSet} titles
 * @property {import("./read_shards.js").ShardSet & { names: string[] }} fields
 * @property {import("../lib/shards.js").Folders | null} texts
 * @property {string} outlier_color
 * @typedef {ReturnType<typeof createDocuments>} Documents
 */

/**
 * @param {DocumentData} data
 * @param {object} parts
 * @param {import("../map/points/tiles.js").Tiles} parts.tiles
 * @param {import("../topics/topic_catalogue.js").Catalogue} parts.catalogue
 * @param {import("../lib/shards.js").LoadShard} parts.load
 */
export function createDocuments(data, { tiles, catalogue, load }) {
  /** Topic and colour of a document, as far as they are loaded. @param {import("./focus.js").Doc} doc */
  const describe = ({ topic }) => ({
    topic: catalogue.nameOf(topic),
    color: catalogue.colors.get(topic) ?? data.outlier_color,
  });

  return {
    title: /** @type {(row: number) => Promise<import("./focus.js").Title>} */ (rowReader("titles", data.titles, load)),
    fields: /** @type {(row: number) => Promise<import("./details.js").Fields>} */ (rowReader("fields", data.fields, load)),
    /** Names of the columns among the fields. */
    names: data.fields.names,
    /** Null if no text is published. */
    text: data.texts === null ? null : textReader(tiles, data.texts, load),
    describe,
    /** As `describe`, after the topic's name was loaded. @param {import("./focus.js").Doc} doc */
    async describeLoaded(doc) {
      await catalogue.ensureLoaded([doc.topic]);
      return describe(doc);
    },
  };
}
