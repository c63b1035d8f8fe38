import assert from "node:assert/strict";
import { denormalize, normalize } from "../../../datasets/transforms/normalize.ts";

Deno.test("normalize() gives torchvision's numbers for ImageNet", () => {
  // (value / 255 − mean) / std with mean 0.485, 0.456, 0.406 and std 0.229, 0.224, 0.225.
  const actual = normalize(Uint8Array.of(0, 0, 0, 255, 255, 255, 124, 116, 104));
  const expected = [
    [-2.1179039, -2.0357143, -1.8044444],
    [2.2489083, 2.4285714, 2.64],
    [0.0055656, -0.0049020, 0.0081917],
  ].flat();
  actual.forEach((value, i) =>
    assert.ok(Math.abs(value - (expected[i] ?? NaN)) < 1e-6, `${value}`)
  );
});

Deno.test("denormalize() undoes normalize() for every byte of every channel", () => {
  const bytes = Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3));
  assert.deepEqual(denormalize(normalize(bytes)), bytes);
});
