// The map page: puts picture, points, labels, list and tooltip together.

import { createColumnSelects } from "./columns/column_selects.js";
import { createDetails } from "./document/details.js";
import { createDocumentReader } from "./document/document_reader.js";
import { createFocus } from "./document/focus.js";
import { rowReader, textReader } from "./document/read_shards.js";
import { plainTextOf } from "./document/turns.js";
import { byId } from "./lib/dom.js";
import { loadShard, shardPath } from "./lib/shards.js";
import { createCamera } from "./map/camera.js";
import { createDensity } from "./map/density.js";
import { listenToKeys, listenToPointers } from "./map/gestures.js";
import { createLabels } from "./map/labels.js";
import { createOutlierSelect } from "./map/outliers.js";
import { embedPlot } from "./map/plot.js";
import { createLayer } from "./map/point_layer.js";
import { unpackRoot } from "./map/points.js";
import { createTiles } from "./map/tiles.js";
import { createTooltip } from "./map/tooltip.js";
import { reachDepth, scaleOf, toMap, viewOfTopics } from "./map/view.js";
import { createSearchBox } from "./search/search_box.js";
import { createToolbar } from "./tools/toolbar.js";
import { createLazyLabels } from "./topics/lazy_labels.js";
import { createCatalogue } from "./topics/topic_catalogue.js";
import { createTopicFilter } from "./topics/topic_filter.js";
import { createTopicList } from "./topics/topic_list.js";
import { setUpEmbed } from "./url/embed.js";
import { createLink } from "./url/link.js";
import { formatView, parseView } from "./url/view_param.js";

/** @typedef {import("./document/focus.js").Doc} Doc */
/** @typedef {import("./document/focus.js").Title} Title */
/** @typedef {import("./document/details.js").Fields} Fields */
/**
 * @typedef {object} MapParts
 * @property {number} documents
 * @property {string} points
 * @property {string} tiles
 * @property {number} depth
 * @property {import("./map/density_tiles.js").RasterData} raster
 * @property {{ rows: number, folder: string }} titles
 * @property {string | null} texts
 * @property {{ rows: number, folder: string, names: string[] }} fields
 * @property {{ script: string, style: string }} tools
 * @property {{ script: string, style: string, folder: string }} search
 * @property {string} outlier_color
 * @property {import("./columns/column_selects.js").ColumnData | null} columns
 * @typedef {import("./topics/topic_catalogue.js").TopicData & MapParts} MapData
 */

const POINTER_REACH = { mouse: 14, finger: 24, keyboard: 120 };
const SETTLE_MS = 200;
// a view nearer than this has room for the names of smaller topics
const NEAR = 1.5;
// each topic that narrows a search costs a file
const NARROWING = 4;

/** @param {string} id */
const parsed = (id) => JSON.parse(byId(id).textContent ?? "");

/** @param {MapData} data @param {() => void} refilter */
async function openMap(data, refilter) {
  const pane = byId("map");
  const [plot, { list, root }] = await Promise.all([
    embedPlot(parsed("map-plot")),
    loadShard("points", data.points).then(unpackRoot),
  ]);
  reachDepth(data.depth);
  const catalogue = createCatalogue(data);
  const tiles = createTiles(list, root, data.tiles);
  const layer = createLayer({
    tiles,
    plot,
    colors: catalogue.colors,
    outlierColor: data.outlier_color,
    redraw: () => camera.redraw(),
    failed: (missing) => (byId("missing").hidden = !missing),
    status: (text) => (byId("shown").textContent = text),
  });
  const preview = /** @type {HTMLImageElement} */ (byId("preview"));
  const canvas = /** @type {HTMLCanvasElement} */ (byId("density"));
  const density = createDensity(canvas, preview, data.raster, () => camera.redraw());
  const labels = createLabels(byId("labels"), [byId("tools"), byId("zoom")]);
  const nameAll = createLazyLabels(catalogue, labels, () => camera.redraw());
  const link = createLink();
  let settling = 0;

  const camera = createCamera(pane, (view, size) => {
    layer.updateStyle(view.zoom);
    plot.show(view, size);
    density.draw(view, size);
    labels.place(view, size);
    focus.place(view, size);
    tools.moved();
    // while the map moves it keeps what it holds: fetching waits until it stands
    clearTimeout(settling);
    settling = setTimeout(settle, SETTLE_MS);
  });

  function settle() {
    layer.settle(camera.view, camera.size);
    if (camera.view.zoom > NEAR) nameAll();
    density.settle(camera.view, camera.size);
    link.replaceState();
  }

  /** @param {Doc} doc */
  const describe = ({ topic }) => ({
    topic: catalogue.nameOf(topic),
    color: catalogue.colors.get(topic) ?? data.outlier_color,
  });
  /** @param {Doc} doc */
  const described = async (doc) => {
    await catalogue.ensureLoaded([doc.topic]);
    return describe(doc);
  };
  const title = /** @type {(row: number) => Promise<Title>} */ (rowReader("titles", data.titles));
  const fields = /** @type {(row: number) => Promise<Fields>} */ (rowReader("fields", data.fields));
  const details = createDetails(byId("details"), {
    fields,
    names: data.fields.names,
    topicPage: ({ topic }) => (catalogue.colors.has(topic) ? `topics/${topic}/index.html` : null),
    neighbours: layer.neighbours,
    title,
    open: (doc, takeFocus) => reading.visit(doc, takeFocus),
    copy: (button) => tools.copy(button),
  });
  const focus = createFocus({ camera, plot, tooltip: createTooltip(byId("tooltip")), describe, described, title });
  const text = data.texts === null ? null : textReader(tiles, data.texts);
  const reading = createDocumentReader({
    pane,
    element: byId("reader"),
    camera,
    tiles,
    link,
    focus: focus.set,
    title,
    text,
    fields,
    describe: described,
    shown: details.show,
  });

  /** @param {import("./map/view.js").Spot} spot @param {number} pixels */
  const docAt = (spot, pixels) => {
    const { x, y } = toMap(camera.view, camera.size, spot);
    return layer.at(x, y, pixels / scaleOf(camera.view, camera.size));
  };
  const unfocus = () => focus.set(null);
  listenToPointers(pane, camera, {
    moved: unfocus,
    hovered(spot) {
      labels.hover(spot);
      pane.classList.toggle("on-name", labels.hovered);
      focus.set(spot && docAt(spot, POINTER_REACH.mouse));
    },
    tapped(spot, several) {
      const name = labels.labelAt(spot);
      if (!name) return reading.read(docAt(spot, POINTER_REACH.finger), false);
      topicList.press(name.parent === null ? [name.topic ?? -1] : catalogue.topicsOf(name.parent), several);
    },
  });
  listenToKeys(pane, camera, { moved: unfocus, chosen: (spot) => reading.read(docAt(spot, POINTER_REACH.keyboard), true) });

  const search = createSearchBox(byId("search"), {
    section: byId("found"),
    data: data.search,
    load: loadShard,
    path: shardPath,
    title,
    text: text && (async (row) => plainTextOf(await text(row))),
    describe: async (row) => described(await tiles.document(row)),
    selectedTopics() {
      const ids = [...topicList.selected];
      if (ids.length === 0 || ids.length > NARROWING) return null;
      return { ids, name: ids.length === 1 ? catalogue.nameOf(ids[0]) : `${ids.length} topics` };
    },
    open: reading.open,
    highlight(rows) {
      found = rows;
      updateHits();
    },
  });

  /** @type {Uint32Array | null} what the search found */
  let found = null;
  /** @type {Uint32Array | null} what was selected, which is lit before what was found */
  let selected = null;

  function updateHits() {
    layer.setHits(selected ?? found);
    dim();
  }

  const tools = createToolbar(byId("tools"), data.tools, {
    pane,
    section: byId("selection"),
    camera,
    tiles,
    shown: layer,
    describe,
    ensureLoaded: (docs) => catalogue.ensureLoaded(docs.map((doc) => doc.topic)),
    title,
    fields,
    names: data.fields.names,
    open: reading.open,
    highlight(rows) {
      selected = rows;
      updateHits();
    },
    address: () => link.href,
  });
  setUpEmbed(byId("embed"), () => link.href);

  // an open search, a lit topic, another colouring or a filter takes the colour from the picture
  function dim() {
    pane.classList.toggle("lit", topicList.selected.size > 0 || layer.hits !== null || layer.isRestyled);
    camera.redraw();
  }

  const topicList = createTopicList({ panel: byId("topics"), catalogue, documents: data.documents, refilter, choose });

  /** @param {ReadonlySet<number>} lit */
  async function choose(lit) {
    updateSelection();
    link.pushState();
    await catalogue.ensureLoaded(lit);
    // how far to fly depends on where the name shows
    if (lit.size === 1 && [...lit].some((id) => labels.scaleFor(id) === undefined)) await nameAll();
    const chosen = [...lit].flatMap((id) => catalogue.get(id) ?? []);
    if (chosen.length === 0 || lit !== topicList.selected) return;
    unfocus();
    // on a phone the list lies below the map
    pane.scrollIntoView({ block: "nearest" });
    const scale = chosen.length === 1 ? (labels.scaleFor(chosen[0].id) ?? 0) : 0;
    camera.fly(viewOfTopics(chosen, camera.size, scale));
  }

  function updateSelection() {
    layer.setSelected(topicList.selected);
    labels.setSelected(topicList.selected, catalogue.topicsOf);
    search.refresh();
    dim();
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    unfocus();
    reading.leave();
  });
  byId("retry").addEventListener("click", () => layer.retry());
  const outliers = createOutlierSelect(byId("outliers"), (mode) => {
    layer.setOutliers(mode);
    link.pushState();
    tools.refilter();
  });

  link.add("at", {
    write: () => formatView(camera.view),
    read: (value) => camera.set(parseView(value)),
  });
  link.add("topic", {
    write: () => topicList.value,
    read(value) {
      topicList.show(value);
      updateSelection();
    },
  });
  link.add("doc", reading.part);
  link.add("q", {
    write: () => search.query || null,
    read: (value) => (search.query = value ?? ""),
  });
  link.add("outliers", {
    write: () => (layer.outliers === "shown" ? null : layer.outliers),
    read: (value) => layer.setOutliers(outliers.show(value)),
  });

  topicList.followRest();
  const paint = (/** @type {import("./columns/point_style.js").PointStyle} */ style) => {
    layer.setPointStyle(style);
    dim();
  };
  const chose = () => {
    link.pushState();
    tools.refilter();
  };
  createColumnSelects(document.getElementById("explore"), { data: data.columns, load: loadShard, path: shardPath, paint, chose }, link);

  layer.updateStyle(camera.view.zoom);
  byId("zoom").hidden = false;
  // names give way to the buttons
  camera.redraw();
  await new Promise(requestAnimationFrame);
  link.start();
  pane.tabIndex = 0;
}

async function start() {
  const root = document.documentElement;
  try {
    const refilter = createTopicFilter(byId("topics"));
    await openMap(parsed("map-data"), refilter);
    root.dataset.map = "ready";
  } catch (error) {
    console.warn(error);
    root.dataset.map = "failed";
    byId("notice").hidden = false;
  }
}

start();
