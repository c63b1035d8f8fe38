import assert from "node:assert/strict";
import { generatorFor } from "../../../datasets/random.ts";
import { cutLabels, drawCrop, isMixed } from "../../../datasets/transforms/crop.ts";

const whole = (size: number) => ({ x: 0, y: 0, width: size, height: size });

Deno.test("isMixed() wants more than one class, and none on 75 % of the labelled pixels", () => {
  assert.equal(isMixed(Int16Array.of(0, 0, 0, 1), 2, whole(2)), false);
  assert.equal(isMixed(Int16Array.of(0, 0, 1, 1), 2, whole(2)), true);
  assert.equal(isMixed(Int16Array.of(2, 2, 2, 2), 2, whole(2)), false);
  assert.equal(isMixed(Int16Array.of(-1, -1, 0, 1), 2, whole(2)), true);
  assert.equal(isMixed(Int16Array.of(-1, -1, 1, 1), 2, whole(2)), false);
  assert.equal(isMixed(Int16Array.of(-1, 0, 0, 1), 2, whole(2)), true);
  assert.equal(isMixed(Int16Array.of(-1, -1, -1, -1), 2, whole(2)), false);
});

Deno.test("isMixed() looks inside the window only", () => {
  const labels = Int16Array.of(0, 0, 5, 0, 0, 5, 5, 5, 5);
  assert.equal(isMixed(labels, 3, { x: 0, y: 0, width: 2, height: 2 }), false);
  assert.equal(isMixed(labels, 3, { x: 1, y: 0, width: 2, height: 2 }), true);
});

Deno.test("drawCrop() takes all of it when it is no larger than the crop", () => {
  for (const size of [3, 8]) {
    assert.deepEqual(drawCrop(new Int16Array(size * size), size, 8, generatorFor(0)), whole(size));
  }
});

Deno.test("drawCrop() tries until the crop is mixed, and takes one anyhow when none is", () => {
  const [size, crop] = [20, 6];
  // Only near the top left corner two classes meet: about one draw in six is mixed.
  const corner = Int16Array.from(
    { length: size * size },
    (_, i) => i % size < 4 && i < 8 * size ? 1 : 0,
  );
  let mixed = 0;
  for (let seed = 0; seed < 300; seed++) {
    const window = drawCrop(corner, size, crop, generatorFor(seed));
    assert.deepEqual([window.width, window.height], [crop, crop]);
    assert.ok(window.x >= 0 && window.y >= 0 && window.x <= 14 && window.y <= 14);
    if (isMixed(corner, size, window)) mixed++;
  }
  const places = 15 * 15;
  let good = 0;
  for (let x = 0; x < 15; x++) {
    for (let y = 0; y < 15; y++) {
      if (isMixed(corner, size, { x, y, width: crop, height: crop })) good++;
    }
  }
  const expected = 300 * (1 - (1 - good / places) ** 11);
  assert.ok(Math.abs(mixed - expected) < 40, `${mixed} of 300 are mixed, expected ${expected}`);
  const reached = new Set<number>();
  for (let seed = 0; seed < 300; seed++) {
    const { x } = drawCrop(new Int16Array(size * size), size, crop, generatorFor(seed));
    reached.add(x);
  }
  assert.equal(reached.size, 15);
});

Deno.test("cutLabels() cuts the window out", () => {
  const labels = Int16Array.from({ length: 12 }, (_, i) => i);
  assert.deepEqual([...cutLabels(labels, 4, { x: 1, y: 1, width: 2, height: 2 })], [5, 6, 9, 10]);
});
