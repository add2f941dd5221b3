// The map page: puts picture, points, labels, list and tooltip together.

import { clamp, closeness, scaleOf, toMap, MAX_ZOOM } from "./view.js";
import { createCamera } from "./camera.js";
import { listenToKeys, listenToPointers } from "./gestures.js";
import { embedPlot } from "./plot.js";
import { loadShard } from "./shards.js";
import { alphaColumn, colorColumn, unpackPoints } from "./points.js";
import { nearestIndex } from "./nearest.js";
import { followingPicture } from "./picture.js";
import { followingLabels } from "./labels.js";
import { createTooltip } from "./tooltip.js";
import { createFocus, textReader, titleReader } from "./focus.js";
import { createReader } from "./reader.js";
import { listenToFilter, listenToTopics } from "./topics.js";
import { hitColumn, searchBox } from "./finder.js";

/** @typedef {{ id: number, name: string, color: string, x: number, y: number, radius: number }} Topic */
/**
 * @typedef {object} MapData
 * @property {string} points
 * @property {{ rows: number, shards: string[] }} titles
 * @property {{ starts: number[], shards: string[] }} texts
 * @property {{ script: string, style: string, root: string }} search
 * @property {Topic[]} topics
 * @property {string} outlier_color
 */

const REACH = { mouse: 14, finger: 24, keyboard: 120 };

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
  const [plot, points] = await Promise.all([
    embedPlot(parsed("map-plot")),
    loadShard("points", data.points).then(unpackPoints),
  ]);
  const topics = new Map(data.topics.map((topic) => [topic.id, topic]));
  const colors = new Map(data.topics.map((topic) => [topic.id, topic.color]));
  const columns = { x: points.x, y: points.y, color: colorColumn(points, colors, data.outlier_color) };
  const nearest = nearestIndex(points);
  const picture = followingPicture(byId("preview"));
  const labels = followingLabels(/** @type {Iterable<HTMLElement>} */ (byId("labels").children));
  /** @type {number | null} */
  let lit = null;
  /** @type {Uint32Array | null} rows that answer to the search */
  let hits = null;
  let asked = 0;
  /** @type {HTMLElement} where the keyboard was before the reader opened */
  let opener = pane;
  let look = "";

  // points grow and thicken in steps: a new column for all of them costs a few frames' time
  function dress(/** @type {number} */ zoom) {
    const step = Math.round(closeness(zoom) * 6) / 6;
    const next = `${step} ${lit} ${asked}`;
    if (next === look) return;
    look = next;
    const even = 0.35 + 0.5 * step;
    const alpha = hits ? hitColumn(points.x.length, hits, even) : alphaColumn(points, lit, even);
    plot.setPoints({ ...columns, alpha }, (hits ? 5 : 3) + 5 * step);
    camera.redraw();
  }

  const camera = createCamera(pane, (view, size) => {
    dress(view.zoom);
    plot.show(view, size);
    picture(view, size);
    labels.place(view, size);
    focus.place(view, size);
  });

  /** @param {number} row */
  const describe = (row) => {
    const topic = topics.get(points.topic[row]);
    return { topic: topic?.name ?? "Outside any topic", color: topic?.color ?? data.outlier_color };
  };
  const title = titleReader(data.titles);
  const text = textReader(data.texts);
  const reader = createReader(byId("reader"), () => opener.focus({ preventScroll: true }));

  /** @param {number} row @param {boolean} takeFocus @param {HTMLElement} from */
  function read(row, takeFocus, from = pane) {
    opener = from;
    focus.set(row);
    if (row < 0) return reader.hide();
    if (data.texts.shards.length === 0) return;
    const words = title(row).then(
      ([name, category]) => ({ title: name, category: category ?? "", ...describe(row) }),
      () => ({ title: "", category: "", ...describe(row) }),
    );
    reader.show(words, text(row), takeFocus);
  }

  const focus = createFocus({
    camera,
    plot,
    points,
    tooltip: createTooltip(byId("tooltip")),
    describe,
    title,
  });

  /** @param {import("./view.js").Spot} spot @param {number} reach in pixels */
  const rowAt = (spot, reach) => {
    const { x, y } = toMap(camera.view, camera.size, spot);
    return nearest(x, y, reach / scaleOf(camera.view, camera.size));
  };
  const unfocus = () => focus.set(-1);
  listenToPointers(pane, camera, {
    moved: unfocus,
    hovered: (spot) => focus.set(spot ? rowAt(spot, REACH.mouse) : -1),
    tapped: (spot) => read(rowAt(spot, REACH.finger), false),
  });
  listenToKeys(pane, camera, { moved: unfocus, chosen: (spot) => read(rowAt(spot, REACH.keyboard), true) });

  const search = searchBox(byId("search"), {
    section: byId("found"),
    data: data.search,
    load: loadShard,
    title,
    text: data.texts.shards.length ? text : null,
    describe,
    lit: () => (lit === null ? undefined : topics.get(lit)),
    open(row, from) {
      const zoom = Math.max(camera.view.zoom, 8);
      camera.fly({ x: points.x[row], y: points.y[row], zoom });
      read(row, from !== null, from ?? pane);
    },
    light(rows) {
      hits = rows;
      asked++;
      pane.classList.toggle("lit", lit !== null || hits !== null);
      camera.redraw();
    },
  });

  listenToTopics(byId("topics"), (id) => {
    lit = id;
    pane.classList.toggle("lit", lit !== null || hits !== null);
    search.refresh();
    labels.light(lit);
    camera.redraw();
    const topic = id === null ? undefined : topics.get(id);
    if (!topic) return;
    unfocus();
    // on a phone the list lies below the map
    pane.scrollIntoView({ block: "nearest" });
    const room = Math.min(0.3 / Math.max(topic.radius, 1e-3), 12);
    const labelled = (labels.scaleFor(topic.id) * 1.01) / Math.min(camera.size.w, camera.size.h);
    // a name that shows at no zoom is no reason to go to the last one
    const zoom = labelled <= MAX_ZOOM ? Math.max(room, labelled) : room;
    camera.fly({ x: topic.x, y: topic.y, zoom: clamp(zoom, 1, MAX_ZOOM) });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") unfocus();
  });

  dress(camera.view.zoom);
  await new Promise(requestAnimationFrame);
  pane.tabIndex = 0;
  byId("zoom").hidden = false;
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
