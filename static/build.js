// Makes static/dist, the scripts and styles that a site publishes: `npm run build`, or `npm run dev` while you work.

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const SCRIPTS = ["map", "search", "columns", "tools", "guides", "reader", "compare", "late", "topic_table", "gallery"];
const styles = readdirSync(`${here}/css`).filter((name) => name.endsWith(".css"));

/** @type {import("esbuild").BuildOptions} */
export const OPTIONS = {
  absWorkingDir: here,
  entryPoints: [
    ...SCRIPTS.map((name) => ({ in: `js/${name}.js`, out: name })),
    ...styles.map((name) => ({ in: `css/${name}`, out: name.replace(/\.css$/, "") })),
  ],
  outdir: "dist",
  bundle: true,
  // pages opened from disk cannot load modules
  format: "iife",
  target: "es2022",
  minify: true,
  logLevel: "warning",
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--watch")) {
    const context = await esbuild.context({ ...OPTIONS, minify: false, sourcemap: "inline", logLevel: "info" });
    await context.watch();
  } else await esbuild.build(OPTIONS);
}
