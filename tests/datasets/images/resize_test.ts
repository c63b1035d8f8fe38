import assert from "node:assert/strict";
import fc from "fast-check";
import { resizeBilinear, resizeNearest } from "../../../datasets/images/resize.ts";
import { bytesOf, fixture, largestDifference } from "../fixtures/pil.ts";

const { width, height } = fixture.source;
const picture = { width, height, data: bytesOf(fixture.source.rgb) };
const labels = Int16Array.from(bytesOf(fixture.source.labels));

Deno.test("resizeBilinear() equals Pillow's on every byte, shrinking and growing", () => {
  for (const wanted of fixture.bilinear) {
    const actual = resizeBilinear(picture, wanted.width, wanted.height);
    assert.equal(
      largestDifference(actual.data, bytesOf(wanted.rgb)),
      0,
      `${wanted.width}×${wanted.height}`,
    );
  }
});

Deno.test("resizeNearest() equals Pillow's on every label", () => {
  for (const wanted of fixture.nearest) {
    const actual = resizeNearest(labels, width, height, wanted.width, wanted.height);
    const size = `${wanted.width}×${wanted.height}`;
    assert.equal(largestDifference(actual, bytesOf(wanted.labels)), 0, size);
  }
});

Deno.test("resizeBilinear() with a window computes that part of the whole result", () => {
  const side = fc.integer({ min: 1, max: 70 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(side, side, share, share, share, share, (w, h, a, b, c, d) => {
      const x = Math.floor(a * (w - 1)), y = Math.floor(b * (h - 1));
      const window = {
        x,
        y,
        width: 1 + Math.floor(c * (w - x - 1)),
        height: 1 + Math.floor(d * (h - y - 1)),
      };
      const whole = resizeBilinear(picture, w, h).data;
      const part = resizeBilinear(picture, w, h, window);
      assert.deepEqual([part.width, part.height], [window.width, window.height]);
      for (let row = 0; row < window.height; row++) {
        const from = ((y + row) * w + x) * 3;
        assert.deepEqual(
          part.data.subarray(row * window.width * 3, (row + 1) * window.width * 3),
          whole.subarray(from, from + window.width * 3),
        );
      }
    }),
    { numRuns: 50 },
  );
});

Deno.test("resizeBilinear() keeps a constant picture constant at any size", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 50 }),
    fc.integer({ min: 1, max: 50 }),
    fc.integer({ min: 0, max: 255 }),
    (w, h, value) => {
      const flat = { width: 13, height: 7, data: new Uint8Array(13 * 7 * 3).fill(value) };
      assert.ok(resizeBilinear(flat, w, h).data.every((byte) => byte === value));
    },
  ));
});

Deno.test("resizeNearest() makes up no labels when it grows or shrinks a mask", () => {
  const present = new Set(labels);
  const size = fc.integer({ min: 1, max: 200 });
  fc.assert(fc.property(size, size, (w, h) => {
    assert.ok(resizeNearest(labels, width, height, w, h).every((label) => present.has(label)));
  }));
});

Deno.test("resizeBilinear() and resizeNearest() throw RangeError when a size is no positive integer", () => {
  for (const size of [0, -1, 1.5, NaN, Infinity]) {
    const message = /must be integers > 0: current value is/;
    assert.throws(() => resizeBilinear(picture, size, 4), { name: "RangeError", message });
    assert.throws(() => resizeNearest(labels, width, height, 4, size), {
      name: "RangeError",
      message,
    });
  }
});

Deno.test("resizeBilinear() throws RangeError when the window leaves the result", () => {
  for (const [x, y, w, h] of [[-1, 0, 2, 2], [0, 3, 2, 2], [9, 0, 2, 2]] as const) {
    assert.throws(
      () => resizeBilinear(picture, 10, 4, { x, y, width: w, height: h }),
      { name: "RangeError", message: /window must lie inside 10×4/ },
    );
  }
});
