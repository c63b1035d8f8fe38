/**
 * What a stock kernel is handed in the place of what it gets wrong. For some of this wasm's would write
 * over other memory: so no kernel of wasm runs here.
 */
import assert from "node:assert/strict";
import { explicitPadding } from "../../src/kernels/explicit_padding.ts";
import { gatherInBatches } from "../../src/kernels/gather_in_batches.ts";
import { broadcastBatches } from "../../src/kernels/broadcast_batches.ts";
import type { KernelRepair } from "../../src/kernels/repair.ts";
import * as tf from "../../src/tf.ts";
import { assertClose } from "../backends.ts";

/** What the stock kernel sees of a call. */
function handed(repair: KernelRepair, inputs: tf.NamedTensorMap, attributes: tf.NamedAttrMap) {
  assert.ok(repair.applies(inputs, attributes));
  let seen: { inputs: tf.NamedTensorMap; attributes: tf.NamedAttrMap } | undefined;
  tf.tidy(() => {
    repair.run(inputs, attributes, (inputs, attributes) => {
      seen = { inputs, attributes };
      return [];
    });
  });
  return seen!;
}

Deno.test("repairs are of wasm's kernels too", () => {
  for (const repair of [...explicitPadding, gatherInBatches, broadcastBatches]) {
    assert.ok(repair.backendNames.includes("wasm"));
  }
});

Deno.test("a kernel is handed a list of borders instead of a number", async () => {
  await tf.setBackend("cpu");
  const [convolutions, pools] = explicitPadding as [KernelRepair, KernelRepair];
  const x = tf.zeros([1, 5, 6, 1]), filter = tf.zeros([1, 3, 1, 1]);
  const number = { strides: [2, 1], pad: 1, dataFormat: "NHWC", dilations: [1, 1] };
  const convolution = handed(convolutions, { x, filter }, number).attributes;
  assert.deepEqual(convolution["pad"], [[0, 0], [1, 1], [1, 1], [0, 0]]);
  const pool = { filterSize: [3, 2], strides: [2, 2], pad: 1 };
  assert.deepEqual(handed(pools, { x }, pool).attributes["pad"], [[0, 0], [1, 1], [1, 1], [0, 0]]);
  tf.dispose([x, filter]);
});

Deno.test("a kernel is handed room for the last window instead of dimRoundingMode", async () => {
  await tf.setBackend("cpu");
  const [, pools] = explicitPadding as [KernelRepair, KernelRepair];
  const x = tf.zeros([1, 6, 5, 1]);
  const attributes = { filterSize: [3, 2], strides: [2, 2], pad: 0, dimRoundingMode: "ceil" };
  const seen = handed(pools, { x }, attributes).attributes;
  assert.deepEqual(seen["pad"], [[0, 0], [0, 1], [0, 1], [0, 0]]);
  assert.equal(seen["dimRoundingMode"], null);
  x.dispose();
});

Deno.test("a kernel is handed matrices of the same batches", async () => {
  await tf.setBackend("cpu");
  const a = tf.zeros([2, 1, 3, 4]), b = tf.zeros([1, 3, 4, 5]);
  const seen = handed(broadcastBatches, { a, b }, {}).inputs;
  assert.deepEqual([seen["a"]!.shape, seen["b"]!.shape], [[2, 3, 3, 4], [2, 3, 4, 5]]);
  tf.dispose([a, b]);
});

Deno.test("gather with batchDims gathers along one axis", async () => {
  await tf.setBackend("cpu");
  const x = tf.tensor2d([0, 1, 2, 10, 11, 12], [2, 3]);
  const indices = tf.tensor2d([2, 0, 1, 1], [2, 2], "int32");
  const attributes = { axis: 1, batchDims: 1 };
  const gather = (indices: tf.Tensor) =>
    tf.tidy(() =>
      gatherInBatches.run({ x, indices }, attributes, () => assert.fail("stock")) as tf.Tensor
    );
  const y = gather(indices);
  assertClose(y, [2, 0, 11, 11], 0);
  const outside = tf.tensor2d([2, 3], [2, 1], "int32");
  assert.throws(() => gather(outside), /RangeError: Cannot gather as indices must be .* < 3.* 3$/);
  tf.dispose([x, indices, outside, y]);
});
