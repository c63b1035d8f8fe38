import assert from "node:assert/strict";
import fc from "fast-check";
import { flipColumns, pad } from "../../../datasets/transforms/geometry.ts";

Deno.test("flipColumns() mirrors each row, channels in order", () => {
  const rgb = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
  assert.deepEqual([...flipColumns(rgb, 2, 3)], [4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9]);
  assert.deepEqual([...flipColumns(Int16Array.of(1, -1, 3, 4, 5, 6), 3, 1)], [3, -1, 1, 6, 5, 4]);
  assert.equal(rgb[0], 1);
});

Deno.test("flipColumns() twice gives the same again", () => {
  fc.assert(fc.property(
    fc.uint8Array({ minLength: 12, maxLength: 12 }),
    fc.constantFrom(1, 2, 4),
    (pixels, width) =>
      assert.deepEqual(flipColumns(flipColumns(pixels, width, 3), width, 3), pixels),
  ));
});

Deno.test("pad() centres, with an odd pixel of padding to the right and the bottom", () => {
  assert.deepEqual(
    [...pad(Int16Array.of(1, 2, 3, 4), 2, 5, [-1])],
    [
      [-1, -1, -1, -1, -1],
      [-1, 1, 2, -1, -1],
      [-1, 3, 4, -1, -1],
      [-1, -1, -1, -1, -1],
      [-1, -1, -1, -1, -1],
    ].flat(),
  );
  const rgb = pad(Uint8Array.of(9, 8, 7), 1, 2, [1, 2, 3]);
  assert.deepEqual([...rgb], [9, 8, 7, 1, 2, 3, 1, 2, 3, 1, 2, 3]);
});

Deno.test("pad() leaves alone what is large enough", () => {
  const labels = Int16Array.of(1, 2, 3, 4);
  assert.equal(pad(labels, 2, 2, [-1]), labels);
});
