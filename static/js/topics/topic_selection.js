// Which topics are selected after a press, and how that is said.

/** @typedef {import("./topic_catalogue.js").Topic} Topic */

/**
 * Pressing what is selected puts it out; anything else takes the place of what was selected, or joins it.
 * @param {ReadonlySet<number>} selected @param {number[]} pressed one topic, or all of a group @param {boolean} several
 * @returns {Set<number>}
 */
export function toggle(selected, pressed, several) {
  const on = pressed.every((id) => selected.has(id)) && (several || pressed.length === selected.size);
  const kept = several ? [...selected] : [];
  return new Set(on ? kept.filter((id) => !pressed.includes(id)) : [...kept, ...pressed]);
}

/**
 * The topics that a link holds, as in "3,7"; what is no topic is left out.
 * @param {string | null} value @param {(id: number) => boolean} exists
 */
export function parseTopics(value, exists) {
  const ids = (value ?? "").split(",").filter((part) => /^\d+$/.test(part));
  return new Set(ids.map(Number).filter(exists));
}

/**
 * What a screen reader hears.
 * @param {number} count how many topics are selected @param {Topic[]} known those of them of which all is known
 */
export function announcement(count, known) {
  if (count === 0) return "No topic is lit.";
  const documents = known.reduce((sum, topic) => sum + topic.size, 0);
  const size = `${documents.toLocaleString("en")} ${documents === 1 ? "document" : "documents"}`;
  if (known.length < count) return `${count} topics are lit.`;
  return count === 1 ? `${known[0].name} is lit, ${size}.` : `${count} topics are lit, ${size}.`;
}
