/** Every statistic refuses values that are not finite, or is NaN itself: never a number. */
import assert from "node:assert/strict";
import fc from "fast-check";

const folder = new URL("../../../../benchmarks/judge/statistics/", import.meta.url);

interface Case {
  /** Arguments that the function takes. */
  args: fc.Arbitrary<unknown[]>;
  /** Whether it has a limit at infinity: 0 below, 1 above. */
  hasLimits?: boolean;
}

const value = fc.double({ min: -100, max: 100, noNaN: true });
const time = fc.double({ min: 0.1, max: 100, noNaN: true });
const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const list = (least: number, most = 40, each = value) =>
  fc.array(each, { minLength: least, maxLength: most });
const estimate = fc.record({
  centre: value,
  error: time,
  degrees: fc.integer({ min: 1, max: 50 }),
});
const power = fc.record({ difference: time, sd: time, alpha: share });

/** By the function's name; a statistic that is not here fails the test. */
const cases: Record<string, Case> = {
  addedTime: {
    args: fc.tuple(
      fc.array(fc.record({ baselineMs: time, armMs: time }), { minLength: 1, maxLength: 40 }),
    ),
  },
  assertFinite: { args: fc.tuple(fc.constant("it"), fc.constant("values"), list(1)) },
  autocorrelation: { args: fc.tuple(list(3)) },
  bootstrapMedianRatio: {
    args: fc.tuple(
      list(30, 30, time),
      list(30, 30, time),
      fc.record({ seed: fc.nat() }),
    ),
  },
  fitLine: { args: fc.tuple(list(8, 8), list(8, 8)) },
  holm: { args: fc.tuple(list(1, 10, share)) },
  mannWhitney: { args: fc.tuple(list(4, 6), list(4, 6)) },
  mean: { args: fc.tuple(list(1)) },
  meanEstimate: { args: fc.tuple(list(1)) },
  meanInterval: { args: fc.tuple(list(0)) },
  meanT: { args: fc.tuple(list(1)) },
  median: { args: fc.tuple(list(1)) },
  noncentralTail: { args: fc.tuple(value, fc.integer({ min: 1, max: 50 }), value) },
  outliers: { args: fc.tuple(list(1)) },
  pairedPower: { args: fc.tuple(fc.integer({ min: 2, max: 20 }), power) },
  pairsNeeded: {
    args: fc.tuple(power, share).map(([options, power]) => [{ ...options, sd: 1, power }]),
  },
  percentileInterval: { args: fc.tuple(list(1), share) },
  quantile: { args: fc.tuple(list(1), share) },
  standardDeviation: { args: fc.tuple(list(1)) },
  ranks: { args: fc.tuple(list(1)) },
  tCdf: { args: fc.tuple(value, fc.integer({ min: 1, max: 50 })), hasLimits: true },
  tQuantile: { args: fc.tuple(share, fc.integer({ min: 1, max: 50 })) },
  tInterval: { args: fc.tuple(estimate, share) },
  tTest: { args: fc.tuple(estimate) },
  trend: { args: fc.tuple(list(3)) },
  welch: { args: fc.tuple(list(0), list(0)) },
};

/** Every function of every module in the folder. */
const functions = new Map<string, (...args: unknown[]) => unknown>();
for (const { name } of Deno.readDirSync(folder)) {
  if (name.endsWith(".d.ts")) continue;
  for (const [key, member] of Object.entries(await import(new URL(name, folder).href))) {
    if (typeof member === "function") functions.set(key, member as () => unknown);
  }
}

/** How an error begins, which names the statistic; what `assertFinite()` is given here is called "it". */
const names = new RegExp(`^Cannot [a-z ]+ (${[...functions.keys(), "it"].join("|")}) as `);

type Path = (string | number)[];

/** The places of all numbers in arguments. */
function places(value: unknown, path: Path = []): Path[] {
  if (typeof value === "number") return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, held]) => places(held, [...path, key]));
}

function replaced(value: unknown, [key, ...rest]: Path, by: number): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...value as object }) as Record<
    string,
    unknown
  >;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

/** The numbers of an outcome, but for how many values there were. */
function numbers(outcome: unknown): number[] {
  if (typeof outcome === "number") return [outcome];
  if (typeof outcome !== "object" || outcome === null) return [];
  return Object.entries(outcome).flatMap(([key, held]) => key === "n" ? [] : numbers(held));
}

Deno.test("the cases are those of all statistics", () => {
  assert.deepEqual(Object.keys(cases).sort(), [...functions.keys()].sort());
});

for (const [name, { args, hasLimits = false }] of Object.entries(cases)) {
  const compute = functions.get(name)!;

  Deno.test(`${name}() refuses or passes on what is not finite`, () => {
    const odd = fc.constantFrom(NaN, Infinity, -Infinity);
    fc.assert(
      fc.property(args, fc.nat(), odd, (given, at, by) => {
        const all = places(given);
        if (all.length === 0) return; // nothing was given that could be odd
        const place = all[at % all.length]!;
        const poisoned = replaced(given, place, by) as unknown[];
        let outcome: unknown;
        try {
          outcome = compute(...poisoned);
        } catch (error) {
          assert.ok(error instanceof RangeError, `${error}`);
          assert.match(error.message, names);
          return;
        }
        if (hasLimits && place[0] === "0" && by !== by) assert.fail("NaN has no limit");
        if (hasLimits && place[0] === "0") return assert.equal(outcome, by > 0 ? 1 : 0);
        const found = numbers(outcome);
        assert.ok(found.length > 0, `${outcome}`);
        assert.ok(found.every((each) => !Number.isFinite(each)), JSON.stringify(outcome));
      }),
      { numRuns: 300, seed: 11 },
    );
  });

  Deno.test(`${name}() takes what is finite`, () => {
    fc.assert(fc.property(args, (given) => void compute(...given)), { numRuns: 30, seed: 12 });
  });
}

Deno.test("a statistic names the value that is not finite, and its place", () => {
  const welch = functions.get("welch")!;
  assert.throws(() => welch([1, NaN, 3], [1, 2, 3]), {
    name: "RangeError",
    message:
      "Cannot compute welch as a must be finite: value 2 of 3 is NaN; leave it out, and say so",
  });
});
