// The file of edits, as the server has it: read, add an edit, undo. Nothing is written over what others wrote.

/** @typedef {ReturnType<typeof createFile>} EditsFile */
/** @typedef {{ type: string, topic?: number, topics?: number[], [key: string]: any }} Edit */
/** @typedef {{ text: string, hash: string, edits?: Edit[], lost?: string[], others?: number[], retired?: number[], error?: string }} Answer */
/** @typedef {{ edits: Edit[], taken_back?: { type: string, topic: number }[] }} Change */

/** @typedef {{ before: string, after: string }} Step the text before it, and the hash after it */

const KEY = "sitegen-edit";
const MOST_CHARACTERS = 2_000_000;

/** The token of the address, which token.js keeps for this tab. */
export const keptToken = () => sessionStorage.getItem(KEY);

/**
 * @param {string} token @param {string} slug
 * @param {(said: string, failed?: boolean) => void} say
 */
export function createFile(token, slug, say) {
  const steps = `${KEY}-steps-${slug}`;
  let text = "";
  let hash = "";
  /** @type {Edit[]} what the text says */
  let edits = [];
  /** @type {string[]} what to say of edits that lost their topics */
  let lost = [];
  /** @type {number[]} topics whose numbers edits of lost topics name */
  let others = [];
  /** @type {number[]} those of them whose earlier edits became comments in the last step */
  let retired = [];

  /** @returns {Step[]} */
  const history = () => JSON.parse(sessionStorage.getItem(steps) ?? "[]");

  /** Keep the last steps, as many as the tab has room for. @param {Step[]} past */
  function keep(past) {
    let first = past.length;
    let room = MOST_CHARACTERS;
    while (first > 0 && (room -= past[first - 1].before.length) >= 0) first--;
    for (let kept = past.slice(first); ; kept = kept.slice(1)) {
      try {
        sessionStorage.setItem(steps, JSON.stringify(kept));
        return;
      } catch {
        if (!kept.length) return; // the step is saved, and cannot be undone
      }
    }
  }

  /** @param {string} method @param {object} [body] @returns {Promise<boolean>} whether it was done */
  async function request(method, body) {
    const headers = { "x-sitegen-token": token, "content-type": "application/json" };
    const init = { method, headers, body: body && JSON.stringify(body) };
    /** @type {Answer} */
    let answer;
    let ok;
    try {
      const response = await fetch(`/-sitegen-/edits/${slug}`, init);
      ok = response.ok;
      answer = await response.json();
    } catch {
      say("The preview does not answer. Is it still running?", true);
      return false;
    }
    if (answer.hash !== undefined) ({ text, hash } = answer);
    lost = answer.lost ?? lost;
    edits = answer.edits ?? edits;
    others = answer.others ?? others;
    retired = answer.retired ?? [];
    if (!ok) say(answer.error ?? "That was refused.", true);
    return ok;
  }

  return {
    get text() {
      return text;
    },
    get lost() {
      return lost;
    },
    get undoable() {
      return history().at(-1)?.after === hash;
    },
    read: () => request("GET"),
    get edits() {
      return edits;
    },
    /** What the file says of a topic that the page shows. @param {number} id */
    editsOf: (id) => (others.includes(id) ? [] : edits),
    /** Add edits, as one step. @param {Change} change @param {string} [why] */
    async add(change, why) {
      const before = text;
      const who = localStorage.getItem(`${KEY}-who`);
      const by = { ...(who ? { who } : {}), ...(why ? { why } : {}) };
      say("Saving…");
      const signed = { ...change, edits: change.edits.map((edit) => ({ ...edit, ...by })) };
      if (!(await request("POST", { hash, ...signed }))) return false;
      keep([...history(), { before, after: hash }]);
      const gone = retired.length ? `What was said of a lost topic with the number ${retired.join(", ")} is a comment now. ` : "";
      say(`Saved. ${gone}The map is being made anew…`);
      return true;
    },
    async undo() {
      const past = history();
      const step = past.pop();
      if (step?.after !== hash) return say("The file was changed elsewhere since; there is nothing to undo.", true);
      if (!(await request("PUT", { hash, text: step.before }))) return;
      keep(past);
      const stops = past.length && past.at(-1)?.after !== hash;
      const why = stops ? "The file was changed elsewhere before this step: earlier ones stay. " : "";
      say(`Undone. ${why}The map is being made anew…`);
    },
    get who() {
      return localStorage.getItem(`${KEY}-who`) ?? "";
    },
    set who(name) {
      localStorage.setItem(`${KEY}-who`, name.trim());
    },
  };
}
