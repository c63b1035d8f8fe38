import assert from "node:assert/strict";
import { centerWindow, resizedByShorterSide } from "../../src/pictures/center_crop.ts";
import { roundHalfToEven } from "../../src/pictures/rounding.ts";
import { fixture } from "../datasets/fixtures/torchvision.ts";

Deno.test("resizedByShorterSide() and centerWindow() round as torchvision does", () => {
  for (const [width = 0, height = 0, size = 0, resizeTo = 0, w, h, x, y] of fixture.geometry) {
    const resized = resizedByShorterSide({ width, height }, resizeTo);
    assert.deepEqual(resized, { width: w, height: h }, `${width}×${height}`);
    assert.deepEqual(centerWindow(resized, size), { x, y, width: size, height: size });
  }
});

Deno.test("roundHalfToEven() rounds as Python does", () => {
  const rounded = [0.5, 1.5, 2.5, 3.5, -0.5, -1.5, 2.4999999999999996, 2.6, 7].map(roundHalfToEven);
  assert.deepEqual(rounded.map((value) => value + 0), [0, 2, 2, 4, 0, -2, 2, 3, 7]);
});
