// Data of the topics: colours and parents of all, names and places of the largest; those of the others are loaded on demand.

import { parseBytes } from "../lib/json.js";

/** @typedef {{ id: number, name: string, size: number, x: number, y: number, radius: number }} Topic */
/** @typedef {{ colors: (number | null)[], parents: (number | null)[] }} ById */
/**
 * @typedef {object} TopicData
 * @property {Topic[]} topics the largest
 * @property {{ palette: string[] } & Partial<ById>} by_id
 * @property {number} last_id the largest id of a topic
 * @property {string | null} more_colors the shard of the rest of `by_id`, where there are very many topics
 * @property {[number, number][]} merged pairs of the id of a topic that was merged and of the one that it is in now
 * @property {string | null} more_topics the shard of the others
 * @property {string | null} more_keywords the shard of their keywords
 */
/** @typedef {Topic & { keywords: string, namedBy: string }} TopicRow */
/** @typedef {[topic: number, words: number[], font: number, places: number[][]]} MoreLabel `words` in each line */
/** @typedef {{ topics: Topic[], labels: MoreLabel[] }} MoreTopics */
/** @typedef {ReturnType<typeof createCatalogue>} Catalogue */

/** @param {any[][]} columns @returns {any[][]} */
const rowsOf = (columns) => (columns[0] ?? []).map((_, row) => columns.map((column) => column[row]));

/**
 * Colours and parents of all topics, which points are painted by.
 * @param {TopicData} data @param {import("../lib/shards.js").LoadShard} loadShard
 * @returns {Promise<ById>}
 */
export async function loadById({ by_id: { colors = [], parents = [] }, more_colors }, loadShard) {
  return more_colors === null ? { colors, parents } : parseBytes(await loadShard("colors", more_colors));
}

/** @param {TopicData} data @param {ById} ofTopics @param {import("../lib/shards.js").LoadShard} loadShard */
export function createCatalogue({ topics, by_id: { palette }, merged, more_topics, more_keywords }, ofTopics, loadShard) {
  const known = new Map(topics.map((topic) => [topic.id, topic]));
  /** @type {Map<number, string>} */
  const colors = new Map();
  ofTopics.colors.forEach((color, id) => color !== null && colors.set(id, palette[color]));
  const mergedInto = new Map(merged);
  /** @type {Promise<MoreTopics> | null} */
  let loading = null;
  let failed = false;

  /** @param {string} url @returns {Promise<MoreTopics>} */
  async function load(url) {
    const read = parseBytes(await loadShard("topics", url));
    const smaller = rowsOf(read.topics).map(([id, name, size, x, y, radius]) => ({ id, name, size, x, y, radius }));
    for (const topic of smaller) known.set(topic.id, topic);
    return { topics: smaller, labels: /** @type {MoreLabel[]} */ (rowsOf(read.labels)) };
  }

  /** The smaller topics, loaded once; null if there are none. */
  async function more() {
    if (more_topics === null) return null;
    loading ??= load(more_topics);
    try {
      const loaded = await loading;
      failed = false;
      return loaded;
    } catch (error) {
      // the next call tries again
      loading = null;
      failed = true;
      throw error;
    }
  }

  /** The smaller topics with their keywords, for rows of the list. @returns {Promise<TopicRow[]>} */
  async function moreRows() {
    if (more_keywords === null) return [];
    const [smaller, words] = await Promise.all([more(), loadShard("keywords", more_keywords).then(parseBytes)]);
    const [keywords, namedBy] = words;
    return (smaller?.topics ?? []).map((topic, row) => {
      return { ...topic, keywords: keywords[row], namedBy: namedBy[row] };
    });
  }

  return {
    colors,
    more,
    moreRows,
    /** The topic that has an id now: also if it was merged; null if it is gone. @param {number} id */
    idNow: (id) => (colors.has(id) ? id : (mergedInto.get(id) ?? null)),
    /** @param {number} id */
    get: (id) => known.get(id),
    /** Empty on a map without topics. @param {number} id */
    nameOf(id) {
      if (!colors.has(id)) return colors.size > 0 ? "Outside any topic" : "";
      return known.get(id)?.name ?? (failed ? `Topic ${id}` : "…");
    },
    /**
     * Load the names of these topics; resolves also if that fails.
     * @param {Iterable<number>} ids
     */
    async ensureLoaded(ids) {
      if ([...ids].some((id) => colors.has(id) && !known.has(id))) await more().catch(console.warn);
    },
    /** @param {number} id */
    parentOf: (id) => ofTopics.parents[id] ?? null,
    /** Colour of a topic's name. @param {number} id */
    inkOf: (id) => `var(--ink-${ofTopics.colors[id]})`,
    /** @param {number} parent */
    topicsOf: (parent) => ofTopics.parents.flatMap((each, id) => (each === parent ? [id] : [])),
  };
}
