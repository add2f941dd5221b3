import assert from "node:assert/strict";
import { test } from "node:test";
import { formatArea, parseArea } from "../../static/js/url/area_param.js";

test("a link keeps an area, without most corners of a free line", () => {
  const box = [{ x: 0.1, y: 0.2 }, { x: 0.4, y: 0.2 }, { x: 0.4, y: 0.612345 }];
  assert.equal(formatArea(box), "0.1,0.2,0.4,0.2,0.4,0.61235");
  assert.deepEqual(parseArea(formatArea(box))[2], { x: 0.4, y: 0.61235 });
  const line = Array.from({ length: 1000 }, (_, k) => ({ x: Math.cos(k / 160) / 3, y: Math.sin(k / 160) / 3 }));
  const kept = parseArea(formatArea(line));
  assert.ok(kept.length <= 48 && kept.length > 40);
});

test("what is no area is none", () => {
  for (const text of [null, "", "1,2", "1,2,3,4,5", "a,b,c,d,e,f", "0,0,9,9,1,1", "0,,0,0,0,0", "<b>"]) {
    assert.equal(parseArea(text), null, `${text}`);
  }
});
