import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, beforeEach, test } from "node:test";
import { createFile } from "../../sitegen/commands/serve/editor_page/file.js";

const RENAME = { edits: [{ type: "rename", topic: 1, name: "A" }] };
const hashOf = (text) => createHash("sha256").update(text).digest("hex");
const kept = Object.fromEntries(["fetch", "localStorage", "sessionStorage"].map((name) => [name, globalThis[name]]));

/** The file on the disk, what the page says of it, and how many characters the tab has room for. */
let disk, said, room;
/** @type {object} what else the server answers */
let told;

function replaceAll(parts) {
  for (const [name, value] of Object.entries(parts)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}

beforeEach(() => {
  [disk, said, room, told] = ["", "", Infinity, {}];
  const store = new Map();
  const sessionStorage = {
    getItem: (key) => store.get(key) ?? null,
    setItem(key, value) {
      if (value.length > room) throw new DOMException("full", "QuotaExceededError");
      store.set(key, value);
    },
  };
  async function fetch(_address, { method, body }) {
    if (method === "PUT") disk = JSON.parse(body).text;
    if (method === "POST") disk += `${JSON.stringify(JSON.parse(body).edits)}\n`;
    return { ok: true, json: async () => ({ text: disk, hash: hashOf(disk), edits: [], ...told }) };
  }
  replaceAll({ fetch, sessionStorage, localStorage: { getItem: () => null } });
});

afterEach(() => replaceAll(kept));

const opened = () => createFile("token", "tiny", (words) => (said = words));

test("undo stops at a change made elsewhere, and says so", async () => {
  const file = opened();
  await file.add(RENAME);
  disk += "# by hand\n";
  await file.read();
  const theirs = disk;
  await file.add(RENAME);
  await file.undo();
  assert.equal(disk, theirs);
  assert.match(said, /changed elsewhere/);
  assert.equal(file.undoable, false);
  await file.undo();
  assert.equal(disk, theirs);
});

test("steps are undone one by one up to the first", async () => {
  const file = opened();
  await file.add(RENAME);
  const once = disk;
  await file.add(RENAME);
  await file.undo();
  assert.equal(disk, once);
  assert.doesNotMatch(said, /elsewhere/);
  await file.undo();
  assert.equal(disk, "");
});

test("a full tab forgets the oldest steps, not the last", async () => {
  const file = opened();
  await file.add(RENAME);
  const once = disk;
  room = 300;
  for (let steps = 0; steps < 3; steps++) {
    const before = disk;
    assert.equal(await file.add(RENAME), true);
    await file.undo();
    assert.equal(disk, before);
    await file.add(RENAME);
  }
  assert.notEqual(disk, once);
});

test("a step of a text that the tab has no room for is saved", async () => {
  const file = opened();
  await file.add(RENAME);
  disk += "# long\n".repeat(400_000);
  await file.read();
  assert.equal(await file.add(RENAME), true);
  assert.match(said, /^Saved/);
  assert.equal(file.undoable, false);
});

test("the form of a topic shows nothing said of a lost one", async () => {
  const edits = [{ type: "note", topic: 2, note: "Of cats." }];
  told = { edits, others: [2] };
  const file = opened();
  await file.read();
  assert.deepEqual(file.editsOf(2), []);
  assert.deepEqual(file.editsOf(3), edits);
  told = { edits: [], others: [], retired: [2] };
  await file.add(RENAME);
  assert.match(said, /number 2 is a comment now/);
});
