/** Golden values: right on each backend, and wrong where a kernel is. */
import "../../../mod.ts";
import assert from "node:assert/strict";
import { checkCase, goldenCases } from "../../../benchmarks/doctor/golden_cases.ts";
import { hashed } from "../../../benchmarks/doctor/golden_inputs.ts";
import { compareSteps } from "../../../benchmarks/doctor/training_step.ts";
import { verdictOf } from "../../../benchmarks/doctor/verdict.ts";
import * as tf from "../../../src/tf.ts";
import type { Captured } from "../../../src/training/capture.ts";
import { forEachBackend } from "../../backends.ts";

/** TensorFlow.js's reference in plain JavaScript takes seconds for large ones: others have it. */
const small = goldenCases.filter(({ name }) => !name.startsWith("conv 7x7"));

forEachBackend("the golden values are PyTorch's", async () => {
  for (const golden of small) {
    const found = await checkCase(golden);
    assert.equal(verdictOf(found), "right", `${found.name}: ${found.difference}, ${found.at}`);
  }
});

Deno.test("inputs are those of make_golden.py", async () => {
  const tensor = hashed([4], 99);
  // python: [float(v) for v in numbers([4], 99)]
  assert.deepEqual([...await tensor.data()], [
    0.7007777690887451,
    0.751366138458252,
    -0.8496767282485962,
    -0.9538905620574951,
  ]);
  tensor.dispose();
});

/** What a fault of a kernel does to a case's verdict. */
async function withFault(kernelName: string, fault: (y: tf.Tensor) => tf.Tensor) {
  await tf.setBackend("cpu");
  const stock = tf.getKernel(kernelName, "cpu")!;
  tf.unregisterKernel(kernelName, "cpu");
  tf.registerKernel({
    ...stock,
    kernelFunc: (params) => {
      const y = stock.kernelFunc(params) as tf.TensorInfo;
      return fault(tf.engine().makeTensorFromTensorInfo(y));
    },
  });
  try {
    return await checkCase(goldenCases.find(({ name }) => name === "matrix product")!);
  } finally {
    tf.unregisterKernel(kernelName, "cpu");
    tf.registerKernel(stock);
  }
}

Deno.test("a fault anywhere in a kernel's output is found, and TF32's rounding told from it", async () => {
  /** To 10 bits behind the first, as TF32 has. */
  const rounded = (y: tf.Tensor) => {
    const bits = new Uint32Array(Float32Array.from(y.dataSync()).buffer);
    const floats = new Float32Array(bits.map((word) => (word + 0x1000) & 0xffffe000).buffer);
    return tf.tensor(floats, y.shape);
  };
  const scaled = (by: number) => (y: tf.Tensor) => tf.mul(y, by);
  assert.equal(verdictOf(await withFault("BatchMatMul", scaled(1 + 1e-6))), "right");
  const reduced = await withFault("BatchMatMul", rounded);
  assert.equal(verdictOf(reduced, { gpu: "GPU:0" }), "reduced precision");
  assert.equal(verdictOf(reduced), "wrong", "on processors, which have no such products");
  assert.equal(verdictOf(await withFault("BatchMatMul", scaled(1.1))), "wrong");
  const off = await withFault("BatchMatMul", scaled(1 + 1e-3));
  assert.equal(verdictOf(off, { gpu: "GPU:0" }), "wrong");
  const lastRow = (y: tf.Tensor) => {
    const rows = y.shape.at(-2)!;
    const mask = Array.from({ length: rows }, (_, i) => i === rows - 1 ? 0 : 1);
    return tf.mul(y, tf.tensor2d(mask, [rows, 1]));
  };
  const found = await withFault("BatchMatMul", lastRow);
  assert.equal(verdictOf(found), "wrong", `${found.difference} ${found.at}`);
  const broken = await withFault("BatchMatMul", (y) => tf.mul(y, NaN));
  assert.equal(verdictOf(broken), "wrong");
});

Deno.test("verdictOf() sees what is wrong with values beside those that are kept", () => {
  assert.equal(verdictOf({ difference: 1e-6, whole: 1e-6 }), "right");
  assert.equal(verdictOf({ difference: 1e-6, whole: 1e-4 }), "wrong");
  assert.equal(verdictOf({ difference: 1e-6, whole: 1e-4 }, { gpu: "GPU:0" }), "reduced precision");
  assert.equal(verdictOf({ difference: 1e-6, whole: 1e-3 }, { gpu: "GPU:0" }), "wrong");
});

/** Runs something while wasm's captured steps are made otherwise. */
async function capturing<T>(
  change: (loss: tf.Scalar) => tf.Scalar,
  run: () => Promise<T>,
): Promise<T> {
  await tf.setBackend("wasm");
  type Step = Captured<tf.Tensor[], tf.Scalar>;
  const backend = tf.backend() as unknown as { capture(step: unknown): Step };
  const capture = backend.capture;
  backend.capture = (step) => {
    const captured = capture.call(backend, step);
    return Object.assign((...inputs: tf.Tensor[]) => change(captured(...inputs)), {
      callAsync: async (...inputs: tf.Tensor[]) => change(await captured.callAsync(...inputs)),
      dispose: () => captured.dispose(),
    });
  };
  try {
    return await run();
  } finally {
    backend.capture = capture;
  }
}

Deno.test("compareSteps() finds captured steps that differ from eager ones", async () => {
  const right = await capturing((loss) => loss, compareSteps);
  assert.ok(right.difference <= 1e-4 && right.lossOfNaN === "NaN", JSON.stringify(right));
  const wrong = await capturing((loss) => tf.mul(loss, 1.01) as tf.Scalar, compareSteps);
  assert.match(wrong.at, /^losses, value \d/);
  assert.ok(wrong.difference > 5e-3, `${wrong.difference}`);
  const hiding = await capturing(
    (loss) => tf.relu(tf.where(tf.isNaN(loss), 0, loss)),
    compareSteps,
  );
  assert.equal(hiding.lossOfNaN, "0");
});
