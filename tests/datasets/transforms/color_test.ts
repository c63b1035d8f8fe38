import assert from "node:assert/strict";
import {
  adjustBrightness,
  adjustContrast,
  adjustHue,
  adjustSaturation,
} from "../../../datasets/transforms/color.ts";
import { bytesOf, fixture, largestDifference } from "../fixtures/pil.ts";

const adjustments: Record<string, (rgb: Uint8Array, factor: number) => Uint8Array> = {
  brightness: adjustBrightness,
  contrast: adjustContrast,
  saturation: adjustSaturation,
  hue: adjustHue,
};
const tones = bytesOf(fixture.tones.rgb);

for (const [name, adjust] of Object.entries(adjustments)) {
  Deno.test(`adjust ${name} equals Pillow's on every byte`, () => {
    const cases = fixture.color.filter((wanted) => wanted.name === name);
    assert.ok(cases.length >= 5);
    for (const { factor, rgb } of cases) {
      assert.equal(largestDifference(adjust(tones, factor), bytesOf(rgb)), 0, `factor ${factor}`);
    }
  });
}

Deno.test("the adjustments leave their input alone", () => {
  const before = tones.slice();
  for (const adjust of Object.values(adjustments)) adjust(tones, 0.3);
  assert.deepEqual(tones, before);
});
