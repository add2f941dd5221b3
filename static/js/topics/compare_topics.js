// The button that compares two topics. What it shows is made by a script that is loaded when it is first used.

import { loadScript } from "../lib/lazy_script.js";

/** @typedef {{ script: string, style: string, folder: string }} CompareData addresses */
/**
 * @typedef {object} CompareParts
 * @property {import("./topic_catalogue.js").Catalogue} catalogue
 * @property {number} documents how many there are in all
 * @property {import("../lib/shards.js").LoadShard} load
 * @property {string} folder of the shards of facts, by topic
 * @property {(number: number) => string} path of a numbered shard in its folder
 * @property {(topic: number | null) => void} point rings a topic on the map
 * @property {() => void} close
 */

/**
 * @param {HTMLElement} panel the list of topics @param {HTMLElement} section where the comparison goes
 * @param {CompareData} data
 * @param {Omit<CompareParts, "close" | "folder"> & { selected: () => ReadonlySet<number>, chose: () => void }} parts
 */
export function createCompareTopics(panel, section, data, { selected, chose, ...parts }) {
  const button = /** @type {HTMLButtonElement | null} */ (panel.querySelector(".compare"));
  const several = /** @type {HTMLInputElement | null} */ (panel.querySelector(".several input"));
  /** Whether two topics are compared, or will be once the second is chosen. */
  let wanted = false;
  let latest = 0;
  /** @type {Promise<void> | null} */
  let loading = null;

  const close = () => {
    wanted = false;
    void update();
    chose();
    button?.focus({ preventScroll: true });
  };

  function load() {
    loading ??= loadScript(data).catch((error) => {
      loading = null;
      throw error;
    });
    return loading;
  }

  /** Show what the selection has to compare. */
  async function update() {
    const mine = ++latest;
    const ids = [...selected()];
    if (ids.length === 0 || ids.length > 2) wanted = false;
    if (button) {
      button.hidden = ids.length !== 1 && ids.length !== 2;
      button.textContent = ids.length === 2 ? "Compare" : wanted ? "Now choose the other" : "Compare with …";
    }
    const shows = wanted && ids.length === 2;
    section.hidden = !shows;
    if (!shows) return section.replaceChildren();
    section.textContent = "Comparing …";
    try {
      await load();
      const shown = await globalThis.sitegenCompare(ids, { ...parts, folder: data.folder, close });
      if (mine !== latest) return;
      section.replaceChildren(...shown);
      // where the panel scrolls by itself, it may be at the row that is lit
      panel.closest(".panel")?.scrollTo({ top: 0 });
    } catch (error) {
      console.warn(error);
      if (mine === latest) section.textContent = "The topics could not be compared just now. Press Compare to try again.";
    }
  }

  button?.addEventListener("click", () => {
    wanted = true;
    // the next topic is added to the first
    if (several) several.checked = true;
    void update().then(() => section.scrollIntoView({ block: "nearest" }));
    chose();
  });

  return {
    update,
    /** Whether two topics are compared, in the link. @type {import("../url/link.js").LinkPart} */
    part: {
      write: () => (wanted && selected().size === 2 ? "1" : null),
      read(value) {
        wanted = value !== null;
        void update();
      },
    },
  };
}
