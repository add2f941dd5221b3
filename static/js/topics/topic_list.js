// The list of topics: a click selects a topic on the map, a click on a heading selects the topics below it.

import { partOf } from "../lib/dom.js";
import { createRovingFocus } from "./roving_focus.js";
import { createRowMaker } from "./topic_rows.js";
import { announcement, parseTopics, toggle } from "./topic_selection.js";

/** @typedef {import("./topic_catalogue.js").Catalogue} Catalogue */
/** @typedef {ReturnType<typeof createTopicList>} TopicList */
/** @typedef {{ id: number, name: string, keywords: string, parent: string, color: string, size: number }} ListedTopic */

/**
 * @typedef {object} ListParts
 * @property {HTMLElement} panel
 * @property {Catalogue} catalogue
 * @property {number} documents how many there are in all
 * @property {(topic: number | null) => void} point rings a topic on the map
 * @property {(selected: ReadonlySet<number>) => void} choose called after a click changed the selection
 * @property {() => void} extended called after rows were added
 */

/** @param {ListParts} parts */
export function createTopicList({ panel, catalogue, documents, point, choose, extended }) {
  /** @type {ReadonlySet<number>} */
  let selected = new Set();
  /** @type {Map<HTMLButtonElement, number[]>} the topics of each button */
  const idsOf = new Map();
  const focus = createRovingFocus(panel);
  if (panel.querySelector(".several")) enable();

  function enable() {
    partOf(panel, "several").hidden = false;
    collect();
    listenToPointing(panel, point);
    panel.addEventListener("click", (event) => {
      if (!(event.target instanceof Element)) return;
      const smaller = event.target.closest(".smaller a");
      if (smaller) {
        event.preventDefault();
        return void extend(/** @type {HTMLElement} */ (smaller.parentElement).previousElementSibling);
      }
      const button = event.target.closest("button");
      if (!button) return;
      if (button.classList.contains("clear")) return clear();
      press(idsOf.get(button) ?? [], event.ctrlKey || event.metaKey || event.shiftKey);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && selected.size > 0) clear();
    });
  }

  function collect() {
    const buttons = [...panel.querySelectorAll("button")].filter((button) => button.value !== "");
    for (const button of buttons) {
      const group = /^p(\d+)$/.exec(button.value)?.[1];
      if (!idsOf.has(button)) idsOf.set(button, group ? catalogue.topicsOf(Number(group)) : [Number(button.value)]);
      button.disabled = false;
    }
    focus.setButtons(buttons);
    mark();
  }

  function mark() {
    for (const [button, ids] of idsOf) {
      button.setAttribute("aria-pressed", `${ids.length > 0 && ids.every((id) => selected.has(id))}`);
    }
    const button = partOf(panel, "clear");
    button.hidden = selected.size === 0;
    button.textContent = selected.size > 1 ? `Clear ${selected.size}` : "Clear";
  }

  /** @param {ReadonlySet<number>} next */
  async function set(next) {
    selected = next;
    if (idsOf.size === 0) return;
    mark();
    reveal([...idsOf.keys()].find((button) => button.getAttribute("aria-pressed") === "true" && !button.closest("[hidden]")));
    await catalogue.ensureLoaded(next);
    if (next !== selected) return;
    const known = [...selected].flatMap((id) => catalogue.get(id) ?? []);
    partOf(panel, "lit").textContent = announcement(selected.size, known);
  }

  function clear() {
    set(new Set());
    choose(selected);
  }

  /** @param {number[]} ids @param {boolean} several */
  function press(ids, several) {
    if (ids.length === 0) return;
    set(toggle(selected, ids, several || keeping()));
    choose(selected);
  }

  const keeping = () => /** @type {HTMLInputElement | null} */ (panel.querySelector(".several input"))?.checked ?? false;

  /** Show the rows of the smaller topics. @param {Element | null} [list] whose first added row gets the focus */
  async function extend(list) {
    const rest = panel.querySelector("p.rest");
    const template = panel.querySelector("template");
    if (!(rest instanceof HTMLElement && template)) return;
    const smaller = await catalogue.moreRows().catch(() => null);
    if (!rest.isConnected) return;
    if (!smaller) return void (rest.firstChild && (rest.firstChild.textContent = "The smaller topics could not be fetched just now. "));
    const lists = panel.querySelectorAll("ul");
    const make = createRowMaker(template, catalogue.colors, documents);
    const before = list?.children.length ?? 0;
    for (const topic of smaller) lists[catalogue.parentOf(topic.id) ?? lists.length - 1].append(make(topic));
    for (const each of [rest, ...panel.querySelectorAll(".smaller")]) each.remove();
    collect();
    list?.children[before]?.querySelector("button")?.focus();
    extended();
  }

  return {
    press,
    clear,
    /** Add the rows of the smaller topics when the end of the list is visible. */
    followRest() {
      const rest = panel.querySelector("p.rest");
      if (rest) new IntersectionObserver((entries) => entries.some((each) => each.isIntersecting) && extend()).observe(rest);
    },
    /** All topics as they are listed. @returns {Promise<ListedTopic[]>} */
    async all() {
      await extend();
      return [...panel.querySelectorAll("li")].flatMap((row) => readRow(row, catalogue) ?? []);
    },
    get selected() {
      return selected;
    },
    /** The selection as the link keeps it. */
    get value() {
      return selected.size > 0 ? [...selected].join(",") : null;
    },
    /** Select the topics of a link, without calling `choose`. @param {string | null} value */
    show: (value) => void set(parseTopics(value, catalogue.idNow)),
  };
}

/** Scroll the panel, where it scrolls by itself, to a row. @param {HTMLElement | undefined} row */
function reveal(row) {
  const scroller = row?.closest(".panel");
  if (!row || !scroller || scroller.scrollHeight <= scroller.clientHeight) return;
  const [box, frame] = [row.getBoundingClientRect(), scroller.getBoundingClientRect()];
  if (box.top >= frame.top && box.bottom <= frame.bottom) return;
  scroller.scrollBy({ top: box.top - frame.top - scroller.clientHeight / 3 });
}

/** @param {HTMLElement} panel @param {(topic: number | null) => void} point */
function listenToPointing(panel, point) {
  for (const type of ["pointerover", "focusin", "pointerout", "focusout"]) {
    panel.addEventListener(type, (event) => {
      const button = event.target instanceof Element ? event.target.closest("li button") : null;
      if (!(button instanceof HTMLButtonElement)) return;
      point(type === "pointerover" || type === "focusin" ? Number(button.value) : null);
    });
  }
}

/** @param {HTMLElement} row @param {Catalogue} catalogue @returns {ListedTopic | null} */
function readRow(row, catalogue) {
  const button = row.querySelector("button");
  const [name, keywords] = row.querySelectorAll("bdi");
  const heading = row.parentElement?.previousElementSibling?.querySelector("bdi");
  if (!button) return null;
  const id = Number(button.value);
  return {
    id,
    name: name.textContent,
    keywords: keywords.textContent,
    parent: heading?.textContent ?? "",
    color: catalogue.colors.get(id) ?? "",
    size: catalogue.get(id)?.size ?? 0,
  };
}
