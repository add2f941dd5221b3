// The form of one topic, in its row: what people say of it, and documents that are split off.

import { button } from "./rows.js";

/** @typedef {import("./edit.js").Row} Row */
/** @typedef {import("./file.js").Edit} Edit */
/** @typedef {{ count: number, ids: (() => Promise<string[]>) | null }} Selection documents that are selected on the map */

const FIRST_NEW_ID = 1000;

/**
 * @param {Row} row @param {Edit[]} edits what the file says @param {Selection} selection
 * @param {number} free the id of a topic that is split off
 * @param {(change: import("./file.js").Change) => Promise<boolean>} save @param {() => void} closed
 */
export function openForm(row, edits, selection, free, save, closed) {
  row.element.querySelector("form")?.remove();
  const form = document.createElement("form");
  form.className = "sitegen-topic";
  form.setAttribute("aria-label", `Edit ${row.name}`);
  const said = saidOf(edits, row.id);
  const group = groupOf(row.element);
  const fields = {
    name: field("Name", "text", row.name, 80),
    description: field("Description", "text", said.description ?? "", 1000),
    note: field("Note", "text", said.note ?? "", 1000),
    group: field("Group", "text", group ?? "", 80),
    pin: field("Colour of its own", "checkbox", said.color ? "on" : ""),
    color: field("Colour", "color", said.color ?? colorOf(row.element)),
    first: field("First in lists", "checkbox", said.first ? "on" : ""),
    part: field("Split off, as a topic called", "text", "", 80),
    matching: field("its documents that match", "text", "", 1000),
  };
  fields.name.required = true;
  fields.group.setAttribute("list", "sitegen-groups");
  fields.matching.placeholder = "a word, or a regular expression";
  fields.color.addEventListener("input", () => (fields.pin.checked = true));
  if (selection.count) fields.matching.closest("label")?.replaceWith(`the ${selection.count} selected documents in it`);
  const groups = document.createElement("datalist");
  groups.id = "sitegen-groups";
  for (const each of document.querySelectorAll("#topics h3 bdi")) groups.append(new Option(each.textContent ?? ""));
  form.append(groups, button("Save", "submit"), button("Cancel", "button", close));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
  });
  form.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the map has keys of its own
    if (event.key === "Escape") close();
  });
  row.element.append(form);
  fields.name.focus();
  fields.name.select();

  async function submit() {
    const ids = fields.part.value.trim() && selection.ids ? await selection.ids() : null;
    const change = changeOf(row, fields, said, group, ids, free);
    if (change.edits.length + change.taken_back.length === 0 || (await save(change))) close();
  }

  function close() {
    form.remove();
    closed();
  }

  /** @param {string} words @param {string} type @param {string} value @param {number} [most] characters */
  function field(words, type, value, most) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = type;
    if (type === "checkbox") input.checked = value !== "";
    else input.value = value;
    if (most) input.maxLength = most;
    label.append(type === "checkbox" ? input : words, type === "checkbox" ? words : input);
    form.append(label);
    return input;
  }
}

/**
 * @param {Row} row @param {Record<string, HTMLInputElement>} fields @param {ReturnType<typeof saidOf>} said
 * @param {string | null} group the one that the topic is in @param {string[] | null} documents to split off
 * @param {number} free the id of a topic that is split off
 */
function changeOf(row, fields, said, group, documents, free) {
  /** @type {Edit[]} */
  const edits = [];
  /** @type {{ type: string, topic: number }[]} */
  const taken_back = [];
  const topic = row.id;
  /** @param {string} key */
  const words = (key) => fields[key].value.trim();
  /** @type {Record<string, string>} */
  const renamed = {};
  if (words("name") !== row.name) renamed.name = words("name");
  if (words("description") && words("description") !== said.description) renamed.description = words("description");
  if (Object.keys(renamed).length) edits.push({ type: "rename", topic, ...renamed });
  if (said.description && !words("description")) taken_back.push({ type: "description", topic });

  if (words("note") && words("note") !== said.note) edits.push({ type: "note", topic, note: words("note") });
  if (said.note && !words("note")) taken_back.push({ type: "note", topic });
  if (words("group") !== (group ?? "")) edits.push({ type: "parent", topics: [topic], name: words("group") || null });

  const color = fields.pin.checked ? fields.color.value : undefined;
  if (color && color !== said.color) edits.push({ type: "color", topic, color });
  if (!color && said.color) taken_back.push({ type: "color", topic });
  if (fields.first.checked && !said.first) edits.push({ type: "order", topics: [topic] });
  if (!fields.first.checked && said.first) taken_back.push({ type: "order", topic });

  const rule = documents ? { documents } : { matching: words("matching") };
  if (words("part")) edits.push({ type: "split", topic, new_id: free, name: words("part"), ...rule });
  return { edits, taken_back };
}

/** What edits say of a topic. @param {Edit[]} edits @param {number} id */
export function saidOf(edits, id) {
  /** @param {string} key @param {(edit: Edit) => boolean} about @returns {string | undefined} */
  const saying = (key, about) => edits.find((each) => each[key] !== undefined && about(each))?.[key];
  return {
    description: saying("description", ({ type, topic, into, new_id }) => ({ merge: into, split: new_id }[type] ?? topic) === id),
    note: saying("note", ({ topic }) => topic === id),
    color: saying("color", ({ topic }) => topic === id),
    first: edits.some(({ type, topics }) => type === "order" && topics?.includes(id)),
  };
}

/** An id that no topic has. @param {Edit[]} edits @param {Row[]} rows */
export function newId(edits, rows) {
  const data = document.querySelector("#map-data")?.textContent;
  const known = data ? JSON.parse(data).last_id : -1;
  const taken = [...rows.map(({ id }) => id), ...edits.map(({ new_id }) => new_id ?? 0)];
  return 1 + Math.max(FIRST_NEW_ID - 1, known, ...taken);
}

/** Name of the group that a row is in; null where the page lists none. @param {HTMLElement} row */
const groupOf = (row) => row.parentElement?.previousElementSibling?.querySelector("bdi")?.textContent ?? null;

/** @param {HTMLElement} row */
function colorOf(row) {
  const dot = row.querySelector(".dot circle")?.getAttribute("fill");
  return dot ?? row.querySelector("button")?.style.getPropertyValue("--color") ?? "";
}
