import assert from "node:assert/strict";
import { test } from "node:test";
import { createCatalogue, loadById } from "../../static/js/topics/topic_catalogue.js";

const page = { topics: [], merged: [], more_topics: null, more_keywords: null, last_id: 2 };
const palette = ["#111111", "#222222"];
const of = { colors: [1, null, 0], parents: [0, null, 0] };
const shard = async (name, url) => new TextEncoder().encode(JSON.stringify(url === "map/colors.js" && name === "colors" ? of : null)).buffer;

for (const [where, data] of [
  ["in the page", { ...page, by_id: { palette, ...of }, more_colors: null }],
  ["in a shard, where there are very many topics", { ...page, by_id: { palette }, more_colors: "map/colors.js" }],
]) {
  test(`colours and parents are ${where}`, async () => {
    const catalogue = createCatalogue(data, await loadById(data, shard), shard);
    assert.deepEqual([...catalogue.colors], [[0, "#222222"], [2, "#111111"]]);
    assert.equal(catalogue.inkOf(2), "var(--ink-0)");
    assert.deepEqual(catalogue.topicsOf(0), [0, 2]);
    assert.equal(catalogue.parentOf(1), null);
  });
}
