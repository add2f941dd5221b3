// What the bundler takes for granted, see eslint.config.js for the rest.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const folder = new URL("../../static/js/", import.meta.url);
const modules = readdirSync(folder).filter((name) => name.endsWith(".js"));
const source = (name) => readFileSync(new URL(name, folder), "utf8");

test("top-level names are unique across modules", () => {
  const owners = new Map();
  for (const name of modules) {
    for (const [, declared] of source(name).matchAll(/^(?:export )?(?:async )?(?:const|let|class|function) \[?(\w+)/gm)) {
      assert.ok(!owners.has(declared), `${declared} is declared in ${owners.get(declared)} and in ${name}`);
      owners.set(declared, name);
    }
  }
});

test("imports stand on one line, rename nothing and name a neighbour", () => {
  for (const name of modules) {
    for (const line of source(name).split("\n").filter((each) => each.startsWith("import"))) {
      const [, path] = line.match(/^import \{ (?:\w+, )*\w+ \} from "\.\/([\w-]+\.js)";$/) ?? [];
      assert.ok(modules.includes(path), `${name}: ${line}`);
    }
  }
});
