import assert from "node:assert/strict";
import * as fc from "fast-check";
import { cosine, poly, type Schedule, step } from "../../src/training/schedules.ts";

function factors(schedule: Schedule, steps: number[], totalSteps: number): number[] {
  return steps.map((s) => Number(schedule(s, totalSteps).toFixed(6)));
}

Deno.test("cosine() falls from 1 to 0, half way at half time", () => {
  assert.deepEqual(factors(cosine(), [0, 25, 50, 75, 100], 100), [
    1,
    Number((0.5 + Math.SQRT1_2 / 2).toFixed(6)),
    0.5,
    Number((0.5 - Math.SQRT1_2 / 2).toFixed(6)),
    0,
  ]);
});

Deno.test("cosine() warms up linearly, then takes the rest of the run", () => {
  const schedule = cosine({ warmupSteps: 5000 });
  assert.deepEqual(factors(schedule, [0, 1250, 5000, 30625, 56250], 56250), [0, 0.25, 1, 0.5, 0]);
});

Deno.test("cosine() ends at finalFactor", () => {
  assert.deepEqual(factors(cosine({ finalFactor: 0.1 }), [0, 5, 10], 10), [1, 0.55, 0.1]);
});

Deno.test("poly() is a power of what is left", () => {
  assert.deepEqual(factors(poly({ power: 2 }), [0, 5, 9, 10], 10), [1, 0.25, 0.01, 0]);
  assert.equal(poly()(50, 100), 0.5 ** 0.9);
});

Deno.test("step() multiplies by gamma at each milestone", () => {
  const schedule = step({ milestones: [3, 6], gamma: 0.5, warmupSteps: 2 });
  assert.deepEqual(factors(schedule, [0, 1, 2, 3, 5, 6, 9], 10), [
    0,
    0.5,
    1,
    0.5,
    0.5,
    0.25,
    0.25,
  ]);
});

Deno.test("schedules rise through the warm-up to 1 and never again", () => {
  const lengths = fc.record({
    totalSteps: fc.integer({ min: 1, max: 300 }),
    warmupSteps: fc.integer({ min: 0, max: 50 }),
    finalFactor: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(fc.property(lengths, ({ totalSteps, warmupSteps, finalFactor }) => {
    const schedules = [
      cosine({ warmupSteps, finalFactor }),
      poly({ warmupSteps }),
      step({ warmupSteps, milestones: [warmupSteps + 10, warmupSteps + 20] }),
    ];
    for (const schedule of schedules) {
      let last = warmupSteps > 0 ? 0 : 1;
      for (let s = 0; s <= totalSteps + 1; s++) {
        const factor = schedule(s, totalSteps);
        assert.ok(factor >= 0 && factor <= 1, `${factor} at ${s}`);
        assert.ok(s < warmupSteps ? factor >= last : s === warmupSteps || factor <= last + 1e-12);
        last = factor;
      }
    }
  }));
});

Deno.test("schedules throw when an option is out of range", () => {
  assert.throws(() => cosine({ warmupSteps: -1 }), {
    name: "RangeError",
    message: "Cannot make cosine as warmupSteps must be >= 0: current value is -1",
  });
  assert.throws(() => cosine({ finalFactor: NaN }), RangeError);
  assert.throws(() => poly({ power: -1 }), RangeError);
  assert.throws(() => step({ milestones: [5, 5] }), RangeError);
  assert.throws(() => step({ milestones: [-2] }), RangeError);
  assert.throws(() => step({ milestones: [], gamma: -1 }), RangeError);
});
