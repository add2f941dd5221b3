// Answers queries from an index on disk: `node ask.js ROOT_FILE... < queries.json`, both ends JSON lists. Each root is
// that of a part of the documents; the index of their topics lies beside its folder.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createSearchIndex } from "../../static/js/search/search_index.js";
import { shardPath, unpackBase64 } from "../../static/js/lib/shards.js";

const rootFiles = process.argv.slice(2);
/** @type {[name: string, bytes: number][]} */
let loads = [];

/** @param {string} path @param {string} name */
async function read(path, name) {
  const script = readFileSync(path, "ascii");
  loads.push([name, script.length]);
  const [, own, payload] = /^sitegenShard\("(.+)","(.*)"\);\n$/.exec(script) ?? [];
  if (own !== name) throw new Error(`${path} calls itself ${own}`);
  return unpackBase64(payload);
}

/** @param {string} folder @param {string} name */
async function open(folder, name) {
  const root = JSON.parse(new TextDecoder().decode(await read(join(folder, "root.js"), `${name}-root`)));
  const load = (/** @type {string} */ kind, /** @type {number} */ k) =>
    read(join(folder, kind, shardPath(k)), `${name}-${kind}${k}`);
  return { root, load };
}

const parts = await Promise.all(rootFiles.map(async (rootFile, part) => {
  const end = part ? `-${part}` : "";
  const all = dirname(dirname(rootFile));
  const own = new RegExp(`^search-topics${end}-[0-9a-f]{10}$`);
  const topics = () => open(join(all, readdirSync(all).find((each) => own.test(each)) ?? ""), `search-topics${end}`);
  return { ...(await open(dirname(rootFile), `search${end}`)), topics };
}));
const answers = [];
for (const [query, facets] of JSON.parse(readFileSync(0, "utf-8"))) {
  loads = [];
  const find = createSearchIndex(parts);
  const { rows, sure, total, exact, partial } = await find(query, facets);
  answers.push({ rows: [...rows], sure, total, exact, partial, loads });
}
console.log(JSON.stringify(answers));
