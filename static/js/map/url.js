// Wires the address of the page to the scene: what the fragment keeps, in this order.

import { byId } from "../lib/dom.js";
import { setUpEmbed } from "../url/embed.js";
import { parseFragment } from "../url/link.js";
import { formatView, parseView } from "../url/view_param.js";

/**
 * @param {import("./scene.js").Scene} scene @param {import("./input.js").Input} input
 * @param {import("../url/link.js").Link} link
 */
export function wireUrl({ camera, layer }, { reader, topics, search, tools, outliers }, link) {
  link.add("at", {
    write: () => formatView(camera.view),
    read: (value) => camera.set(parseView(value)),
  });
  link.add("topic", {
    write: () => topics.list.value,
    read(value) {
      topics.list.show(value);
      topics.update();
      const gone = value !== null && topics.list.selected.size === 0;
      if (gone || !parseFragment(location.hash).has("at")) void topics.frame(gone);
    },
  });
  link.add("compare", topics.compare.part);
  link.add("doc", reader.part);
  link.add("q", {
    write: () => search.query || null,
    read: (value) => (search.query = value ?? ""),
  });
  link.add("outliers", {
    write: () => (layer.outliers === "shown" ? null : layer.outliers),
    read: (value) => layer.setOutliers(outliers.show(value)),
  });
  link.add("area", tools.part);
  setUpEmbed(byId("embed"), () => link.href);
}
