// The map page: puts picture, points, labels, list and tooltip together.

import { frameMap, reachDepth, scaleOf, toMap, viewAround } from "./view.js";
import { formatView, parseView } from "./viewname.js";
import { createCamera } from "./camera.js";
import { listenToKeys, listenToPointers } from "./gestures.js";
import { embedPlot } from "./plot.js";
import { loadShard, shardPath } from "./shards.js";
import { unpackRoot } from "./points.js";
import { createTiles } from "./tiles.js";
import { createLayer } from "./layer.js";
import { createDensity } from "./density.js";
import { followingLabels } from "./labels.js";
import { createTooltip } from "./tooltip.js";
import { createFocus, rowReader, textReader } from "./focus.js";
import { createCatalogue } from "./catalogue.js";
import { namesOnDemand } from "./naming.js";
import { detailsWriter } from "./details.js";
import { createReading } from "./reading.js";
import { wordsOf } from "./turns.js";
import { listenToFilter } from "./filter.js";
import { listenToTopics } from "./topics.js";
import { createLink } from "./link.js";
import { listenToOutliers } from "./outliers.js";
import { searchBox } from "./finder.js";
import { toolbox } from "./toolbox.js";
import { embedded } from "./embed.js";
import { listenToColumns } from "./colorby.js";

/** @typedef {import("./focus.js").Doc} Doc */
/** @typedef {import("./focus.js").Title} Title */
/** @typedef {import("./details.js").Fields} Fields */
/**
 * @typedef {object} MapParts
 * @property {number} documents
 * @property {string} points
 * @property {string} tiles
 * @property {number} depth
 * @property {import("./raster.js").RasterData} raster
 * @property {{ rows: number, folder: string }} titles
 * @property {string | null} texts
 * @property {{ rows: number, folder: string, names: string[] }} fields
 * @property {{ script: string, style: string }} take
 * @property {{ script: string, style: string, folder: string }} search
 * @property {{ w: number, h: number }} frame the part of the map square that the whole map shows, in map units
 * @property {number[]} tiers first scale of each tier of names
 * @property {string} outlier_color
 * @property {import("./colorby.js").ColumnData | null} columns
 * @typedef {import("./catalogue.js").TopicData & MapParts} MapData
 */

const POINTER_REACH = { mouse: 14, finger: 24, keyboard: 120 };
const SETTLE_MS = 200;
// a view nearer than this has room for the names of smaller topics
const NEAR = 1.5;
// each topic that narrows a search costs a file
const NARROWING = 4;

/** @param {string} id @returns {HTMLElement} */
function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

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
  frameMap(data.frame);
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
  const labels = followingLabels(byId("labels"), data.tiers, [byId("tools"), byId("zoom")]);
  const nameAll = namesOnDemand(catalogue, labels, () => camera.redraw());
  const link = createLink();
  let settling = 0;

  const camera = createCamera(pane, (view, size) => {
    layer.dress(view.zoom);
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
    link.moved();
  }

  /** @param {Doc} doc */
  const describe = ({ topic }) => ({
    topic: catalogue.nameOf(topic),
    color: catalogue.colors.get(topic) ?? data.outlier_color,
  });
  /** @param {Doc} doc */
  const described = async (doc) => {
    await catalogue.know([doc.topic]);
    return describe(doc);
  };
  const title = /** @type {(row: number) => Promise<Title>} */ (rowReader("titles", data.titles));
  const fields = /** @type {(row: number) => Promise<Fields>} */ (rowReader("fields", data.fields));
  const details = detailsWriter(byId("details"), {
    fields,
    names: data.fields.names,
    topicPage: ({ topic }) => (catalogue.colors.has(topic) ? `topics/${topic}/index.html` : null),
    around: layer.around,
    title,
    open: (doc, takeFocus) => reading.visit(doc, takeFocus),
    copy: (button) => tools.copy(button),
  });
  const focus = createFocus({ camera, plot, tooltip: createTooltip(byId("tooltip")), describe, described, title });
  const said = data.texts === null ? null : textReader(tiles, data.texts);
  const reading = createReading({
    pane,
    element: byId("reader"),
    camera,
    tiles,
    link,
    focus: focus.set,
    title,
    said,
    fields,
    described,
    shown: details.show,
  });

  /** @param {import("./view.js").Spot} spot @param {number} pixels */
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
      topicList.press(name.parent === null ? [name.topic ?? -1] : catalogue.inParent(name.parent), several);
    },
  });
  listenToKeys(pane, camera, { moved: unfocus, chosen: (spot) => reading.read(docAt(spot, POINTER_REACH.keyboard), true) });

  const search = searchBox(byId("search"), {
    section: byId("found"),
    data: data.search,
    load: loadShard,
    path: shardPath,
    title,
    text: said && (async (row) => wordsOf(await said(row))),
    describe: async (row) => described(await tiles.document(row)),
    lit() {
      const ids = [...topicList.lit];
      if (ids.length === 0 || ids.length > NARROWING) return null;
      return { ids, name: ids.length === 1 ? catalogue.nameOf(ids[0]) : `${ids.length} topics` };
    },
    open: reading.open,
    light(rows) {
      found = rows;
      lightHits();
    },
  });

  /** @type {Uint32Array | null} what the search found */
  let found = null;
  /** @type {Uint32Array | null} what was selected, which is lit before what was found */
  let selected = null;

  function lightHits() {
    layer.setHits(selected ?? found);
    dim();
  }

  const tools = toolbox(byId("tools"), data.take, {
    pane,
    section: byId("selection"),
    camera,
    tiles,
    shown: layer,
    describe,
    know: (docs) => catalogue.know(docs.map((doc) => doc.topic)),
    title,
    fields,
    names: data.fields.names,
    open: reading.open,
    light(rows) {
      selected = rows;
      lightHits();
    },
    address: () => link.href,
  });
  embedded(byId("embed"), () => link.href);

  // an open search, a lit topic, another colouring or a filter takes the colour from the picture
  function dim() {
    pane.classList.toggle("lit", topicList.lit.size > 0 || layer.hits !== null || layer.told);
    camera.redraw();
  }

  const topicList = listenToTopics({ panel: byId("topics"), catalogue, documents: data.documents, refilter, choose });

  /** @param {ReadonlySet<number>} lit */
  async function choose(lit) {
    light();
    link.chose();
    await catalogue.know(lit);
    if ([...lit].some((id) => !labels.has(id))) await nameAll();
    const chosen = [...lit].flatMap((id) => catalogue.get(id) ?? []);
    if (chosen.length === 0 || lit !== topicList.lit) return;
    unfocus();
    // on a phone the list lies below the map
    pane.scrollIntoView({ block: "nearest" });
    camera.fly(viewAround(chosen, camera.size));
  }

  function light() {
    layer.light(topicList.lit);
    labels.light(topicList.lit, catalogue.inParent);
    search.refresh();
    dim();
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    unfocus();
    reading.leave();
  });
  byId("retry").addEventListener("click", () => layer.retry());
  const outliers = listenToOutliers(byId("outliers"), (mode) => {
    layer.setOutliers(mode);
    link.chose();
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
      light();
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
  const paint = (/** @type {import("./tint.js").Tint} */ tint) => {
    layer.setTint(tint);
    dim();
  };
  const chose = () => {
    link.chose();
    tools.refilter();
  };
  listenToColumns(document.getElementById("explore"), { data: data.columns, load: loadShard, path: shardPath, paint, chose }, link);

  layer.dress(camera.view.zoom);
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
    const refilter = listenToFilter(byId("topics"));
    await openMap(parsed("map-data"), refilter);
    root.dataset.map = "ready";
  } catch (error) {
    console.warn(error);
    root.dataset.map = "failed";
    byId("notice").hidden = false;
  }
}

start();
