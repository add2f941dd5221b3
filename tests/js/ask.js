// Answers queries from an index on disk: `node ask.js ROOT_FILE < queries.json`, both ends JSON lists.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createSearchIndex } from "../../static/js/search/search_index.js";
import { shardPath, unpackBase64 } from "../../static/js/lib/shards.js";

const rootFile = process.argv[2];
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

const root = JSON.parse(new TextDecoder().decode(await read(rootFile, "search-root")));
const answers = [];
for (const [query, facets] of JSON.parse(readFileSync(0, "utf-8"))) {
  loads = [];
  const find = createSearchIndex(root, (kind, k) => read(join(dirname(rootFile), kind, shardPath(k)), `search-${kind}${k}`));
  const { rows, sure, total, exact, partial } = await find(query, facets);
  answers.push({ rows: [...rows], sure, total, exact, partial, loads });
}
console.log(JSON.stringify(answers));
