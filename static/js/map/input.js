// Wires pointers, keys and the controls of the page to the scene.

import { createColumnSelects } from "../columns/column_selects.js";
import { createDocumentReader } from "../document/document_reader.js";
import { createLazyDetails } from "../document/lazy_details.js";
import { plainTextOf } from "../document/turns.js";
import { byId, createElement, partOf } from "../lib/dom.js";
import { shardPath } from "../lib/shards.js";
import { createSearchBox } from "../search/search_box.js";
import { createToolbar } from "../tools/toolbar.js";
import { createCompareTopics } from "../topics/compare_topics.js";
import { createTopicList } from "../topics/topic_list.js";
import { listenToKeys, listenToPointers } from "./gestures.js";
import { createOutlierSelect } from "./outliers.js";
import { viewAround } from "./view.js";

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./scene.js").MapData} MapData */
/** @typedef {ReturnType<typeof wireInput>} Input */
/** @typedef {import("../document/document_reader.js").DocumentReader} DocumentReader */
/** @typedef {import("../tools/toolbar.js").Toolbar} Toolbar */
/** @typedef {import("../topics/topic_list.js").TopicList} TopicList */
/** @typedef {(rows: Uint32Array | null, all?: boolean) => void} Highlight `all` if there are no more documents than these */
/**
 * @typedef {object} Services
 * @property {import("../lib/shards.js").LoadShard} load
 * @property {import("../url/link.js").Link} link
 */

/** How far from a document, in pixels, it can be hovered, tapped, or chosen by the keyboard. */
const REACH_PX = { mouse: 14, finger: 24, keyboard: 120 };
/** A search in more topics than this would fetch too many files, so it is not narrowed. */
const MAX_SEARCH_TOPICS = 4;

/** @param {Scene} scene @param {MapData} data @param {Services} services */
export function wireInput(scene, data, { load, link }) {
  const { layer } = scene;
  const reader = wireReader(scene, data, { link, load, copy: (button) => tools.copy(button) });
  const topics = wireTopics(scene, data, { link, load, selected: () => search.refresh(), extended: () => count() });
  // a selection by the tools is highlighted instead of search results
  /** @type {Record<"found" | "selected", Uint32Array | null>} */
  const rows = { found: null, selected: null };
  /** @type {Set<number> | null} all that was found, null without a search or where there is more */
  let hits = null;
  const count = () => scene.guides.count(hits);
  const highlight = (/** @type {"found" | "selected"} */ by) => (/** @type {Uint32Array | null} */ next, all = true) => {
    rows[by] = next;
    layer.setHits(rows.selected ?? rows.found);
    scene.highlightChanged();
    if (by !== "found") return;
    hits = next && all ? new Set(next) : null;
    count();
  };
  const search = wireSearch(scene, data, { load, topics, reader, highlight: highlight("found") });
  const tools = wireTools(scene, data, { link, reader, highlight: highlight("selected") });
  wirePane(scene, topics, reader);
  byId("retry").addEventListener("click", () => layer.retry());
  const outliers = createOutlierSelect(document.getElementById("outliers"), (mode) => {
    layer.setOutliers(mode);
    link.pushState();
    tools.refilter();
  });
  return { reader, topics, search, tools, outliers, count };
}

/**
 * @param {Scene} scene @param {Input} input @param {MapData} data @param {Services} services
 */
export function wireColumns(scene, { tools, count }, data, { load, link }) {
  const parts = {
    data: data.columns,
    load,
    paint(/** @type {import("../columns/point_style.js").PointStyle} */ style) {
      scene.layer.setPointStyle(style);
      scene.pane.toggleAttribute("data-by-column", style.color !== null);
      scene.highlightChanged();
      count();
      tools.refilter();
    },
    chose: () => link.pushState(),
  };
  createColumnSelects(document.getElementById("explore"), parts, link);
}

/** @param {Scene} scene @param {MapData} data @param {Services & { copy: (button: HTMLElement) => void }} on */
function wireReader({ pane, camera, catalogue, tiles, documents, layer, focus }, data, { link, load, copy }) {
  const details = createLazyDetails(byId("details"), data.reader, {
    ...documents,
    closest: data.neighbors,
    load,
    topicPage: ({ topic }) => (catalogue.colors.has(topic) ? `topics/${topic}/index.html` : null),
    nearest: layer.nearest,
    open: (row, from) => reader.open(row, from),
    copy,
  });
  const reader = createDocumentReader({
    ...documents,
    pane,
    element: byId("reader"),
    camera,
    tiles,
    link,
    focus: focus.open,
    describe: documents.describeLoaded,
    gone: () => sayGone("document"),
    shown: details.show,
  });
  return reader;
}

/**
 * @param {Scene} scene @param {MapData} data
 * @param {Services & { selected: () => void, extended: () => void }} on
 */
function wireTopics(scene, data, { link, load, selected, extended }) {
  const { pane, camera, catalogue, layer, labels, loadMoreNames, focus, guides } = scene;
  const point = (/** @type {number | null} */ id) => guides.ring((id !== null && catalogue.get(id)) || null);
  const list = createTopicList({ panel: byId("topics"), catalogue, documents: data.documents, point, choose, extended });
  const compare = createCompareTopics(byId("topics"), byId("comparison"), data.compare, {
    catalogue,
    documents: data.documents,
    load,
    path: shardPath,
    point,
    selected: () => list.selected,
    chose: () => link.pushState(),
  });

  /** The name of what is lit, on the map; a click clears it. */
  async function showChip() {
    const ids = list.selected;
    const chip = byId("lit");
    const button = /** @type {HTMLButtonElement} */ (chip.querySelector("button"));
    await catalogue.ensureLoaded(ids);
    if (ids !== list.selected) return;
    const [first] = ids;
    const name = ids.size === 1 ? catalogue.nameOf(first) : `${ids.size} topics`;
    button.replaceChildren(createElement("bdi", "", name), createElement("span", "", "×"));
    button.setAttribute("aria-label", `${name}, clear`);
    button.style.setProperty("--color", catalogue.colors.get(first) ?? "");
    chip.classList.toggle("one", ids.size === 1);
    chip.hidden = ids.size === 0;
    button.onclick = list.clear;
  }

  function update() {
    void showChip();
    void compare.update();
    layer.setSelected(list.selected);
    labels.setSelected(list.selected, catalogue.topicsOf);
    selected();
    scene.highlightChanged();
  }

  /** Fly to the topics. @param {ReadonlySet<number>} ids */
  async function choose(ids) {
    update();
    link.pushState();
    await catalogue.ensureLoaded(ids);
    // the name of a selected topic is always shown
    if ([...ids].some((id) => !labels.has(id))) await loadMoreNames();
    const chosen = [...ids].flatMap((id) => catalogue.get(id) ?? []);
    if (chosen.length === 0 || ids !== list.selected) return;
    focus.set(null);
    // on a phone the list lies below the map
    pane.scrollIntoView({ block: "nearest" });
    camera.fly(viewAround(chosen, camera.size, camera.limits));
  }

  /** Show what a link selects without saying from where, and say so if it is gone. @param {boolean} gone */
  async function frame(gone) {
    sayGone(gone ? "topic" : null);
    const ids = list.selected;
    await catalogue.ensureLoaded(ids);
    if ([...ids].some((id) => !labels.has(id))) await loadMoreNames();
    const chosen = [...ids].flatMap((id) => catalogue.get(id) ?? []);
    if (chosen.length > 0 && ids === list.selected) camera.set(viewAround(chosen, camera.size, camera.limits));
  }

  list.followRest();
  return { list, update, frame, point, compare };
}

/**
 * @param {Scene} scene @param {MapData} data
 * @param {object} parts
 * @param {Services["load"]} parts.load
 * @param {ReturnType<typeof wireTopics>} parts.topics
 * @param {DocumentReader} parts.reader
 * @param {Highlight} parts.highlight
 */

function wireSearch({ catalogue, tiles, documents, guides }, data, { load, topics, reader, highlight }) {
  const { title, text, describeLoaded } = documents;
  /** @type {number | null} */
  let pointed = null;
  return createSearchBox(byId("search"), {
    section: byId("found"),
    data: data.search,
    load,
    path: shardPath,
    title,
    text: text && (async (row) => plainTextOf(await text(row))),
    describe: async (row) => describeLoaded(await tiles.document(row)),
    selectedTopics() {
      const ids = [...topics.list.selected];
      if (ids.length === 0 || ids.length > MAX_SEARCH_TOPICS) return null;
      return { ids, name: ids.length === 1 ? catalogue.nameOf(ids[0]) : `${ids.length} topics` };
    },
    open: reader.open,
    highlight,
    topics: topics.list.all,
    press: (topic) => topics.list.press([topic], false),
    point: topics.point,
    async pointAt(row) {
      pointed = row;
      const doc = row === null ? null : await tiles.document(row).catch(() => null);
      if (pointed === row) guides.ring(doc && { ...doc, radius: 0 });
    },
    mark: reader.setMarker,
  });
}

/**
 * @param {Scene} scene @param {MapData} data
 * @param {{ link: Services["link"], reader: DocumentReader, highlight: Highlight }} parts
 */
function wireTools({ pane, camera, catalogue, tiles, documents, layer }, data, { link, reader, highlight }) {
  return createToolbar(byId("tools"), data.tools, {
    ...documents,
    pane,
    section: byId("selection"),
    camera,
    tiles,
    shown: layer,
    ensureLoaded: (docs) => catalogue.ensureLoaded(docs.map((doc) => doc.topic)),
    open: reader.open,
    highlight,
    address: () => link.href,
    link,
  });
}

/** Say that what a link shows is gone. @param {"topic" | "document" | null} what */
function sayGone(what) {
  const notice = byId("gone");
  notice.hidden = what === null;
  if (what) partOf(notice, "what").textContent = what;
}

/** Pointers and keys on the map itself. @param {Scene} scene @param {ReturnType<typeof wireTopics>} topics @param {DocumentReader} reader */
function wirePane({ pane, camera, catalogue, labels, focus, documentAt }, topics, reader) {
  const unfocus = () => focus.set(null);
  listenToPointers(pane, camera, {
    moved: unfocus,
    hovered(spot) {
      labels.hover(spot);
      pane.classList.toggle("on-name", labels.hovered);
      focus.set(spot && documentAt(spot, REACH_PX.mouse));
    },
    tapped(spot, several) {
      const name = labels.labelAt(spot);
      if (!name) return reader.read(documentAt(spot, REACH_PX.finger), false);
      topics.list.press(name.parent === null ? [name.topic ?? -1] : catalogue.topicsOf(name.parent), several);
    },
  });
  listenToKeys(pane, camera, { moved: unfocus, chosen: (spot) => reader.read(documentAt(spot, REACH_PX.keyboard), true) });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    unfocus();
    reader.leave();
  });
}
