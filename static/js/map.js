// The map page: puts picture, points, labels, list and tooltip together.

import { clamp, closeness, reach, reachDepth, scaleOf, toMap, HOME } from "./view.js";
import { createCamera } from "./camera.js";
import { listenToKeys, listenToPointers } from "./gestures.js";
import { embedPlot } from "./plot.js";
import { loadShard, shardPath } from "./shards.js";
import { unpackRoot } from "./points.js";
import { createTiles } from "./tiles.js";
import { createLayer } from "./layer.js";
import { createRaster } from "./raster.js";
import { followingPicture } from "./picture.js";
import { followingLabels } from "./labels.js";
import { createTooltip } from "./tooltip.js";
import { createFocus, textReader, titleReader } from "./focus.js";
import { createReader } from "./reader.js";
import { listenToFilter, listenToTopics } from "./topics.js";
import { createLink } from "./link.js";
import { listenToOutliers } from "./outliers.js";
import { searchBox } from "./finder.js";
import { listenToColumns } from "./colorby.js";

/** @typedef {{ id: number, name: string, color: string, x: number, y: number, radius: number }} Topic */
/** @typedef {import("./focus.js").Doc} Doc */
/**
 * @typedef {object} MapData
 * @property {string} points
 * @property {string} tiles
 * @property {number} depth
 * @property {import("./raster.js").RasterData} raster
 * @property {{ rows: number, folder: string }} titles
 * @property {string | null} texts
 * @property {{ script: string, style: string, folder: string }} search
 * @property {Topic[]} topics
 * @property {string} outlier_color
 * @property {import("./colorby.js").ColumnData | null} columns
 */

const POINTER_REACH = { mouse: 14, finger: 24, keyboard: 120 };
const SETTLE_MS = 200;

/** @param {string} id @returns {HTMLElement} */
function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/** @param {string} id */
const parsed = (id) => JSON.parse(byId(id).textContent ?? "");

/** @param {MapData} data */
async function openMap(data) {
  const pane = byId("map");
  const [plot, { list, root }] = await Promise.all([
    embedPlot(parsed("map-plot")),
    loadShard("points", data.points).then(unpackRoot),
  ]);
  reachDepth(data.depth);
  const topics = new Map(data.topics.map((topic) => [topic.id, topic]));
  const tiles = createTiles(list, root, data.tiles);
  const layer = createLayer({
    tiles,
    plot,
    colors: new Map(data.topics.map((topic) => [topic.id, topic.color])),
    outlierColor: data.outlier_color,
    redraw: () => camera.redraw(),
    failed: (missing) => (byId("missing").hidden = !missing),
    status: (text) => (byId("shown").textContent = text),
  });
  const preview = /** @type {HTMLImageElement} */ (byId("preview"));
  const canvas = /** @type {HTMLCanvasElement} */ (byId("density"));
  const raster = createRaster(canvas, preview, data.raster, () => camera.redraw());
  const picture = followingPicture(preview);
  const labels = followingLabels(/** @type {Iterable<HTMLElement>} */ (byId("labels").children));
  const link = createLink();
  let settling = 0;

  const camera = createCamera(pane, (view, size) => {
    layer.dress(view.zoom);
    plot.show(view, size);
    const opacity = 1 - closeness(view.zoom);
    const sharper = opacity > 0 && raster.draw(view, size);
    canvas.hidden = !sharper;
    canvas.style.opacity = `${opacity}`;
    picture(view, size, sharper ? 0 : opacity);
    labels.place(view, size);
    focus.place(view, size);
    // while the map moves it keeps what it holds: fetching waits until it stands
    clearTimeout(settling);
    settling = setTimeout(settle, SETTLE_MS);
  });

  function settle() {
    layer.settle(camera.view, camera.size);
    // a picture that is nearly gone is not worth its bytes
    if (closeness(camera.view.zoom) < 0.9) raster.request(camera.view, camera.size);
    link.moved();
  }

  /** @param {Doc} doc */
  const describe = (doc) => {
    const topic = topics.get(doc.topic);
    return { topic: topic?.name ?? "Outside any topic", color: topic?.color ?? data.outlier_color };
  };
  const title = titleReader(data.titles);
  const reader = createReader(byId("reader"), () => {
    opened = null;
    link.chose();
    opener.focus({ preventScroll: true });
  });
  /** @type {HTMLElement} where the keyboard was before the reader opened */
  let opener = pane;
  /** @type {Doc | null} */
  let opened = null;

  /** @param {Doc | null} doc @param {boolean} takeFocus @param {HTMLElement} from */
  function read(doc, takeFocus, from = pane) {
    opener = from;
    focus.set(doc);
    const known = opened?.row === doc?.row;
    opened = doc;
    if (!known) link.chose();
    if (!doc) return reader.hide();
    if (data.texts === null) return;
    const words = title(doc.row).then(
      ([name, category]) => ({ title: name, category: category ?? "", ...describe(doc) }),
      () => ({ title: "", category: "", ...describe(doc) }),
    );
    reader.show(words, textReader(tiles, data.texts)(doc.row), takeFocus);
  }

  const focus = createFocus({ camera, plot, tooltip: createTooltip(byId("tooltip")), describe, title });

  /** @param {import("./view.js").Spot} spot @param {number} pixels */
  const docAt = (spot, pixels) => {
    const { x, y } = toMap(camera.view, camera.size, spot);
    return layer.at(x, y, pixels / scaleOf(camera.view, camera.size));
  };
  const unfocus = () => focus.set(null);
  listenToPointers(pane, camera, {
    moved: unfocus,
    hovered: (spot) => focus.set(spot && docAt(spot, POINTER_REACH.mouse)),
    tapped: (spot) => read(docAt(spot, POINTER_REACH.finger), false),
  });
  listenToKeys(pane, camera, { moved: unfocus, chosen: (spot) => read(docAt(spot, POINTER_REACH.keyboard), true) });

  const { texts } = data;
  const search = searchBox(byId("search"), {
    section: byId("found"),
    data: data.search,
    load: loadShard,
    path: shardPath,
    title,
    text: texts === null ? null : textReader(tiles, texts),
    describe: async (row) => describe(await tiles.document(row)),
    lit: () => (topicList.pressed === null ? undefined : topics.get(Number(topicList.pressed))),
    async open(row, from) {
      const doc = await tiles.document(row);
      camera.fly({ x: doc.x, y: doc.y, zoom: Math.max(camera.view.zoom, 8) });
      read(doc, from !== null, from ?? pane);
    },
    light(rows) {
      layer.setHits(rows);
      dim();
    },
  });

  // an open search, a lit topic, another colouring or a filter takes the colour from the picture
  function dim() {
    pane.classList.toggle("lit", topicList.pressed !== null || layer.hits !== null || layer.told);
    camera.redraw();
  }

  const topicList = listenToTopics(byId("topics"), (id) => {
    light(id);
    link.chose();
    const topic = id === null ? undefined : topics.get(id);
    if (!topic) return;
    unfocus();
    // on a phone the list lies below the map
    pane.scrollIntoView({ block: "nearest" });
    const room = Math.min(0.3 / Math.max(topic.radius, 1e-3), 12);
    const labelled = (labels.scaleFor(topic.id) * 1.01) / Math.min(camera.size.w, camera.size.h);
    // a name that shows at no zoom is no reason to go to the last one
    const zoom = labelled <= reach.zoom ? Math.max(room, labelled) : room;
    camera.fly({ x: topic.x, y: topic.y, zoom: clamp(zoom, 1, reach.zoom) });
  });

  /** @param {number | null} id */
  function light(id) {
    layer.light(id);
    labels.light(id);
    search.refresh();
    dim();
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") unfocus();
  });
  byId("retry").addEventListener("click", () => layer.retry());
  const outliers = listenToOutliers(byId("outliers"), (mode) => {
    layer.setOutliers(mode);
    link.chose();
  });

  link.add("at", {
    write: () => formatView(camera.view),
    read: (value) => camera.set(parseView(value)),
  });
  link.add("topic", {
    write: () => topicList.pressed,
    read: (value) => light(topicList.show(value)),
  });
  link.add("doc", {
    write: () => (opened ? `${opened.row}` : null),
    read: (value) => {
      const row = Number(value);
      if (value === null || !Number.isInteger(row) || row < 0 || row >= tiles.documents) {
        opened = null;
        focus.set(null);
        return reader.hide();
      }
      tiles.document(row).then((doc) => {
        opened = doc;
        read(doc, false);
      }, console.warn);
    },
  });
  link.add("q", {
    write: () => search.query || null,
    read: (value) => (search.query = value ?? ""),
  });
  link.add("outliers", {
    write: () => (layer.outliers === "shown" ? null : layer.outliers),
    read: (value) => layer.setOutliers(outliers.show(value)),
  });

  const paint = (/** @type {import("./tint.js").Tint} */ tint) => {
    layer.setTint(tint);
    dim();
  };
  const { chose } = link;
  listenToColumns(document.getElementById("explore"), { data: data.columns, load: loadShard, path: shardPath, paint, chose }, link);

  layer.dress(camera.view.zoom);
  await new Promise(requestAnimationFrame);
  link.start();
  pane.tabIndex = 0;
  byId("zoom").hidden = false;
}

/** @param {import("./view.js").View} view */
function formatView({ x, y, zoom }) {
  if (x === HOME.x && y === HOME.y && zoom === HOME.zoom) return null;
  // as fine as a pixel, whatever the zoom
  const digits = Math.ceil(Math.log10(zoom * 2000));
  return `${x.toFixed(digits)},${y.toFixed(digits)},${Number(zoom.toPrecision(4))}`;
}

/** @param {string | null} value */
function parseView(value) {
  const [x, y, zoom] = (value ?? "").split(",").map(Number);
  return [x, y, zoom].every(Number.isFinite) ? { x, y, zoom } : HOME;
}

async function start() {
  const root = document.documentElement;
  try {
    listenToFilter(byId("topics"));
    await openMap(parsed("map-data"));
    root.dataset.map = "ready";
  } catch (error) {
    console.warn(error);
    root.dataset.map = "failed";
    byId("notice").hidden = false;
  }
}

start();
