/** Kernels by TensorFlow's batch normalization, beside what the library composes on the cpu backend. */
import assert from "node:assert/strict";
import { standardizeWeights, type Variant } from "../../../../mod.ts";
import { batchNorm } from "../../../../src/gradients/batch_norm.ts";
import { variants } from "../../../../src/standardization/variants.ts";
import * as tf from "../../../../src/tf.ts";
import { assertClose } from "../../../backends.ts";
import type { TensorFlowBackend } from "../../../../src/backends/tensorflow/mod.ts";
import { testOnTensorFlow, wave } from "../harness.ts";

type Op = (...inputs: tf.Tensor[]) => tf.Tensor;

/** The values of an op and of its gradients, on a backend. */
async function computed(backend: string, op: Op, shapes: number[][]): Promise<Float32Array[]> {
  await tf.setBackend(backend);
  return tf.tidy(() => {
    const inputs = shapes.map((shape, i) => wave(shape, i));
    const y = op(...inputs);
    const gradients = tf.grads(op)(inputs, wave(y.shape, shapes.length));
    return [y, ...gradients].map((tensor) => tensor.dataSync() as Float32Array);
  });
}

async function assertComposed(op: Op, shapes: number[][], what: string): Promise<void> {
  const expected = await computed("cpu", op, shapes);
  const actual = await computed("tensorflow", op, shapes);
  for (const [i, values] of actual.entries()) {
    const scale = Math.max(1, ...expected[i]!.map(Math.abs));
    const part = i === 0 ? "values" : `gradient ${i}`;
    assertClose(values, expected[i]!, 1e-5 * scale, `${what}, ${part}`);
  }
}

testOnTensorFlow("a kernel's standardization is the composed one, each variant", async () => {
  for (const variant of Object.keys(variants) as Variant[]) {
    // With few values in a filter, a variance's divisor makes a difference.
    // Small ones are composed; the last is what TensorFlow's operation computes.
    for (const shape of [[1, 1, 2, 3], [3, 3, 2, 4], [5, 2], [5, 12_000]]) {
      for (const epsilon of variants[variant].divides ? [undefined, 0.1] : [undefined]) {
        const standardize = (w: tf.Tensor) => standardizeWeights(w, { variant, epsilon });
        await assertComposed(standardize, [shape], `${variant} [${shape}], epsilon ${epsilon}`);
      }
    }
  }
});

testOnTensorFlow("a batch's normalization is the composed one", async () => {
  for (const shape of [[4, 3], [2, 3, 4, 5], [4, 15_000], [2, 5, 6_000], [2, 3, 4, 3_000]]) {
    for (const epsilon of [1e-5, 0.5]) {
      const normalize = (...[x, gamma, beta]: tf.Tensor[]) =>
        batchNorm(x!, gamma as tf.Tensor1D, beta as tf.Tensor1D, epsilon).y;
      const channels = [shape.at(-1)!];
      await assertComposed(normalize, [shape, channels, channels], `[${shape}], ${epsilon}`);
    }
  }
});

/** The names of TensorFlow's operations that a computation runs. */
function operationsOf(backend: TensorFlowBackend, compute: () => tf.Tensor): string[] {
  const names: string[] = [];
  const { executeOp } = backend.binding;
  backend.binding.executeOp = (name, ...others) => {
    names.push(name);
    return executeOp(name, ...others);
  };
  try {
    compute().dispose();
  } finally {
    backend.binding.executeOp = executeOp;
  }
  return names;
}

testOnTensorFlow("what is small is composed, what is large one operation each way", (backend) => {
  const vector = tf.ones([64]) as tf.Tensor1D;
  const ops: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    batchNorm: (x) => batchNorm(x, vector, vector, 1e-5).y,
    standardizeWeights: (x) => standardizeWeights(x),
  };
  for (const [name, op] of Object.entries(ops)) {
    for (const [rows, isFused] of [[768, false], [769, true]] as const) {
      const x = wave([rows, 64]);
      const names = operationsOf(backend, () => tf.grad(op)(x));
      const fused = names.filter((name) => name.startsWith("FusedBatchNorm"));
      const expected = isFused ? ["FusedBatchNormV3", "FusedBatchNormGradV3"] : [];
      assert.deepEqual(fused, expected, `${name} of ${rows} rows`);
      x.dispose();
    }
  }
  vector.dispose();
});
