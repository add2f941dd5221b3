// The editing bar: what can be done with the topics and documents that are chosen, and what the file says.

import { button } from "./rows.js";

/** @typedef {import("./edit.js").Row} Row */
/**
 * @typedef {object} Choice
 * @property {() => Row[]} chosen in the list, or else the one that is lit
 * @property {() => number} ticked how many are chosen in the list
 * @property {() => { count: number, ids: (() => Promise<string[]>) | null }} documents
 * @property {() => void} clear
 * @property {(row: Row) => void} open shows the form of a topic
 */

/** @param {import("./file.js").EditsFile} file @param {Choice} choice */
export function createBar(file, choice) {
  const bar = document.createElement("section");
  bar.id = "sitegen-edit";
  bar.setAttribute("aria-label", "Edit topics");
  const told = document.createElement("p");
  told.setAttribute("role", "status");
  const fresh = document.createElement("p");
  fresh.setAttribute("role", "status");
  const shown = document.createElement("pre");
  shown.tabIndex = 0;
  shown.hidden = true;
  const [by, who] = field("Your name ");
  who.value = file.who;
  who.addEventListener("change", () => (file.who = who.value));
  const [because, why] = field("Why (optional) ", 1000);
  const [named, name] = field("Name of both (optional) ", 80);

  const actions = {
    edit: button("Edit", "button", () => choice.open(choice.chosen()[0])),
    merge: button("Merge", "button", () => void merge()),
    hide: button("Hide", "button", () => void act({ type: "hide", topics: ids() })),
    move: button("Move documents", "button", () => void move()),
    clear: button("Choose none", "button", choice.clear),
    undo: button("Undo", "button", () => void file.undo().then(update)),
    show: button("File", "button", toggle),
  };
  const row = document.createElement("div");
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", "Actions");
  row.append(...Object.values(actions), named, because, by);
  bar.append(told, fresh, shown, row);
  bar.addEventListener("keydown", (event) => event.stopPropagation()); // the map has keys of its own
  document.body.append(bar);
  document.body.classList.add("sitegen-editing");

  document.addEventListener("sitegen:built", (event) => {
    if (!busy()) return;
    event.preventDefault();
    const words = "A new map is ready. It is shown when you are done here. ";
    fresh.replaceChildren(words, button("Show it now", "button", () => location.reload()));
  });
  bar.addEventListener("change", update);

  /** Whether a reload would lose what was typed or chosen. */
  const busy = () =>
    document.querySelector("form.sitegen-topic") || choice.ticked() > 1 || why.value || who.value.trim() !== file.who;

  const ids = () => choice.chosen().map(({ id }) => id);

  /** @param {import("./file.js").Edit} edit */
  async function act(edit) {
    if (await save({ edits: [edit] })) choice.clear();
    update();
  }

  /** @param {import("./file.js").Change} change @returns {Promise<boolean>} whether it was saved */
  async function save(change) {
    const saved = await file.add(change, why.value.trim());
    if (saved) why.value = "";
    update();
    return saved;
  }

  async function merge() {
    const [into, ...others] = ids();
    const words = name.value.trim();
    await act({ type: "merge", topics: others, into, ...(words ? { name: words } : {}) });
  }

  async function move() {
    const { ids: read } = choice.documents();
    if (!read) return;
    try {
      await act({ type: "move", documents: await read(), to: ids()[0] ?? "outside" });
    } catch {
      say("Some documents could not be fetched just now. Try again.", true);
    }
  }

  async function toggle() {
    shown.hidden = !shown.hidden;
    actions.show.setAttribute("aria-expanded", `${!shown.hidden}`);
    if (!shown.hidden) await file.read();
    update();
    if (!shown.hidden) shown.focus();
  }

  /** @param {string} words @param {boolean} [failed] */
  function say(words, failed = false) {
    told.textContent = words;
    told.classList.toggle("failed", failed);
  }

  function update() {
    if (fresh.hasChildNodes() && !busy()) location.reload();
    const topics = choice.chosen();
    const { length } = topics;
    const { count } = choice.documents();
    actions.edit.disabled = length !== 1;
    actions.merge.disabled = named.hidden = length < 2;
    if (length < 2) name.value = "";
    actions.hide.disabled = length === 0;
    actions.clear.disabled = choice.ticked() === 0;
    actions.move.hidden = count === 0;
    actions.move.disabled = length > 1;
    actions.move.textContent = `Move ${count} ${count === 1 ? "document" : "documents"} ${length ? "here" : "outside"}`;
    actions.undo.disabled = !file.undoable;
    const { lost } = file;
    shown.textContent = [...lost.map((each) => `! ${each}`), file.text || "There are no edits yet."].join("\n\n");
    shown.scrollTop = lost.length ? 0 : shown.scrollHeight;
    actions.show.textContent = lost.length ? `File (${lost.length} lost)` : "File";
    if (!told.classList.contains("failed") && !/anew/.test(told.textContent ?? "")) {
      const words = length === 1 ? topics[0].name : `${length} topics`;
      say(length ? `${words} chosen` : "Choose topics on the map or in the list to edit them");
    }
  }

  return { say, save, update };
}

/** @param {string} words @param {number} [most] characters @returns {[HTMLLabelElement, HTMLInputElement]} */
function field(words, most) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  if (most) input.maxLength = most;
  label.append(words, input);
  return [label, input];
}
