// Conversations: a text by turns, each with the name of who speaks.

import { createElement } from "../lib/dom.js";

/** @typedef {string | [speaker: string, words: string][]} DocumentText a text, or the turns of a conversation */

/** What is said, without who says it. @param {DocumentText} said */
export const plainTextOf = (said) => (typeof said === "string" ? said : said.map(([, words]) => words).join("\n"));

/** What is said as it stands in the reader. @param {DocumentText} said @returns {(string | HTMLElement)[]} */
export function renderText(said) {
  if (typeof said === "string") return [said];
  const first = said.find(([speaker]) => speaker !== "System")?.[0];
  return said.map(([speaker, words]) => {
    const turn = createElement("div", speaker === first || speaker === "System" ? "turn" : "turn reply");
    // the heading goes in the direction of the words, which its own name may not decide
    turn.dir = "auto";
    const heading = createElement("h3", "speaker");
    heading.append(createElement("bdi", "", speaker));
    turn.append(heading, createElement("p", "words", words));
    return turn;
  });
}
