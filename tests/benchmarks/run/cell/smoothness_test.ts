import assert from "node:assert/strict";
import { isDue } from "../../../../benchmarks/run/cell/smoothness.ts";

const dueOf = (totalSteps: number, places: number) =>
  Array.from({ length: totalSteps + 1 }, (_, step) => step)
    .filter((step) => isDue({ step, totalSteps }, places));

Deno.test("isDue() spreads places evenly, from the start to the end", () => {
  assert.deepEqual(dueOf(150, 6), [0, 30, 60, 90, 120, 150]);
  assert.deepEqual(dueOf(10, 2), [0, 10]);
  assert.deepEqual(dueOf(10, 4), [0, 3, 7, 10], "rounded to steps");
  assert.deepEqual(dueOf(3, 4), [0, 1, 2, 3]);
});

Deno.test("isDue() has every step where there are more places, and never another count", () => {
  assert.deepEqual(dueOf(2, 9), [0, 1, 2]);
  for (let steps = 1; steps < 60; steps++) {
    for (let places = 2; places < 30; places++) {
      assert.equal(dueOf(steps, places).length, Math.min(places, steps + 1), `${steps} ${places}`);
    }
  }
});
