// The committed scripts and styles of static/dist are those that `npm run build` makes now.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { basename, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import * as esbuild from "esbuild";
import { OPTIONS } from "../../static/build.js";

const root = fileURLToPath(new URL("../../static/", import.meta.url));
const built = await esbuild.build({ ...OPTIONS, write: false, metafile: true });
const scripts = built.outputFiles.filter(({ path }) => path.endsWith(".js"));

test("static/dist is what `npm run build` makes", () => {
  const names = built.outputFiles.map(({ path }) => basename(path));
  assert.deepEqual(readdirSync(`${root}dist`).sort(), names.sort(), "run `npm run build`");
  const stale = built.outputFiles.filter(({ path, text }) => readFileSync(path, "utf8") !== text);
  assert.deepEqual(stale.map(({ path }) => relative(root, path)), [], "run `npm run build`");
});

test("another build gives the same bytes", async () => {
  const again = await esbuild.build({ ...OPTIONS, write: false });
  assert.deepEqual(again.outputFiles.map(({ hash }) => hash), built.outputFiles.map(({ hash }) => hash));
});

test("every module and style is part of a published file", () => {
  const used = new Set(Object.values(built.metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs)));
  const sources = ["js", "css"].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true }).map((name) => `${folder}/${name}`),
  );
  assert.deepEqual(sources.filter((name) => /\.(js|css)$/.test(name) && !used.has(name)), []);
});

test("scripts are classic and set only the known globals", () => {
  const globals = scripts.map(({ path, text }) => {
    assert.ok(new Script(text));
    assert.match(text, /^"use strict";\(\(\)=>\{/);
    return [basename(path), ...[...text.matchAll(/globalThis\.(\w+)=/g)].map(([, name]) => name)];
  });
  assert.deepEqual(globals.sort(), [
    ["columns.js", "sitegenColumns"],
    ["compare.js", "sitegenCompare"],
    ["gallery.js", "sitegenShard"],
    ["guides.js", "sitegenGuides"],
    ["late.js"],
    ["map.js", "sitegenShard"],
    ["reader.js", "sitegenReader"],
    ["search.js", "sitegenSearch"],
    ["tools.js", "sitegenTools"],
    ["topic_table.js"],
  ]);
});
