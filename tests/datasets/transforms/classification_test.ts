import assert from "node:assert/strict";
import type { Region, Window } from "../../../src/pictures/picture.ts";
import { generatorFor } from "../../../datasets/random.ts";
import {
  type ClassificationView,
  renderView,
  view,
  viewForTraining,
  viewForValidation,
} from "../../../datasets/transforms/classification.ts";
import { denormalize } from "../../../datasets/transforms/normalize.ts";
import { bytesOf, largestDifference } from "../fixtures/pil.ts";
import { fixture, picture, windowOf } from "../fixtures/torchvision.ts";

function render(of: ClassificationView, region: Region = picture): Float32Array {
  const { width, height } = of.plan.window;
  const out = new Float32Array(3 * width * height);
  renderView(of, region, out);
  return out;
}

/** A decoder's answer: the window with a column more on each side, and nothing of the rest of the picture. */
function widened({ x, y, width, height }: Window): Region {
  const left = Math.max(0, x - 1), right = Math.min(picture.width, x + width + 1);
  const data = new Uint8Array(3 * (right - left) * height);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * picture.width + left) * 3;
    data.set(picture.data.subarray(from, from + 3 * (right - left)), row * (right - left) * 3);
  }
  return { x: left, y, width: right - left, height, data };
}

Deno.test("renderView() equals torchvision's crop, resize and flip on every byte", () => {
  const resized = { width: fixture.size, height: fixture.size };
  for (const { window, flip, rgb } of fixture.training) {
    const crop = view(windowOf(window), resized, flip);
    for (const region of [picture, widened(crop.needed)]) {
      const actual = denormalize(render(crop, region));
      assert.equal(largestDifference(actual, bytesOf(rgb)), 0, `${window} ${flip}`);
    }
  }
});

Deno.test("renderView() normalizes as torchvision does, but for the last bits", () => {
  const { window, floats } = fixture.normalized;
  const expected = new Float32Array(bytesOf(floats).buffer);
  const actual = render(view(windowOf(window), { width: 24, height: 24 }, false));
  assert.ok(largestDifference(actual, expected) < 1e-6);
});

Deno.test("viewForValidation() equals torchvision's resize and centre crop on every byte", () => {
  for (const { size, resizeTo, rgb } of fixture.validation) {
    const middle = viewForValidation(picture, size, resizeTo);
    for (const region of [picture, widened(middle.needed)]) {
      const actual = denormalize(render(middle, region));
      assert.equal(largestDifference(actual, bytesOf(rgb)), 0, `${size} of ${resizeTo}`);
    }
  }
});

Deno.test("viewForValidation() needs no more of a picture than its middle", () => {
  const { needed } = viewForValidation({ width: 1000, height: 250 }, 224, 256);
  assert.ok(needed.x > 380 && needed.width < 225, `${needed.x}, ${needed.width}`);
  assert.ok(needed.y > 10 && needed.height < 225, `${needed.y}, ${needed.height}`);
});

Deno.test("viewForTraining() repeats with its generator, and flips half of the pictures", () => {
  const draw = (seed: number, flip?: boolean) =>
    viewForTraining(picture, { size: 8, ...(flip !== undefined && { flip }) }, generatorFor(seed));
  assert.deepEqual(draw(3), draw(3));
  assert.notDeepEqual(draw(3), draw(4));
  const seeds = Array.from({ length: 400 }, (_, i) => i);
  const flipped = seeds.filter((seed) => draw(seed).flip).length;
  assert.ok(flipped > 150 && flipped < 250, `${flipped}`);
  assert.ok(!seeds.some((seed) => draw(seed, false).flip));
});

Deno.test("viewForTraining() of all of a picture at its own size only normalizes", () => {
  const square = { x: 0, y: 0, width: 50, height: 50 };
  const all = viewForTraining(square, { size: 50, minArea: 1, flip: false }, generatorFor(0));
  const data = picture.data.subarray(0, 7500);
  // At the only area, ratios other than 1 do not fit: the whole picture is left.
  assert.deepEqual(all.needed, square);
  assert.deepEqual(denormalize(render(all, { ...square, data })), data);
});
