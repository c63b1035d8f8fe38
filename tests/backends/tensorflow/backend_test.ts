import assert from "node:assert/strict";
import {
  OutOfMemoryError,
  registerTensorFlowBackend,
  TensorFlowError,
} from "../../../src/backends/tensorflow/mod.ts";
import { EagerBinding } from "../../../src/backends/tensorflow/eager_binding.ts";
import * as tf from "../../../src/tf.ts";
import { testOnTensorFlow, testWithLibrary, wave } from "./harness.ts";

/** Ops of TensorFlow.js, each with a result; the cpu backend, in plain JavaScript, is the truth. */
const OPS: Record<string, () => tf.Tensor | tf.Tensor[]> = {
  "conv2d, stride 2, same": () =>
    tf.conv2d(wave([2, 7, 6, 3]) as tf.Tensor4D, wave([3, 3, 3, 4]) as tf.Tensor4D, 2, "same"),
  "depthwiseConv2d": () =>
    tf.depthwiseConv2d(
      wave([1, 6, 6, 3]) as tf.Tensor4D,
      wave([3, 3, 3, 2]) as tf.Tensor4D,
      1,
      "valid",
    ),
  "maxPool": () => tf.maxPool(wave([1, 6, 6, 2]) as tf.Tensor4D, 3, 2, "valid"),
  "matMul, transposed": () =>
    tf.matMul(wave([4, 3]) as tf.Tensor2D, wave([5, 3], 1) as tf.Tensor2D, false, true),
  "gather": () => tf.gather(wave([5, 3]), tf.tensor1d([4, 0, 4], "int32"), 0),
  "gather, along the last axis": () => tf.gather(wave([5, 3]), tf.tensor1d([2, 0], "int32"), 1),
  "concat": () => tf.concat([wave([2, 3]), wave([2, 1], 2), wave([2, 2], 3)], 1),
  "stack": () => tf.stack([wave([2, 3]), wave([2, 3], 2)], 1),
  "addN": () => tf.addN([wave([3]), wave([3], 1), wave([3], 2)]),
  "split": () => tf.split(wave([6, 2]), [1, 2, 3]),
  "argMax": () => tf.argMax(wave([4, 5]), 1),
  "topk": () => {
    const { values, indices } = tf.topk(wave([3, 5]), 2);
    return [values, indices];
  },
  "cast to int32, truncating": () => tf.cast(tf.mul(wave([6]), 3), "int32"),
  "cast to bool": () => tf.cast(tf.tensor1d([0, 1, -2, 0.5]), "bool"),
  "logicalAnd of comparisons": () =>
    tf.logicalAnd(tf.greater(wave([6]), 0), tf.less(wave([6]), 0.8)),
  "where": () => tf.where(tf.greater(wave([6]), 0), wave([6], 1), wave([6], 2)),
  "integer division": () =>
    tf.floorDiv(tf.tensor1d([7, -7, 5], "int32"), tf.tensor1d([2, 2, -3], "int32")),
  "moments": () => {
    const { mean, variance } = tf.moments(wave([4, 3]), 0);
    return [mean, variance];
  },
  "logSoftmax": () => tf.logSoftmax(wave([3, 4])),
  "oneHot": () => tf.oneHot(tf.tensor1d([2, 0, 1], "int32"), 3),
  "stridedSlice": () => tf.stridedSlice(wave([6, 4]), [5, 0], [0, 4], [-2, 3]),
  "pad": () => tf.pad(wave([2, 2]), [[1, 0], [0, 2]], 3),
  "transpose": () => tf.transpose(wave([2, 3, 4]), [2, 0, 1]),
  "einsum": () => tf.einsum("bij,bjk->bik", wave([2, 3, 4]), wave([2, 4, 2], 1)),
  "cumsum": () => tf.cumsum(wave([2, 5]), 1, true),
  "complex, and its absolute": () => tf.abs(tf.complex(wave([4]), wave([4], 1))),
  "fft": () => tf.real(tf.fft(tf.complex(wave([8]), wave([8], 1)))),
  "an empty tensor": () => tf.concat([tf.zeros([0, 3]), wave([1, 3])], 0),
  "gradient of a convolution": () =>
    tf.grad((x) => tf.conv2d(x as tf.Tensor4D, wave([3, 3, 2, 3]) as tf.Tensor4D, 1, "same"))(
      wave([1, 5, 5, 2]),
    ),
  "gradient of gather": () =>
    tf.grad((x) => tf.gather(x, tf.tensor1d([1, 1, 0], "int32")))(wave([3, 2])),
};

/** Values and forms, as plain data. */
function evaluate(op: () => tf.Tensor | tf.Tensor[]): { values: number[]; form: string }[] {
  const results = tf.tidy(() => [op()].flat());
  const plain = results.map((tensor) => ({
    values: Array.from(tensor.dataSync()),
    form: `${tensor.dtype}[${tensor.shape}]`,
  }));
  tf.dispose(results);
  return plain;
}

for (const [name, op] of Object.entries(OPS)) {
  testOnTensorFlow(`TensorFlowBackend computes as cpu does: ${name}`, async () => {
    const actual = evaluate(op);
    await tf.setBackend("cpu");
    const expected = evaluate(op);
    await tf.setBackend("tensorflow");
    assert.deepEqual(actual.map(({ form }) => form), expected.map(({ form }) => form));
    actual.forEach(({ values }, i) =>
      values.forEach((value, k) => {
        const wanted = expected[i]?.values[k] ?? NaN;
        assert.ok(
          Math.abs(value - wanted) <= 1e-5 * (1 + Math.abs(wanted)),
          `${value} ≠ ${wanted}`,
        );
      })
    );
  });
}

testOnTensorFlow("TensorFlowBackend keeps strings when they are short, long or empty", () => {
  const strings = ["", "weight", "Kernel über alles ✓", "x".repeat(1000)];
  const tensor = tf.tensor2d(strings, [2, 2]);
  const joined = tf.concat([tensor, tensor], 0);
  assert.deepEqual(joined.dataSync() as unknown as string[], [...strings, ...strings]);
  tf.dispose([tensor, joined]);
});

testOnTensorFlow("run() yields int32 when TensorFlow's result is int64", (backend) => {
  const mask = tf.tensor1d([0, 1, 1, 0, 1], "bool");
  const [indices] = backend.run("Where", { T: { type: "bool" } }, [mask], 1) as [tf.Tensor];
  assert.equal(indices.dtype, "int32");
  assert.deepEqual(Array.from(indices.dataSync()), [1, 2, 4]);
  const next = tf.square(indices);
  assert.deepEqual(Array.from(next.dataSync()), [1, 4, 16]);
  tf.dispose([mask, indices, next]);
});

testOnTensorFlow("run() takes lists of ints and floats and strings as attributes", (backend) => {
  const x = wave([1, 5, 5, 1]), kernel = wave([3, 3, 1, 1], 1);
  const attributes = {
    T: { type: "float32" },
    strides: { int: [1, 2, 2, 1] },
    padding: "EXPLICIT",
    explicit_paddings: { int: [0, 0, 1, 1, 1, 1, 0, 0] },
    use_cudnn_on_gpu: true,
  } as const;
  const [actual] = backend.run("Conv2D", attributes, [x, kernel], 1) as [tf.Tensor];
  const expected = tf.tidy(() => {
    const padded = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]) as tf.Tensor4D;
    return tf.conv2d(padded, kernel as tf.Tensor4D, 2, "valid");
  });
  assert.deepEqual(actual.arraySync(), expected.arraySync());
  tf.dispose([x, kernel, actual, expected]);
});

testOnTensorFlow(
  "run() throws the operation's name and TensorFlow's message when it fails",
  (backend) => {
    const x = wave([2, 3]), y = wave([2, 3]);
    const attributes = { T: { type: "float32" }, transpose_a: false, transpose_b: false } as const;
    assert.throws(
      () => backend.run("MatMul", attributes, [x, y], 1),
      (error) =>
        error instanceof TensorFlowError && error.operation === "MatMul" && error.code === 3 &&
        /^MatMul: Matrix size-incompatible/.test(error.message),
    );
    assert.throws(() => backend.run("NoSuchOperation", {}, [x], 1), /NoSuchOperation/);
    const product = tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D, false, true); // still usable
    tf.dispose([x, y, product]);
  },
);

testOnTensorFlow(
  "TensorFlowBackend throws OutOfMemoryError with advice when memory is short",
  () => {
    assert.throws(() => tf.tidy(() => tf.fill([1e6, 1e6, 10], 1)), (error) => {
      return error instanceof OutOfMemoryError && /\[1000000,1000000,10\]/.test(error.message) &&
        /Try half the batch size, or microbatches/.test(error.message);
    });
  },
);

testOnTensorFlow("gather() throws TensorFlow's message when an index is out of range", () => {
  const x = wave([3, 2]), indices = tf.tensor1d([3], "int32");
  assert.throws(() => tf.gather(x, indices), /indices\[0\] = 3 is not in \[0, 3\)/);
  tf.dispose([x, indices]);
});

testOnTensorFlow("statelessRandomUniform() depends on the seed alone", (backend) => {
  const draw = (seed: number) =>
    tf.tidy(() => {
      return backend.statelessRandomUniform([1000], tf.tensor1d([seed, 0], "int32")).dataSync<
        "float32"
      >();
    });
  const first = draw(1);
  assert.deepEqual(draw(1), first);
  assert.notDeepEqual(draw(2), first);
  assert.ok(first.every((value) => value >= 0 && value < 1));
  assert.ok(Math.abs(first.reduce((a, b) => a + b) / 1000 - 0.5) < 0.05);
});

testOnTensorFlow("TensorFlowBackend frees memory over 1,000 steps of mixed ops", (backend) => {
  const residentBytes = () => Deno.memoryUsage().rss;
  const step = () =>
    tf.tidy(() => {
      const x = wave([256, 256]) as tf.Tensor2D;
      const words = tf.tensor1d(["a".repeat(5000), "b".repeat(5000)]);
      tf.concat([words, words]).dataSync();
      void tf.sum(tf.relu(tf.matMul(x, x))).dataSync();
    });
  for (let i = 0; i < 100; i++) step();
  const handles = backend.eager.tensorCount, before = residentBytes();
  for (let i = 0; i < 1000; i++) step();
  assert.equal(backend.eager.tensorCount, handles);
  // One leaked matrix a step would be 262 MB, one leaked string 5 MB.
  assert.ok(residentBytes() - before < 64e6, `grew by ${residentBytes() - before} bytes`);
});

testOnTensorFlow("memory() is reliable and counts what is there", () => {
  const x = wave([10]);
  assert.equal(tf.memory().unreliable, false);
  x.dispose();
});

testWithLibrary(
  "registerTensorFlowBackend() returns the registered backend when called again",
  () => {
    const backend = registerTensorFlowBackend();
    assert.equal(registerTensorFlowBackend({ intraOpThreads: 1 }), backend);
    assert.ok(backend.devices().some(({ type }) => type === "CPU"));
    assert.match(backend.version, /^2\./);
  },
);

testOnTensorFlow(
  "large values are TensorFlow's from the start, small ones at their first use",
  (backend) => {
    const count = () => backend.eager.tensorCount;
    const before = count(), values = new Float32Array(1025).fill(3);
    const large = tf.tensor1d(values);
    assert.equal(count(), before + 1);
    values.fill(4); // the tensor has its own
    assert.equal(large.dataSync()[1024], 3);
    const small = tf.tensor1d(new Float32Array(1024));
    const words = tf.tensor1d(Array<string>(2000).fill("word"));
    assert.equal(count(), before + 1);
    tf.dispose([large, small, words]);
  },
);

testWithLibrary(
  "a context that is lent goes when it is given back, if the backend is gone",
  async () => {
    const { library: whole } = registerTensorFlowBackend().eager;
    let deleted = 0;
    const library: typeof whole = {
      ...whole,
      TFE_DeleteContext(context) {
        deleted++;
        whole.TFE_DeleteContext(context);
      },
    };
    const binding = new EagerBinding(library), ends = Promise.withResolvers<void>();
    const lent = binding.withContext(() => ends.promise);
    binding.dispose();
    assert.equal(deleted, 0, "a call has it");
    ends.resolve();
    await lent;
    assert.equal(deleted, 1);
    await assert.rejects(binding.withContext(() => Promise.resolve()), /disposed/);
    const other = new EagerBinding(library);
    await other.withContext(() => Promise.resolve());
    assert.equal(deleted, 1);
    other.dispose();
    assert.equal(deleted, 2);
  },
);
