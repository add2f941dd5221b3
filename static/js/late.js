// The list of topics can be filtered also where the map's script does not come, or the map cannot start.

import { byId } from "./lib/dom.js";
import { filterList } from "./topics/filter_list.js";

const root = document.documentElement;

function offer() {
  const box = byId("search");
  const input = box.querySelector("input");
  // an open box is that of the search
  if (!input || !box.hidden) return;
  const [panel, found] = [byId("topics"), byId("found")];
  input.placeholder = "Filter topics";
  input.setAttribute("aria-label", "Filter topics");
  input.addEventListener("input", () => {
    const { hits, all } = filterList(panel, input.value);
    found.hidden = !input.value.trim();
    found.textContent = `${hits} of ${all} topics listed`;
  });
  found.setAttribute("role", "status");
  box.hidden = false;
}

// deferred scripts run in their order: that of the map has failed to come
if (root.dataset.script === undefined) {
  root.dataset.map = "failed";
  byId("notice").hidden = false;
}
if (root.dataset.map === "failed") offer();
else {
  new MutationObserver(() => root.dataset.map === "failed" && offer()).observe(root, { attributeFilter: ["data-map"] });
}
