/** TensorFlow.js's kernels that tfjs-node lacks: the cpu backend, in plain JavaScript, is the truth. */
import assert from "node:assert/strict";
import * as tf from "../../../src/tf.ts";
import { capture } from "../../../src/training/capture.ts";
import { testOnTensorFlow, wave } from "./harness.ts";

/** Results, an object's in the order of its keys. */
type Op = () => tf.Tensor | tf.Tensor[] | Record<string, tf.Tensor>;

const ints = (...values: number[]) => tf.tensor1d(values, "int32");
const projective = (...values: number[]) => tf.tensor2d([values]);
const image = (channels = 3) => tf.add(wave([1, 5, 6, channels]), 2) as tf.Tensor4D;

/** Rotated, shifted, shrunk, with perspective. */
const moved = () => projective(0.91, -0.32, 0.73, 0.31, 0.93, -1.27, 0.011, -0.023);

const OPS: Record<string, Op> = {
  "bitwiseAnd": () => tf.bitwiseAnd(ints(12, -1, 7), ints(10, 5, -8)),
  "denseBincount": () => tf.denseBincount(ints(1, 4, 1, 0), wave([4]) as tf.Tensor1D, 5),
  "denseBincount without weights": () => tf.denseBincount(ints(1, 4, 1, 7), tf.tensor1d([]), 5),
  "denseBincount of rows, binary": () =>
    tf.denseBincount(
      tf.tensor2d([[1, 1], [0, 2]], [2, 2], "int32"),
      tf.tensor2d([], [0, 0]),
      3,
      true,
    ),
  "lowerBound": () => tf.lowerBound([1, 3, 3, 9], [3, 0, 10, 3.5]),
  "upperBound of rows": () => tf.upperBound([[1, 3, 3], [0, 5, 8]], [[3, 4], [0, 9]]),
  "maxPoolWithArgmax": () => tf.maxPoolWithArgmax(wave([2, 5, 6, 2]) as tf.Tensor4D, 2, 2, "same"),
  "maxPoolWithArgmax over the batch": () =>
    tf.maxPoolWithArgmax(wave([2, 5, 6, 2]) as tf.Tensor4D, [3, 2], [1, 2], "valid", true),
  "stringSplit": () => tf.string.stringSplit(["a b", "", " c  d"], " "),
  "stringSplit that keeps what is empty": () => tf.string.stringSplit(["a,,b;", "x"], ",;", false),
  "stringNGrams": () =>
    tf.string.stringNGrams(["a", "b", "c", "d"], ints(0, 3, 4), "|", [1, 2], "L", "R", -1, false),
  "stringToHashBucketFast": () => tf.string.stringToHashBucketFast(["", "weight", "über"], 100),
  "sparseSegmentSum": () => tf.sparse.sparseSegmentSum(wave([4, 3]), ints(3, 0, 0), ints(0, 0, 1)),
  "sparseSegmentMean": () =>
    tf.sparse.sparseSegmentMean(wave([4, 3]), ints(3, 0, 1), ints(0, 0, 1)),
  "sparseFillEmptyRows": () =>
    tf.sparse.sparseFillEmptyRows([[0, 1], [2, 0]], wave([2]) as tf.Tensor1D, ints(4, 3), -5),
  "sparseReshape": () => tf.sparse.sparseReshape([[0, 1], [2, 0]], ints(4, 3), ints(-1, 2)),
  "raggedRange": () => tf.raggedRange(ints(0, 5, 8), ints(3, 5, 2), ints(1, 1, -2)),
  "raggedGather": () => {
    const { outputNestedSplits, outputDenseValues } = tf.raggedGather(
      [ints(0, 2, 2, 5)],
      wave([5, 2]),
      ints(2, 0, 2),
      1,
    );
    return [...outputNestedSplits, outputDenseValues];
  },
  "raggedTensorToTensor": () =>
    tf.raggedTensorToTensor(
      ints(3, -1),
      wave([5]),
      tf.scalar(7),
      [ints(0, 2, 2, 5)],
      ["ROW_SPLITS"],
    ),
  "transform, nearest": () => tf.image.transform(image(), moved()),
  ...Object.fromEntries(
    (["constant", "reflect", "wrap", "nearest"] as const).map((fill): [string, Op] => [
      `transform, bilinear, ${fill}`,
      () => tf.image.transform(image(), moved(), "bilinear", fill, 3, [7, 4]),
    ]),
  ),
  "rotateWithOffset": () => tf.image.rotateWithOffset(image(4), 0.7, [1, 2, 3], [0.3, 0.6]),
  "rotateWithOffset, gray": () => tf.image.rotateWithOffset(image(1), -2, 9),
};

const MOVING: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  transform: (x) => tf.image.transform(x as tf.Tensor4D, moved(), "bilinear"),
  rotateWithOffset: (x) => tf.image.rotateWithOffset(x as tf.Tensor4D, 0.7, 5),
};

/** Values and forms, as plain data. */
function evaluate(op: Op): { values: unknown[]; form: string }[] {
  return tf.tidy(() => {
    const result = op();
    const tensors = result instanceof tf.Tensor ? [result] : Object.values(result);
    return tensors.map((tensor) => ({
      values: Array.from(tensor.dataSync<"float32">()),
      form: `${tensor.dtype}[${tensor.shape}]`,
    }));
  });
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
        const wanted = expected[i]?.values[k];
        if (typeof value === "string") assert.equal(value, wanted);
        else {assert.ok(
            Math.abs(value as number - (wanted as number)) <= 1e-4,
            `${value} ≠ ${wanted}`,
          );}
      })
    );
  });
}

for (const [name, op] of Object.entries(MOVING)) {
  testOnTensorFlow(`TensorFlowBackend moves every image, also captured: ${name}`, () => {
    const step = capture((x: tf.Tensor) => [op(x)]);
    tf.tidy(() => {
      const images = wave([2, 5, 6, 3]);
      const each = [0, 1].map((i) => op(tf.slice(images, [i], [1])));
      const expected = tf.concat(each).dataSync();
      assert.deepEqual(op(images).dataSync(), expected);
      assert.deepEqual(step(images)[0]!.dataSync(), expected);
    });
    step.dispose();
  });
}

testOnTensorFlow(
  "TensorFlowBackend has every kernel that cpu has, but the one for a canvas",
  () => {
    const namesOf = (backend: string) =>
      tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName);
    const present = new Set(namesOf("tensorflow"));
    // Kernels under other names are this library's own, of which cpu's are made when they first run.
    const missing = namesOf("cpu").filter((name) => !present.has(name) && !name.includes("/"));
    assert.deepEqual(missing, ["Draw"]);
  },
);

testOnTensorFlow("maxPoolWithArgmax() names the padding that it does not take", () => {
  const x = wave([1, 4, 4, 1]) as tf.Tensor4D;
  assert.throws(() => tf.maxPoolWithArgmax(x, 2, 1, 1), {
    name: "TypeError",
    message: /pad must be "valid" or "same": current value is 1/,
  });
  x.dispose();
});

const uniform = () => tf.zeros([2, 50]) as tf.Tensor2D;
const draw = (seed?: number) => tf.tidy(() => tf.multinomial(uniform(), 100, seed).arraySync());

testOnTensorFlow(
  "multinomial() differs from call to call without a seed, and repeats with one",
  () => {
    assert.notDeepEqual(draw(), draw());
    assert.deepEqual(draw(3), draw(3));
    assert.notDeepEqual(draw(3), draw(4));
    assert.deepEqual(draw(0.25), draw(0.25));
    assert.deepEqual(draw(2 ** 60), draw(2 ** 60));
  },
);

testOnTensorFlow("multinomial() draws by logits, or by probabilities", () => {
  const shares = (probabilities: number[], normalized: boolean) =>
    tf.tidy(() => {
      const p = tf.tensor1d(probabilities);
      const drawn = tf.multinomial(normalized ? p : tf.log(p), 20_000, 1, normalized);
      assert.deepEqual([drawn.dtype, drawn.shape], ["int32", [20_000]]);
      return Array.from(
        tf.div(tf.bincount(drawn as tf.Tensor1D, tf.tensor1d([]), 3), 20_000).dataSync(),
      );
    });
  for (const normalized of [true, false]) {
    // A share of 20,000 draws has a standard deviation of at most 0.0035.
    const [a, b, c] = shares([0.7, 0.1, 0.2], normalized) as [number, number, number];
    assert.ok(Math.abs(a - 0.7) < 0.02 && Math.abs(b - 0.1) < 0.02 && Math.abs(c - 0.2) < 0.02);
  }
});

testOnTensorFlow("run() cuts an attribute's fractions, as tfjs-node's addon does", (backend) => {
  const x = wave([2, 6, 6, 1]);
  const strides = (stride: number) => ({
    T: { type: "float32" },
    ksize: { int: [1, 2, 2, 1] },
    strides: { int: [1, stride, stride, 1] },
    padding: "VALID",
  } as const);
  const [expected, actual] = [2, 2.9].map((stride) =>
    backend.run("MaxPool", strides(stride), [x], 1)[0]!
  ) as [tf.Tensor, tf.Tensor];
  assert.deepEqual(actual.arraySync(), expected.arraySync());
  tf.dispose([x, expected, actual]);
});
