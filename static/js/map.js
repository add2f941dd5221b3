// The map page: opens the map in the page's pane, wires the controls and the address to it.

import { byId, readJson } from "./lib/dom.js";
import { createShardLoader } from "./lib/shards.js";
import { wireColumns, wireInput } from "./map/input.js";
import { createScene } from "./map/scene.js";
import { wireUrl } from "./map/url.js";
import { createLink } from "./url/link.js";

/** @param {import("./map/scene.js").MapData} data */
async function openMap(data) {
  const link = createLink();
  const load = createShardLoader();
  const scene = await createScene(data, {
    load,
    drawn: () => input.tools.moved(),
    settled: () => link.replaceState(),
  });
  const input = wireInput(scene, data, { load, link });
  wireUrl(scene, input, link);
  wireColumns(scene, input, data, { load, link });
  await scene.start();
  link.start();
  scene.pane.tabIndex = 0;
}

async function start() {
  const root = document.documentElement;
  // seen by the script that offers a filter where this one does not come
  root.dataset.script = "";
  try {
    await openMap(readJson("map-data"));
    root.dataset.map = "ready";
  } catch (error) {
    console.warn(error);
    root.dataset.map = "failed";
    byId("notice").hidden = false;
  }
}

start();
