import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../../src/tf.ts";
import { lastingVariables, type Plan, planOf } from "../../../src/wasm/recording/plan.ts";
import {
  type Call,
  operandList,
  type Outcome,
  type Value,
} from "../../../src/wasm/recording/values.ts";
import "../../backends.ts";

await tf.setBackend("cpu");
const variables = [0, 1, 2].map(() => tf.variable(tf.scalar(0)));

/** A random step: each number chooses among what is there. */
const steps = fc.record({
  calls: fc.array(
    fc.record({
      kernelName: fc.constantFrom("Add", "Relu", "Conv2D", "GatherV2"),
      operands: fc.array(fc.nat(), { minLength: 1, maxLength: 2 }),
      size: fc.constantFrom(64, 64, 64, 1000, 40),
      scratch: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40 },
  ),
  written: fc.array(fc.nat(), { minLength: 0, maxLength: 3 }),
  results: fc.array(fc.nat(), { minLength: 0, maxLength: 3 }),
});

function valueOf(source: Value["source"], size: number): Value {
  const isConstant = source.kind === "constant";
  return { source, shape: [size], dtype: "float32", bytes: 4 * size, isConstant };
}

/** A step as the tape would take it down. */
function build(step: typeof steps extends fc.Arbitrary<infer T> ? T : never) {
  const outside = [
    ...variables.map((variable) => valueOf({ kind: "variable", variable }, 64)),
    valueOf({ kind: "input", index: 0 }, 64),
    valueOf({ kind: "constant", dataId: {} }, 64),
  ];
  const values = [...outside];
  const calls = step.calls.map(({ kernelName, operands, size, scratch }): Call => {
    const given = operands.map((n) => {
      const value = values[n % values.length]!;
      return { value, shape: value.shape, dtype: value.dtype };
    });
    const made = [valueOf({ kind: "call" }, size)];
    if (scratch && kernelName === "Conv2D") made.push(valueOf({ kind: "call" }, 500));
    values.push(made[0]!);
    const looks = kernelName === "GatherV2";
    return {
      kernelName,
      kernel: () => [],
      attributes: undefined,
      operands: given,
      made,
      looks,
    };
  });
  const ofSize = values.filter(({ bytes }) => bytes === 256);
  const outcome: Outcome = {
    written: step.written.map((n, i) => ({
      variable: variables[i]!,
      value: ofSize[n % ofSize.length]!,
    })),
    results: step.results.map((n) => {
      const value = values[n % values.length]!;
      return { value, dataId: {}, shape: value.shape, dtype: value.dtype };
    }),
  };
  return { calls, outcome };
}

/**
 * Runs calls of a plan on memory whose every 4 bytes say which value they belong to.
 *
 * @param kept the recording's own memory, as the call before has left it
 * @returns what is in variables and results afterwards
 */
function simulate(
  plan: Plan,
  outcome: Outcome,
  calls: readonly Call[],
  kept: (Value | undefined)[],
) {
  const arena = new Array<Value | undefined>(Math.ceil(plan.arenaBytes / 4));
  const states = variables.map((variable) => ({ variable, holds: undefined as Value | undefined }));
  const results = outcome.results.map(() => ({ holds: undefined as Value | undefined }));
  const fresh = outcome.written.map(() => ({ holds: undefined as Value | undefined }));
  /** Where a written variable's new value goes: its own memory, unless its old one must stay. */
  const home = (index: number) => {
    const { variable } = outcome.written[index]!;
    const own = states.find((state) => state.variable === variable)!;
    return plan.keepOld.has(variable) ? fresh[index]! : own;
  };
  const check = (value: Value) => {
    const { source } = value, place = plan.places.get(value);
    if (source.kind === "variable") {
      const state = states.find(({ variable }) => variable === source.variable)!;
      assert.equal(state.holds, undefined, "a variable was overwritten that is still read");
    } else if (place?.kind === "arena" || place?.kind === "kept") {
      const from = place.offset / 4, memory = place.kind === "kept" ? kept : arena;
      for (let i = 0; i < value.bytes / 4; i++) {
        assert.equal(memory[from + i], value, "overwritten");
      }
    } else if (place?.kind === "state") assert.equal(home(place.index).holds, value);
    else if (place?.kind === "result") assert.equal(results[place.index]!.holds, value);
  };
  for (const call of calls) {
    operandList(call).forEach(({ value }) => check(value));
    for (const value of call.made) {
      const place = plan.places.get(value);
      assert.ok(place !== undefined, "has a place");
      if (place.kind === "state") home(place.index).holds = value;
      else if (place.kind === "result") results[place.index]!.holds = value;
      else {
        const memory = place.kind === "kept" ? kept : arena;
        memory.fill(value, place.offset / 4, (place.offset + value.bytes) / 4);
      }
    }
    call.made.forEach(check); // its results and what it needs meanwhile lie apart
  }
  for (const { value, to } of plan.copies) {
    check(value);
    if (to.kind === "result") results[to.index]!.holds = value;
    else if (value.source.kind === "variable" && !plan.keepOld.has(value.source.variable)) {
      assert.fail("an old value is copied from memory that is overwritten");
    } else home(to.index).holds = value;
  }
  return { states: outcome.written.map((_, i) => home(i).holds), results };
}

Deno.test("planOf() keeps each value until it was last read, and ends with the step's outcome", () => {
  fc.assert(
    fc.property(steps, (step) => {
      const { calls, outcome } = build(step);
      const plan = planOf(calls, outcome);
      const kept = new Array<Value | undefined>(Math.ceil(plan.keptBytes / 4));
      // The second call makes no more than what does not last.
      for (const made of [plan.calls, plan.calls.slice(plan.lastingCalls)]) {
        const { states, results } = simulate(plan, outcome, made, kept);
        assert.deepEqual(states, outcome.written.map(({ value }) => value));
        assert.deepEqual(
          results.map(({ holds }) => holds),
          outcome.results.map(({ value }) => value),
        );
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("planOf() has what depends on unwritten variables alone made first, and kept", () => {
  const [frozen, trained] = variables.map((variable) =>
    valueOf({ kind: "variable", variable }, 30_000)
  ) as [Value, Value];
  const input = valueOf({ kind: "input", index: 0 }, 30_000);
  const call = (values: Value[], size = 30_000, looks = false): Call => ({
    kernelName: "Conv2D",
    kernel: () => [],
    attributes: undefined,
    operands: values.map((value) => ({ value, shape: value.shape, dtype: value.dtype })),
    made: [valueOf({ kind: "call" }, size)],
    looks,
  });
  const made = ({ made: [value] }: Call) => value!;
  const ofTrained = call([trained]), ofInput = call([input]), lasting = call([frozen]);
  const larger = call([frozen], 60_001), looking = call([frozen], 30_000, true);
  const onLasting = call([made(lasting), frozen]);
  const last = call([ofTrained, ofInput, onLasting, larger, looking].map(made));
  const outcome: Outcome = {
    written: [{ variable: variables[1]!, value: made(last) }],
    results: [{ value: made(onLasting), dataId: {}, shape: [30_000], dtype: "float32" }],
  };
  const recorded = [ofTrained, ofInput, lasting, larger, looking, onLasting, last];
  const plan = planOf(recorded, outcome);
  assert.equal(plan.lastingCalls, 2);
  const others = [ofTrained, ofInput, larger, looking, last];
  assert.deepEqual(plan.calls, [lasting, onLasting, ...others]);
  assert.equal(plan.places.get(made(lasting))?.kind, "arena"); // only while it is made
  assert.deepEqual(plan.places.get(made(onLasting)), { kind: "kept", offset: 0 });
  assert.deepEqual(plan.copies, [{ value: made(onLasting), to: { kind: "result", index: 0 } }]);
  assert.equal(plan.keptBytes, 120_000); // a multiple of 64
  assert.deepEqual([...lastingVariables(plan)], [variables[0]]);
});

Deno.test("planOf() writes no variable before the last call that may throw", () => {
  fc.assert(
    fc.property(steps, (step) => {
      const { calls, outcome } = build(step), plan = planOf(calls, outcome);
      const last = plan.calls.findLastIndex(({ looks }) => looks);
      plan.calls.slice(0, last + 1).flatMap(({ made }) => made).forEach((value) => {
        assert.notEqual(plan.places.get(value)?.kind, "state");
      });
    }),
    { numRuns: 500 },
  );
});

Deno.test("planOf() leaves out what nothing needs, and writes over operands where it may", () => {
  const input = valueOf({ kind: "input", index: 0 }, 64);
  const operand = (value: Value) => ({ value, shape: value.shape, dtype: value.dtype });
  const call = (kernelName: string, ...operands: Value[]): Call => ({
    kernelName,
    kernel: () => [],
    attributes: undefined,
    operands: operands.map(operand),
    made: [valueOf({ kind: "call" }, 64)],
    looks: false,
  });
  const first = call("Conv2D", input), second = call("Relu", first.made[0]!);
  const third = call("Conv2D", second.made[0]!), unused = call("Square", third.made[0]!);
  const last = call("Sum", third.made[0]!);
  const results = [{ value: last.made[0]!, dataId: {}, shape: [64], dtype: "float32" as const }];
  const plan = planOf([first, second, third, unused, last], { written: [], results });
  assert.deepEqual(plan.calls, [first, second, third, last]);
  assert.deepEqual(plan.places.get(first.made[0]!), plan.places.get(second.made[0]!));
  assert.equal(plan.arenaBytes, 2 * 256); // a convolution reads its operand more than once
  assert.deepEqual(plan.places.get(last.made[0]!), { kind: "result", index: 0 });
});
