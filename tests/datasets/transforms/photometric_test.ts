import assert from "node:assert/strict";
import { generatorFor, type RandomGenerator } from "../../../datasets/random.ts";
import {
  adjustBrightness,
  adjustContrast,
  adjustHue,
  adjustSaturation,
} from "../../../datasets/transforms/color.ts";
import { distort } from "../../../datasets/transforms/photometric.ts";
import { bytesOf, fixture, largestDifference } from "../fixtures/pil.ts";

const tones = bytesOf(fixture.tones.rgb);

Deno.test("distort() leaves about one picture in sixteen as it is, and repeats with the generator", () => {
  let same = 0;
  for (let seed = 0; seed < 400; seed++) {
    const once = distort(tones, generatorFor(seed));
    assert.deepEqual(distort(tones, generatorFor(seed)), once);
    if (largestDifference(once, tones) === 0) same++;
  }
  // 25 expected, standard deviation 4.8; a factor near 1 adds a few.
  assert.ok(same > 8 && same < 50, `${same} of 400`);
});

Deno.test("distort() stays within the ranges of the recipe on a gray picture", () => {
  // Gray has no saturation or hue: brightness and contrast alone act on it, and contrast keeps a flat picture.
  const flat = new Uint8Array(300).fill(100);
  const levels = Array.from(
    { length: 300 },
    (_, seed) => distort(flat, generatorFor(seed))[0] ?? 0,
  );
  assert.ok(levels.every((level) => level >= 87 && level <= 112), `${Math.max(...levels)}`);
  assert.ok(Math.min(...levels) < 90 && Math.max(...levels) > 110);
  const untouched = levels.filter((level) => level === 100).length;
  assert.ok(untouched > 110 && untouched < 190, `${untouched} of 300`);
});

/** A generator that says what it is told: 0 or 1 for a coin, 0, 0 for the low end of a range. */
function scripted(...values: number[]): RandomGenerator {
  return {
    next: () => values.shift() ?? assert.fail("more was drawn than the script holds"),
    clone: () => assert.fail("not to be copied"),
    getState: () => values,
  };
}

Deno.test("distort() goes brightness, contrast, saturation, hue at the recipe's factors", () => {
  const outcome = distort(tones, scripted(1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0));
  const expected = [
    (rgb: Uint8Array) => adjustBrightness(rgb, 1 - 32 / 255),
    (rgb: Uint8Array) => adjustContrast(rgb, 0.5),
    (rgb: Uint8Array) => adjustSaturation(rgb, 0.5),
    (rgb: Uint8Array) => adjustHue(rgb, -18 / 255),
  ].reduce((rgb, adjust) => adjust(rgb), tones);
  assert.equal(largestDifference(outcome, expected), 0);
});

Deno.test("distort() can put contrast last", () => {
  const outcome = distort(tones, scripted(0, 1, 1, 0, 0, 0, 1, 0, 0));
  const expected = adjustContrast(adjustSaturation(tones, 0.5), 0.5);
  assert.equal(largestDifference(outcome, expected), 0);
  const other = adjustSaturation(adjustContrast(tones, 0.5), 0.5);
  assert.notEqual(largestDifference(outcome, other), 0);
});

Deno.test("distort() reaches as many times as far as it is told, and never below black", () => {
  const low = () => scripted(1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0);
  const expected = (strength: number) =>
    [
      (rgb: Uint8Array) => adjustBrightness(rgb, 1 - strength * 32 / 255),
      (rgb: Uint8Array) => adjustContrast(rgb, Math.max(0, 1 - 0.5 * strength)),
      (rgb: Uint8Array) => adjustSaturation(rgb, Math.max(0, 1 - 0.5 * strength)),
      (rgb: Uint8Array) => adjustHue(rgb, -strength * 18 / 255),
    ].reduce((rgb, adjust) => adjust(rgb), tones);
  for (const strength of [0, 0.5, 1, 2, 4]) {
    const outcome = distort(tones, low(), strength);
    assert.equal(largestDifference(outcome, expected(strength)), 0, `${strength}`);
  }
  assert.notEqual(largestDifference(expected(2), expected(1)), 0);
});
