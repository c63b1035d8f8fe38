import assert from "node:assert/strict";
import * as fc from "fast-check";
import { bitHyperRule, cosine, poly, type Schedule, step } from "../../src/training/schedules.ts";

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

Deno.test("bitHyperRule() changes at 20,000 and 500,000 examples, and at 96 × 96 pixels", () => {
  const size = { height: 300, width: 400 };
  const of = (examples: number) => {
    const { schedule: _, ...rule } = bitHyperRule({ examples, ...size });
    return rule;
  };
  const sgd = { batchSize: 512, learningRate: 0.003, momentum: 0.9, resize: 512, crop: 480 };
  assert.deepEqual(of(19_999), {
    steps: 500,
    maxDuration: "500ba",
    warmupSteps: 100,
    decaySteps: [200, 300, 400],
    mixup: 0,
    ...sgd,
  });
  assert.deepEqual(of(1), of(19_999));
  const medium = {
    steps: 10_000,
    maxDuration: "10000ba",
    warmupSteps: 500,
    decaySteps: [3000, 6000, 9000],
    mixup: 0.1,
    ...sgd,
  };
  assert.deepEqual([of(20_000), of(499_999)], [medium, medium]);
  assert.deepEqual(of(500_000), {
    ...medium,
    steps: 20_000,
    maxDuration: "20000ba",
    decaySteps: [6000, 12_000, 18_000],
  });
  const sides = (height: number, width: number) => {
    const { resize, crop } = bitHyperRule({ examples: 9, height, width });
    return [resize, crop];
  };
  assert.deepEqual([sides(32, 32), sides(95, 97)], [[160, 128], [160, 128]]);
  assert.deepEqual([sides(96, 96), sides(48, 192)], [[512, 480], [512, 480]]);
});

Deno.test("bitHyperRule()'s rate rises from 0, and is a tenth after each decay, not at it", () => {
  const { schedule } = bitHyperRule({ examples: 100, height: 32, width: 32 });
  assert.deepEqual(factors(schedule, [0, 25, 99, 100, 200, 201, 300, 301, 400, 401, 499], 500), [
    0,
    0.25,
    0.99,
    1,
    1,
    0.1,
    0.1,
    0.01,
    0.01,
    0.001,
    0.001,
  ]);
  const large = bitHyperRule({ examples: 1e6, height: 32, width: 32 }).schedule;
  assert.deepEqual(factors(large, [250, 6000, 6001, 18_000, 18_001], 20_000), [
    0.5,
    1,
    0.1,
    0.01,
    0.001,
  ]);
});

Deno.test("bitHyperRule() is stretched to a run of another length", () => {
  const { schedule } = bitHyperRule({ examples: 100, height: 32, width: 32 });
  assert.deepEqual(factors(schedule, [0, 1, 2, 4, 5, 8, 9], 10), [0, 0.5, 1, 1, 0.1, 0.01, 0.001]);
});

Deno.test("bitHyperRule() refuses what is no count", () => {
  const good = { examples: 1, height: 1, width: 1 };
  for (const name of ["examples", "height", "width"]) {
    for (const value of [0, 1.5, -1, NaN, "3", undefined]) {
      const message =
        `Cannot make bitHyperRule as ${name} must be an integer >= 1: current value is ${value}`;
      assert.throws(() => bitHyperRule({ ...good, [name]: value }), {
        name: "RangeError",
        message,
      });
    }
  }
});
