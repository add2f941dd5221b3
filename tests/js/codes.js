// Reads the columns of a map from disk: `node codes.js INDEX_FILE FOLDER DOCUMENTS`; prints them with all their codes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createCodes, PENDING } from "../../static/js/columns/column_codes.js";
import { shardPath, unpackBase64 } from "../../static/js/lib/shards.js";

const [indexFile, folder, documents] = process.argv.slice(2);
const ROWS_PER_SHARD = 4096;

/** @param {string} path @param {string} name */
async function read(path, name) {
  const [, own, payload] = /^sitegenShard\("(.+)","(.*)"\);\n$/.exec(readFileSync(path, "ascii")) ?? [];
  if (own !== name) throw new Error(`${path} calls itself ${own}`);
  return unpackBase64(payload);
}

const columns = JSON.parse(new TextDecoder().decode(await read(indexFile, "columns")));
const rows = Uint32Array.from({ length: Number(documents) }, (_, row) => row);
for (const [c, column] of columns.entries()) {
  column.codes = await new Promise((done, failed) => {
    const load = (/** @type {number} */ k) => read(join(folder, `${c}`, shardPath(k)), `column-${c}-${k}`);
    const arrived = () => {
      const all = codes.of(rows);
      if (!all.includes(PENDING)) done([...all]);
    };
    const codes = createCodes({ set: { folder: "", rows: ROWS_PER_SHARD }, load, arrived, failed: () => failed(new Error(`column ${c}`)) });
    codes.of(rows);
  });
}
console.log(JSON.stringify(columns));
