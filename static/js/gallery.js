// The gallery: sorts the maps, filters them by tag and words, and searches the topics of all maps.

import { parseBytes } from "./lib/json.js";
import { createShardLoader } from "./lib/shards.js";
import { matchesQuery } from "./topics/match_query.js";

const MAX_HITS = 30;

/** @typedef {[slug: string, title: string, topics: [id: number, name: string, size: number, keywords: string][]]} IndexedMap */
/** @typedef {{ href: string, name: string, map: string, size: number }} TopicHit */

/**
 * The topics that match a query: by name first, then by keywords, each largest first.
 * @param {IndexedMap[]} index @param {string} query
 * @returns {TopicHit[]}
 */
export function searchTopics(index, query) {
  /** @type {(TopicHit & { named: boolean })[]} */
  const hits = [];
  for (const [slug, map, topics] of index)
    for (const [id, name, size, keywords] of topics)
      if (matchesQuery(`${name} ${keywords}`, query))
        hits.push({ href: `${slug}/topics/${id}/index.html`, name, map, size, named: matchesQuery(name, query) });
  return hits.sort((a, b) => Number(b.named) - Number(a.named) || b.size - a.size);
}

/** @param {HTMLElement} tools */
function openGallery(tools) {
  const cards = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".card")]);
  const texts = new Map(cards.map((card) => [card, card.textContent ?? ""]));
  const input = tools.querySelector("input");
  const [tag, order] = tools.querySelectorAll("select");
  const found = tools.querySelector(".found");
  const hits = tools.querySelector("ul");
  if (!(input && tag && order && found && hits)) return;
  const loadShard = createShardLoader();
  let latest = 0;

  function arrange() {
    const number = (/** @type {HTMLElement} */ card) => Number(card.dataset[order.value] ?? 0);
    const title = (/** @type {HTMLElement} */ card) => card.querySelector("h2")?.textContent ?? "";
    const sorted = [...cards];
    if (order.value === "title") sorted.sort((a, b) => title(a).localeCompare(title(b), undefined, { numeric: true }));
    else if (order.value) sorted.sort((a, b) => number(b) - number(a));
    cards[0]?.parentElement?.append(...sorted);
  }

  /** @param {HTMLElement} card */
  function hasTag(card) {
    return !tag.value || [...card.querySelectorAll(".tags li")].some((each) => each.textContent === tag.value);
  }

  async function filter() {
    const mine = ++latest;
    const query = input?.value.trim() ?? "";
    let topics = /** @type {TopicHit[]} */ ([]);
    if (query.length > 1) {
      const index = await loadShard("topic-index", tools.dataset.index ?? "").then(parseBytes, () => []);
      const tagged = new Set(cards.filter(hasTag).map((card) => card.dataset.slug));
      topics = searchTopics(index.filter((/** @type {IndexedMap} */ [slug]) => tagged.has(slug)), query);
    }
    if (mine !== latest) return;
    const withTopic = new Set(topics.map((topic) => topic.href.split("/")[0]));
    for (const card of cards) {
      const answers = matchesQuery(texts.get(card) ?? "", query) || withTopic.has(card.dataset.slug ?? "");
      card.hidden = !(answers && hasTag(card));
    }
    const maps = cards.filter((card) => !card.hidden).length;
    const some = `${topics.length} ${topics.length === 1 ? "topic" : "topics"}`;
    const listed = topics.length > MAX_HITS ? `, the first ${MAX_HITS} listed` : "";
    if (found) found.textContent = query || tag.value ? `${maps} of ${cards.length} maps, ${some}${listed}` : "";
    hits?.replaceChildren(...topics.slice(0, MAX_HITS).map(topicItem));
  }

  input.addEventListener("input", filter);
  tag.addEventListener("change", filter);
  order.addEventListener("change", arrange);
  tools.hidden = false;
}

/** @param {TopicHit} topic */
function topicItem(topic) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const map = document.createElement("span");
  link.href = topic.href;
  link.dir = map.dir = "auto";
  link.textContent = topic.name;
  map.className = "soft";
  map.textContent = `${topic.map} · ${topic.size.toLocaleString("en")}`;
  item.append(link, " ", map);
  return item;
}

const galleryTools = globalThis.document?.getElementById("gallery-tools");
if (galleryTools) openGallery(galleryTools);
