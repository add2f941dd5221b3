// The search box. The script of the search is loaded when the box is first used.

import { loadScript } from "../lib/lazy_script.js";

/**
 * @typedef {object} SearchParts
 * @property {HTMLInputElement} input
 * @property {HTMLElement} section where results go
 * @property {{ script: string, style: string, folder: import("../lib/shards.js").Folders, topics: import("../lib/shards.js").Folders }} data addresses
 * @property {(name: string, url: string) => Promise<ArrayBuffer>} load a shard
 * @property {(number: number) => string} path of a numbered shard in its folder
 * @property {(row: number) => Promise<[title: string, category: string | null]>} title
 * @property {((row: number) => Promise<string>) | null} text if texts are published
 * @property {(row: number) => Promise<{ topic: string, color: string }>} describe
 * @property {() => { ids: number[], name: string } | null} selectedTopics the topics to search in
 * @property {(row: number, opener: HTMLElement | null) => void} open a result; `opener` gets the focus back
 * @property {(rows: Uint32Array | null, all: boolean) => void} highlight results on the map; `all` if there are no more
 * @property {() => Promise<import("../topics/topic_list.js").ListedTopic[]>} topics all of them
 * @property {(topic: number) => void} press as in the list of topics
 * @property {(topic: number | null) => void} point rings a topic on the map
 * @property {(row: number | null) => void} pointAt rings a document on the map
 * @property {(marker: ((element: HTMLElement) => void) | null) => void} mark sets what marks words in the opened text
 * @typedef {{ run: () => Promise<void> }} Search
 */

/** A script that takes longer than this to load is said to be under way. */
const SLOW_MS = 300;

/**
 * @param {Omit<SearchParts, "input">} parts
 * @param {HTMLElement} box
 */
export function createSearchBox(box, parts) {
  const input = box.querySelector("input");
  if (!input) throw new Error("the search box has no input");
  const { section, data } = parts;
  /** @type {Promise<Search> | null} */
  let search = null;

  function open() {
    if (search) return search;
    const slow = setTimeout(() => {
      // once its script is there, the search says it itself
      if (!input?.value || section.firstElementChild) return;
      section.hidden = false;
      section.textContent = "Searching…";
      section.setAttribute("aria-busy", "true");
    }, SLOW_MS);
    search = loadScript(data)
      .then(() => globalThis.sitegenSearch({ input: /** @type {HTMLInputElement} */ (input), ...parts }))
      .finally(() => clearTimeout(slow))
      .catch((error) => {
        console.warn(error);
        section.removeAttribute("aria-busy");
        search = null;
        section.hidden = false;
        section.textContent = "The search could not be loaded just now. Type on to try again.";
        throw error;
      });
    return search;
  }
  const opened = () => void open().catch(() => {});
  input.addEventListener("focus", opened);
  input.addEventListener("input", opened);
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, select, textarea");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
  });
  box.hidden = false;

  return {
    /** Search again after the selected topics changed. */
    refresh: () => void search?.then(({ run }) => run()).catch(() => {}),
    get query() {
      return input.value;
    },
    set query(words) {
      input.value = words;
      if (words || search) open().then(({ run }) => run()).catch(() => {});
    },
  };
}
