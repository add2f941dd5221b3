// The selection of topics: how a click changes it, its form in the address, and its announcement.

/** @typedef {import("./topic_catalogue.js").Topic} Topic */

/**
 * The selection after a click: selected topics are removed; others are added with `several`, else they replace it.
 * @param {ReadonlySet<number>} selected @param {number[]} pressed one topic, or all of a group @param {boolean} several
 * @returns {Set<number>}
 */
export function toggle(selected, pressed, several) {
  const on = pressed.every((id) => selected.has(id)) && (several || pressed.length === selected.size);
  const kept = several ? [...selected] : [];
  return new Set(on ? kept.filter((id) => !pressed.includes(id)) : [...kept, ...pressed]);
}

/**
 * The topics of a link, such as "3,7"; unknown ones are dropped.
 * @param {string | null} value @param {(id: number) => number | null} now the topic that has an id now
 */
export function parseTopics(value, now) {
  const ids = (value ?? "").split(",").filter((part) => /^\d+$/.test(part));
  return new Set(ids.flatMap((id) => now(Number(id)) ?? []));
}

/**
 * The text that is announced to screen readers.
 * @param {number} count how many topics are selected @param {Topic[]} known those of them whose data are loaded
 */
export function announcement(count, known) {
  if (count === 0) return "No topic is lit.";
  const documents = known.reduce((sum, topic) => sum + topic.size, 0);
  const size = `${documents.toLocaleString("en")} ${documents === 1 ? "document" : "documents"}`;
  if (known.length < count) return `${count} topics are lit.`;
  return count === 1 ? `${known[0].name} is lit, ${size}.` : `${count} topics are lit, ${size}.`;
}
