// Reads what Python packed: a JSON list of cases from standard input, a JSON list of values to standard output.
import { readFileSync } from "node:fs";
import { unpackCodes } from "../../static/js/columns/column_codes.js";
import { unpackRoot, unpackTile } from "../../static/js/map/points/points.js";
import { unpackBase64 } from "../../static/js/lib/shards.js";

const readers = {
  bytes: (buffer) => Buffer.from(buffer).toString("base64"),
  json: (buffer) => JSON.parse(new TextDecoder().decode(buffer)),
  codes: (buffer) => [...unpackCodes(buffer)],
};

/** @param {string} script */
async function unpack(script) {
  let found;
  globalThis.sitegenShard = (name, packed) => (found = [name, packed]);
  new Function(script)();
  const [name, packed] = found;
  return { name, buffer: await unpackBase64(packed) };
}

const values = [];
for (const { kind, scripts } of JSON.parse(readFileSync(0, "utf-8"))) {
  const shards = [];
  for (const script of scripts) shards.push(await unpack(script));
  if (kind === "tiles") {
    const { list, root } = unpackRoot(shards[0].buffer);
    const tiles = [root, ...shards.slice(1).map(({ buffer }) => buffer)].map((each, tile) => unpackTile(each, list, tile));
    values.push({
      level: [...list.level],
      points: tiles.map(({ points }) => Object.values(points).map((column) => [...column])),
      starts: tiles.map(({ texts }) => [texts.shard, ...texts.starts]),
    });
  } else {
    values.push([shards[0].name, readers[kind](shards[0].buffer)]);
  }
}
console.log(JSON.stringify(values));
