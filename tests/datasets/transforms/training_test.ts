import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { generatorFor } from "../../../datasets/random.ts";
import { denormalize, normalize } from "../../../datasets/transforms/normalize.ts";
import { transformForTraining } from "../../../datasets/transforms/training.ts";
import { paintedSample } from "../files.ts";

const quarters = paintedSample("q", 40, 30, (x, y) => (x < 20 ? 0 : 1) + (y < 15 ? 0 : 2));
const plain = { flip: false, photometric: false };

Deno.test("transformForTraining() only normalizes at scale 1 without flip and distortion", () => {
  const square = paintedSample("s", 16, 16, (x) => x % 5 - 1);
  const options = { size: 16, scaleRange: [1, 1], ...plain } as const;
  const { image, labels } = transformForTraining(square, options, generatorFor(0));
  assert.deepEqual(image, normalize(square.image));
  assert.deepEqual(labels, Int32Array.from(square.labels));
});

Deno.test("transformForTraining() pads a small image with the mean colour and ignored labels", () => {
  const options = { size: 20, scaleRange: [0.5, 0.5], ...plain } as const;
  const { image, labels } = transformForTraining(quarters, options, generatorFor(0));
  const bytes = denormalize(image);
  for (let y = 0; y < 20; y++) {
    for (let x = 0; x < 20; x++) {
      const i = y * 20 + x;
      const inside = x >= 5 && x < 15 && y >= 5 && y < 15;
      if (inside) assert.equal(labels[i], (x < 10 ? 0 : 1) + (y < 10 ? 0 : 2));
      else assert.deepEqual([labels[i], ...bytes.subarray(3 * i, 3 * i + 3)], [-1, 123, 116, 103]);
    }
  }
});

Deno.test("transformForTraining() mirrors image and labels together, about half of the time", () => {
  const options = { size: 20, scaleRange: [1, 1], photometric: false } as const;
  let mirrored = 0;
  for (let seed = 0; seed < 200; seed++) {
    const { image, labels } = transformForTraining(quarters, options, generatorFor(seed));
    const flipped = labels[0] === 1;
    assert.equal(denormalize(image.subarray(0, 3))[0], flipped ? 20 : 0);
    if (flipped) mirrored++;
  }
  assert.ok(mirrored > 70 && mirrored < 130, `${mirrored} of 200`);
});

Deno.test("transformForTraining() keeps image and labels on the same pixels, whatever is drawn", () => {
  const options = { size: 24, photometric: false };
  fc.assert(fc.property(fc.integer(), (seed) => {
    const { image, labels } = transformForTraining(quarters, options, generatorFor(seed));
    const bytes = denormalize(image);
    assert.deepEqual([image.length, labels.length], [24 * 24 * 3, 24 * 24]);
    let agreeing = 0, labelled = 0;
    labels.forEach((label, i) => {
      if (label < 0) return assert.equal(bytes[3 * i], 123);
      labelled++;
      if (bytes[3 * i] === 20 * label && bytes[3 * i + 2] === 255 - 20 * label) agreeing++;
    });
    assert.ok(labelled >= 12 * 12);
    // Bilinear mixes colours on the two borders alone.
    assert.ok(agreeing > 0.5 * labelled, `${agreeing} of ${labelled}`);
  }));
});

Deno.test("transformForTraining() distorts colours unless photometric is false", () => {
  const square = paintedSample("s", 16, 16, (x) => x % 5);
  const options = { size: 16, scaleRange: [1, 1], flip: false } as const;
  const seeds = Array.from({ length: 40 }, (_, seed) => seed);
  const distorted = (photometric?: boolean | number) =>
    seeds.filter((seed) => {
      const told = { ...options, ...(photometric !== undefined && { photometric }) };
      const { image } = transformForTraining(square, told, generatorFor(seed));
      return !isDeepStrictEqual(image, normalize(square.image));
    });
  assert.deepEqual(distorted(false), []);
  const usual = distorted(true);
  // Of four distortions each has probability 1/2: 15 of 16 images have one.
  assert.ok(usual.length > 30 && usual.length < 40, `${usual.length} of 40`);
  assert.deepEqual(distorted(), usual);
  assert.deepEqual(distorted(0), []);
  assert.deepEqual(distorted(1), usual);
  for (const wrong of [-1, NaN, Infinity]) {
    assert.throws(() => distorted(wrong), {
      name: "RangeError",
      message: /photometric must be true, false or a number >= 0: current value is /,
    });
  }
});

Deno.test("transformForTraining() draws every scale of the range", () => {
  const options = { size: 32, ...plain };
  const sides = Array.from({ length: 400 }, (_, seed) => {
    const { labels } = transformForTraining(quarters, options, generatorFor(seed));
    return Math.sqrt(labels.filter((label) => label >= 0).length);
  });
  assert.equal(Math.min(...sides), 16);
  assert.equal(Math.max(...sides), 32);
  const padded = sides.filter((side) => side < 32).length / 400;
  assert.ok(Math.abs(padded - 1 / 3) < 0.08, `${padded} are smaller than the crop`);
});

Deno.test("transformForTraining() repeats with its generator, and leaves the sample alone", () => {
  const before = structuredClone(quarters);
  const once = transformForTraining(quarters, { size: 32 }, generatorFor(1, 2, 3));
  assert.deepEqual(transformForTraining(quarters, { size: 32 }, generatorFor(1, 2, 3)), once);
  assert.notDeepEqual(transformForTraining(quarters, { size: 32 }, generatorFor(1, 2, 4)), once);
  assert.deepEqual(quarters, before);
});

Deno.test("transformForTraining() takes an image of one pixel, and one with no label", () => {
  const dot = paintedSample("dot", 1, 1, () => 0);
  const unlabelled = paintedSample("void", 9, 300, () => -1);
  for (let seed = 0; seed < 20; seed++) {
    const { image } = transformForTraining(dot, { size: 8 }, generatorFor(seed));
    assert.ok(image.every(Number.isFinite));
    const { labels } = transformForTraining(unlabelled, { size: 8 }, generatorFor(seed));
    assert.ok(labels.every((label) => label === -1));
  }
});

Deno.test("transformForTraining() throws RangeError when size or range are off", () => {
  for (const size of [0, -4, 2.5, NaN]) {
    assert.throws(
      () => transformForTraining(quarters, { size }, generatorFor(0)),
      { name: "RangeError", message: /size must be an integer > 0/ },
    );
  }
  for (const scaleRange of [[0, 1], [2, 1], [-1, 1], [NaN, 1], [1, Infinity]] as const) {
    assert.throws(
      () => transformForTraining(quarters, { size: 8, scaleRange }, generatorFor(0)),
      { name: "RangeError", message: /scaleRange must be two rising numbers > 0/ },
    );
  }
});
