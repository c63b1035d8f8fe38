import assert from "node:assert/strict";
import "../../mod.ts"; // repairs what is repaired
import * as tf from "../../src/tf.ts";
import type { Case } from "./case.ts";
import { type Expected, expectedOf } from "./expected.ts";
import { faultOf } from "./known_faults.ts";
import { type Outcome, runCase } from "./run_case.ts";

/** The finite differences of a case are the same for every backend. */
const known = new WeakMap<Case, Expected>();

/**
 * What is repaired before wasm's kernels see it, as they write over other memory otherwise: were the
 * repair lost, these would not fail but break what runs after them. tests/kernels shows what the
 * kernels are handed instead.
 */
const leftOutOnWasm = new RegExp([
  "^(?!.*3d ).* (2×3|3×2) 1(,|$)",
  "^(?!.*3d ).* 1, strides 1×3",
  "dimRoundingMode",
  "^gather with batch dimensions",
  "^matMul of (broadcast batches|batches that repeat)",
].join("|"));

/**
 * Runs cases on the current backend.
 *
 * @param cases the cases
 * @throws where values or gradients are wrong that are not known to be, or right that are known to be
 *     wrong; and where tensors are left behind
 */
export async function sweep(cases: readonly Case[]): Promise<void> {
  const failures: string[] = [];
  for (const sweepCase of cases) {
    if (tf.getBackend() === "wasm" && leftOutOnWasm.test(sweepCase.name)) continue;
    const expected = known.get(sweepCase) ?? expectedOf(sweepCase);
    known.set(sweepCase, expected);
    const before = tf.memory().numTensors;
    const outcome = await runCase(sweepCase, expected);
    const left = tf.memory().numTensors - before;
    failures.push(...failuresOf(sweepCase.name, outcome, left));
  }
  assert.deepEqual(failures, []);
}

function failuresOf(name: string, outcome: Outcome, left: number): string[] {
  const fault = faultOf(name, tf.getBackend());
  if (fault === undefined) {
    const wrong = Object.entries(outcome).map(([what, how]) => `${name}: ${what}: ${how}`);
    return left === 0 ? wrong : [...wrong, `${name}: ${left} tensors left behind`];
  }
  // What throws leaves tensors behind, and wrong values bring wrong gradients.
  if (outcome[fault.wrong] === undefined) return [`${name}: right now: not a known fault any more`];
  const values = fault.wrong === "gradients" ? outcome.values : undefined;
  return values === undefined ? [] : [`${name}: values: ${values}`];
}
