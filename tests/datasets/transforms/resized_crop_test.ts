import assert from "node:assert/strict";
import fc from "fast-check";
import type { Window } from "../../../src/pictures/picture.ts";
import { generatorFor } from "../../../datasets/random.ts";
import { drawResizedCrop } from "../../../datasets/transforms/resized_crop.ts";
import { fixture } from "../fixtures/torchvision.ts";

Deno.test("drawResizedCrop() is distributed as torchvision's", () => {
  for (const { picture, draws, levels, whole, quantiles } of fixture.distributions) {
    const [width, height] = picture as [number, number];
    const windows = Array.from(
      { length: draws },
      (_, i) => drawResizedCrop({ width, height }, {}, generatorFor(i)),
    );
    const touching = windows.filter((w) => w.width === width || w.height === height).length / draws;
    assertShare(touching, whole, draws, "those of the picture's width or height");
    for (const [name, values] of Object.entries(quantiles)) {
      const figure = figureOf(name);
      levels.forEach((level, i) => {
        // Integers: torchvision's share up to its own quantile lies between these two.
        const value = values[i] as number;
        const below = windows.filter((window) => figure(window) < value).length / draws;
        const upTo = windows.filter((window) => figure(window) <= value).length / draws;
        const margin = 4 * standardError(level, draws);
        assert.ok(below <= level + margin && upTo >= level - margin, `${name} at ${level}`);
      });
    }
  }
});

function figureOf(name: string): (window: Window) => number {
  return name === "area"
    ? ({ width, height }) => width * height
    : (window) => window[name as keyof Window];
}

/** Of the difference of two shares, each of so many draws. */
function standardError(share: number, draws: number): number {
  return Math.sqrt(2 * share * (1 - share) / draws);
}

function assertShare(actual: number, expected: number, draws: number, of: string): void {
  const margin = 4 * standardError(expected, draws);
  assert.ok(Math.abs(actual - expected) <= margin, `${of}: ${actual}, torchvision ${expected}`);
}

Deno.test("drawResizedCrop() takes torchvision's middle of what no window fits into", () => {
  for (const [width = 0, height = 0, y, x, h, w] of fixture.middles) {
    const window = drawResizedCrop({ width, height }, { minArea: 1 }, generatorFor(1));
    assert.deepEqual(window, { x, y, width: w, height: h });
  }
});

Deno.test("drawResizedCrop() stays inside any picture, with area and aspect ratio in their ranges", () => {
  const side = fc.integer({ min: 1, max: 800 });
  fc.assert(fc.property(side, side, fc.integer(), (width, height, seed) => {
    const { x, y, width: w, height: h } = drawResizedCrop(
      { width, height },
      {},
      generatorFor(seed),
    );
    assert.ok(w >= 1 && h >= 1 && x >= 0 && y >= 0 && x + w <= width && y + h <= height);
    // Sides are rounded to integers.
    assert.ok((w - 1) / (h + 1) < 4 / 3 && (w + 1) / Math.max(h - 1, 0.1) > 3 / 4);
    assert.ok((w - 1) * (h - 1) <= width * height);
  }));
});

Deno.test("drawResizedCrop() draws areas from minArea to maxArea", () => {
  const options = { minArea: 0.2, maxArea: 0.3 };
  const areas = Array.from({ length: 500 }, (_, seed) => {
    const { width, height } = drawResizedCrop(
      { width: 400, height: 400 },
      options,
      generatorFor(seed),
    );
    return width * height / 160000;
  });
  assert.ok(Math.min(...areas) > 0.198 && Math.max(...areas) < 0.302);
  assert.ok(Math.min(...areas) < 0.205 && Math.max(...areas) > 0.295);
});

Deno.test("drawResizedCrop() throws RangeError when the areas are off", () => {
  const picture = { width: 9, height: 9 };
  for (
    const [minArea, maxArea] of [[0, 1], [-1, 1], [0.5, 0.4], [0.5, 1.1], [NaN, 1], [0.1, NaN]]
  ) {
    assert.throws(
      () => drawResizedCrop(picture, { minArea, maxArea } as object, generatorFor(0)),
      { name: "RangeError", message: /0 < minArea <= maxArea <= 1: current values are/ },
    );
  }
});
