// Conversations: texts made of turns, each with the name of its speaker.

import { createElement } from "../lib/dom.js";

/** @typedef {string | [speaker: string, words: string][]} DocumentText a text, or the turns of a conversation */

/** The text without the names of speakers. @param {DocumentText} said */
export const plainTextOf = (said) => (typeof said === "string" ? said : said.map(([, words]) => words).join("\n"));

/**
 * Whether a title is no more than the beginning of the text, as of documents that came without one.
 * @param {DocumentText} said @param {string} title
 */
export const beginsWith = (said, title) =>
  plainTextOf(said).trim().replaceAll(/\s+/gu, " ").startsWith(title.replace(/…$/u, ""));

/** The content of the reader: a text, or one element per turn. @param {DocumentText} said @returns {(string | HTMLElement)[]} */
export function renderText(said) {
  if (typeof said === "string") return [said];
  const first = said.find(([speaker]) => speaker !== "System")?.[0];
  return said.map(([speaker, words]) => {
    const turn = createElement("div", speaker === first || speaker === "System" ? "turn" : "turn reply");
    // text direction follows the words, not the name of the speaker
    turn.dir = "auto";
    const heading = createElement("h3", "speaker");
    heading.append(createElement("bdi", "", speaker));
    turn.append(heading, createElement("p", "words", words));
    return turn;
  });
}
