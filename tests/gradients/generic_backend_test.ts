/**
 * The ways that the gradients go on backends which are neither cpu nor wasm: the borders are put
 * around the maps, and all is made of kernels. A second cpu backend stands for these.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { batchNorm } from "../../src/gradients/batch_norm.ts";
import { conv2d } from "../../src/gradients/conv2d.ts";
import { depthwiseConv2d } from "../../src/gradients/depthwise_conv2d.ts";
import { maxPool } from "../../src/gradients/max_pool.ts";
import { registerGradients } from "../../src/gradients/register.ts";
import { resizeBilinear } from "../../src/gradients/resize_bilinear.ts";
import { assertClose } from "../backends.ts";
import { pytorch, toTensor } from "../fixtures/pytorch.ts";
import { toTensor as fromLine, valuesOf } from "../standardization/fixtures/convolutions.ts";
import { assertAdjoint, assertMatchesPytorch, setups } from "./convolutions.ts";
import { cases } from "./fixtures/stock_gradients.ts";
import { stockOps } from "./stock_ops.ts";

const createCpu = tf.findBackendFactory("cpu") as () => tf.KernelBackend;
tf.registerBackend("generic", createCpu);
tf.copyRegisteredKernels("cpu", "generic");

registerGradients();

/** Declares a test on that backend; fails where it leaves tensors behind. */
function onGenericBackend(name: string, body: () => void): void {
  Deno.test(`${name} on a backend that is neither cpu nor wasm`, async () => {
    await tf.setBackend("generic");
    const before = tf.memory().numTensors;
    body();
    assert.equal(tf.memory().numTensors, before, "tensors left behind");
  });
}

for (const [i, expected] of pytorch.conv2d.entries()) {
  onGenericBackend(`conv2d() matches PyTorch (case ${i})`, () => {
    assertMatchesPytorch(conv2d, [0, 1, 2], expected);
  });
}

onGenericBackend("depthwiseConv2d() matches PyTorch", () => {
  assertMatchesPytorch(depthwiseConv2d, [0, 1], pytorch.depthwiseConv2d);
});

for (const convolution of [conv2d, depthwiseConv2d]) {
  onGenericBackend(`${convolution.name}() has adjoint gradients`, () => {
    const property = fc.property(setups, (setup) => assertAdjoint(convolution, setup));
    fc.assert(property, { numRuns: 40, seed: 8 });
  });
}

onGenericBackend("maxPool() and resizeBilinear() match PyTorch", () => {
  const { size, stride, padding, ...pooling } = pytorch.maxPool;
  const ops = [
    { ...pooling, op: (x: tf.Tensor4D) => maxPool(x, size, stride, padding) },
    ...pytorch.resizeBilinear.map((resize) => ({
      ...resize,
      op: (x: tf.Tensor4D) => resizeBilinear(x, resize.size),
    })),
  ];
  for (const { op, x, upstream, y, dx } of ops) {
    tf.tidy(() => {
      assertClose(op(toTensor(x)), y.values, 1e-6, "y");
      const gradient = tf.grad(op as (x: tf.Tensor) => tf.Tensor);
      assertClose(gradient(toTensor(x), toTensor(upstream)), dx.values, 2e-6, "dx");
    });
  }
});

onGenericBackend("batchNorm() matches PyTorch", () => {
  const { epsilon, x, gamma, beta, upstream, dx } = pytorch.batchNorm;
  tf.tidy(() => {
    const [scale, offset]: tf.Tensor1D[] = [toTensor(gamma), toTensor(beta)];
    const gradient = tf.grad((x: tf.Tensor) =>
      batchNorm(x, scale as tf.Tensor1D, offset as tf.Tensor1D, epsilon).y
    );
    assertClose(gradient(toTensor(x), toTensor(upstream)), dx.values, 1e-6, "dx");
  });
});

// cpu's own gradient of a 3-D max-pool, which stands for the backend's here, is not right for all.
const isBackendsOwn = (name: string) => /^(avgPool|conv|nearest|maxPool3d of neg)/.test(name);

for (
  const { name, inputs, upstream, gradients } of cases.filter(({ name }) => isBackendsOwn(name))
) {
  onGenericBackend(`registerGradients() gives PyTorch's gradient of ${name}`, () => {
    tf.tidy(() => {
      const actual = tf.grads(stockOps[name]!.op)(inputs.map(fromLine), fromLine(upstream));
      gradients.forEach((gradient, i) => {
        assertClose(actual[i]!, valuesOf(gradient), 2e-5, `input ${i}`);
      });
    });
  });
}
