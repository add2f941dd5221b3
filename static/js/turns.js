// Conversations: a text by turns, each with the name of who speaks.

import { made } from "./made.js";

/** @typedef {string | [speaker: string, words: string][]} Said a text, or the turns of a conversation */

/** What is said, without who says it. @param {Said} said */
export const wordsOf = (said) => (typeof said === "string" ? said : said.map(([, words]) => words).join("\n"));

/** What is said as it stands in the reader. @param {Said} said @returns {(string | HTMLElement)[]} */
export function writtenOut(said) {
  if (typeof said === "string") return [said];
  const first = said.find(([speaker]) => speaker !== "System")?.[0];
  return said.map(([speaker, words]) => {
    const turn = made("div", speaker === first || speaker === "System" ? "turn" : "turn reply");
    // the heading goes in the direction of the words, which its own name may not decide
    turn.dir = "auto";
    const heading = made("h3", "speaker");
    heading.append(made("bdi", "", speaker));
    turn.append(heading, made("p", "words", words));
    return turn;
  });
}
