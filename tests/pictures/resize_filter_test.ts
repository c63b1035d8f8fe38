import assert from "node:assert/strict";
import fc from "fast-check";
import { planResize, runResize } from "../../src/pictures/resize_filter.ts";
import type { Region, Size } from "../../src/pictures/picture.ts";
import { generatorFor, integer } from "../../datasets/random.ts";
import { filters } from "../../src/pictures/resize_taps.ts";
import { bytesOf, fixture, largestDifference } from "../datasets/fixtures/pil.ts";
import { plainResize } from "./plain_resize.ts";

function noise({ width, height }: Size, seed: number): Region {
  const generator = generatorFor(seed);
  const data = Uint8Array.from({ length: 3 * width * height }, () => integer(generator, 0, 255));
  return { x: 0, y: 0, width, height, data };
}

function cut({ data, width }: Region, x: number, y: number, size: Size): Region {
  const out = new Uint8Array(3 * size.width * size.height);
  for (let row = 0; row < size.height; row++) {
    const from = ((y + row) * width + x) * 3;
    out.set(data.subarray(from, from + 3 * size.width), row * size.width * 3);
  }
  return { x, y, ...size, data: out };
}

const whole = (size: Size) => ({ x: 0, y: 0, ...size });

for (const filter of filters) {
  Deno.test(`runResize() equals Pillow's ${filter} filter on every byte, shrinking and growing`, () => {
    const { width, height, rgb } = fixture.source;
    const picture = { x: 0, y: 0, width, height, data: bytesOf(rgb) };
    for (const { rgb, ...size } of fixture[filter]) {
      const actual = runResize(planResize(picture, size, whole(size), filter), picture);
      assert.equal(largestDifference(actual, bytesOf(rgb)), 0, `${size.width}×${size.height}`);
    }
  });

  Deno.test(`runResize() equals the plain ${filter} filter on every byte, whatever the sizes`, () => {
    const side = fc.integer({ min: 1, max: 90 });
    fc.assert(
      fc.property(side, side, side, side, fc.integer(), (w, h, width, height, seed) => {
        const picture = noise({ width: w, height: h }, seed);
        const size = { width, height };
        const actual = runResize(planResize(picture, size, whole(size), filter), picture);
        assert.deepEqual(actual.slice(), plainResize(picture, width, height, filter).data);
      }),
      { numRuns: 150 },
    );
  });
}

Deno.test("runResize() equals the plain filter when a strip does not hold the picture, nor a record 1,024 taps", () => {
  for (
    const [w, h, width, height] of [[700, 300, 5, 40], [3000, 7, 2, 3], [5, 2500, 3, 2]] as const
  ) {
    const picture = noise({ width: w, height: h }, w);
    const size = { width, height };
    for (const filter of filters) {
      const actual = runResize(planResize(picture, size, whole(size), filter), picture);
      assert.deepEqual(actual.slice(), plainResize(picture, width, height, filter).data);
    }
  }
});

Deno.test("runResize() keeps white white, where sums are largest", () => {
  for (const [from, to] of [[1, 1], [2, 1], [1000, 1], [999, 7], [3, 64]] as const) {
    const picture = noise({ width: from, height: 3 }, 0);
    picture.data.fill(255);
    const size = { width: to, height: 2 };
    assert.ok(runResize(planResize(picture, size, whole(size)), picture).every((v) => v === 255));
  }
});

Deno.test("planResize() names a box that is all that runResize() reads of the picture", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const side = fc.integer({ min: 1, max: 60 });
  const spare = fc.integer({ min: 0, max: 3 });
  fc.assert(
    fc.property(side, side, side, side, share, share, spare, (w, h, width, height, a, b, more) => {
      const picture = noise({ width: w, height: h }, 1);
      const x = Math.floor(a * (width - 1)), y = Math.floor(b * (height - 1));
      const window = {
        x,
        y,
        width: Math.ceil((width - x) / 2),
        height: Math.ceil((height - y) / 2),
      };
      const plan = planResize(picture, { width, height }, window);
      const { box } = plan;
      // A decoder may give some more pixels around the box.
      const left = Math.max(0, box.x - more), top = Math.max(0, box.y - more);
      const region = cut(picture, left, top, {
        width: Math.min(w, box.x + box.width + more) - left,
        height: Math.min(h, box.y + box.height + more) - top,
      });
      const result = {
        ...whole({ width, height }),
        data: plainResize(picture, width, height).data,
      };
      assert.deepEqual(runResize(plan, region).slice(), cut(result, x, y, window).data);
    }),
    { numRuns: 100 },
  );
});
