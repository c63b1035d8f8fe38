/**
 * TensorFlow.js's own convolutions and pools on tensorflow, at once and captured, against cpu's.
 * With oneDNN off (`TF_ENABLE_ONEDNN_OPTS=0`) TensorFlow itself refuses half of these.
 */
import * as tf from "../../../src/tf.ts";
import { capture } from "../../../src/training/capture.ts";
import { assertClose } from "../../backends.ts";
import { testOnTensorFlow, wave } from "./harness.ts";

type Window = {
  strides: number | [number, number];
  pad: "valid" | "same" | [[0, 0], [number, number], [number, number], [0, 0]];
  dilations?: number | [number, number];
};

/** Paddings of every form, strides and dilations that differ. */
const WINDOWS: Record<string, Window> = {
  "same": { strides: 1, pad: "same" },
  "stride 2": { strides: 2, pad: "same" },
  "strides 1 and 2": { strides: [1, 2], pad: "same" },
  "strides 3 and 2, valid": { strides: [3, 2], pad: "valid" },
  "dilation 2": { strides: 1, pad: "same", dilations: 2 },
  "dilations 1 and 3, valid": { strides: 1, pad: "valid", dilations: [1, 3] },
  "borders": { strides: 2, pad: [[0, 0], [1, 2], [0, 1], [0, 0]] },
  "borders and strides 1 and 2": { strides: [1, 2], pad: [[0, 0], [0, 2], [1, 1], [0, 0]] },
  "borders and dilations": {
    strides: 1,
    pad: [[0, 0], [2, 1], [1, 0], [0, 0]],
    dilations: [3, 2],
  },
};

const X = [2, 9, 8, 3];

/** The op of one input, and that input's shape. */
type Case = [op: (x: tf.Tensor4D) => tf.Tensor, shape?: number[]];

const kernel = (channels: number, last: number) => wave([3, 2, channels, last], 1) as tf.Tensor4D;

/** The ops of one window. */
function opsOf({ strides, pad, dilations = 1 }: Window): Record<string, Case> {
  const borders = pad as "same";
  const fused = { strides, pad: borders, dilations } as const;
  const gradient = (op: (x: tf.Tensor4D) => tf.Tensor): (x: tf.Tensor4D) => tf.Tensor => {
    return (x) => tf.grad(op as (x: tf.Tensor) => tf.Tensor)(x);
  };
  const plain = dilations === 1;
  const dense = (x: tf.Tensor4D, filter = kernel(3, 4)) =>
    tf.fused.conv2d({ x, filter, ...fused, bias: wave([4], 2), activation: "relu" });
  const depthwise = (x: tf.Tensor4D, filter = kernel(3, 2)) =>
    tf.fused.depthwiseConv2d({ x, filter, ...fused, bias: wave([6], 2), activation: "relu6" });
  const toKernel =
    (op: (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.Tensor, last: number) => (x: tf.Tensor4D) =>
      tf.grad((filter) => op(x, filter as tf.Tensor4D))(kernel(3, last));
  return {
    conv2d: [(x) => tf.conv2d(x, kernel(3, 4), strides, borders, "NHWC", dilations)],
    depthwiseConv2d: [
      (x) => tf.depthwiseConv2d(x, kernel(3, 2), strides, borders, "NHWC", dilations),
    ],
    separableConv2d: [(x) => {
      const pointwise = wave([1, 1, 6, 4], 3) as tf.Tensor4D;
      return tf.separableConv2d(x, kernel(3, 2), pointwise, strides, borders, dilations);
    }],
    "fused.conv2d": [dense],
    "fused.depthwiseConv2d": [depthwise],
    // TensorFlow.js has these gradients for windows without dilation alone.
    ...(plain
      ? {
        "fused.conv2d's gradient of its input": [gradient(dense)] as Case,
        "fused.conv2d's gradient of its kernel": [toKernel(dense, 4)] as Case,
        "fused.depthwiseConv2d's gradient of its input": [gradient(depthwise)] as Case,
        "fused.depthwiseConv2d's gradient of its kernel": [
          toKernel(depthwise, 2),
        ] as Case,
        maxPool: [(x) => tf.maxPool(x, [3, 2], strides, borders)] as Case,
        avgPool: [(x) => tf.avgPool(x, [3, 2], strides, borders)] as Case,
      }
      : {}),
  };
}

/** Channels first: cpu computes `conv2d` so, and is told of the others that they are last. */
const toFirst = (x: tf.Tensor4D) => tf.transpose(x, [0, 3, 1, 2]);
const LAYOUTS: Record<string, Case> = {
  "conv2d with channels first and unequal strides": [
    (x) => tf.conv2d(toFirst(x), kernel(3, 4), [1, 2], "same", "NCHW"),
  ],
  "conv2d with channels first and borders": [(x) => {
    const pad = [[0, 0], [0, 0], [1, 2], [0, 1]] as unknown as "same"; // which the types leave out
    return tf.conv2d(toFirst(x), kernel(3, 4), 2, pad, "NCHW");
  }],
  "conv2d with channels first and unequal dilations": [
    (x) => tf.conv2d(toFirst(x), kernel(3, 4), 1, "valid", "NCHW", [1, 2]),
  ],
};

/** One dimension, to TensorFlow.js two with unequal strides. */
const LINES: Record<string, Case> = {
  "conv1d with a stride": [
    (x) =>
      tf.conv1d(tf.squeeze(x, [1]) as tf.Tensor3D, wave([3, 2, 4], 1) as tf.Tensor3D, 3, "same"),
    [2, 1, 11, 2],
  ],
  "a depthwise convolution with a stride along one row": [
    (x) => tf.depthwiseConv2d(x, wave([1, 3, 2, 2], 1) as tf.Tensor4D, [1, 2], "valid"),
    [2, 1, 11, 2],
  ],
};

/** Three dimensions: strides that differ, and dilations. */
const VOLUME = [2, 6, 7, 5, 3];
const cube = () => wave([3, 2, 3, 3, 4], 1) as tf.Tensor5D;
const volume = (op: (x: tf.Tensor5D, kernel: tf.Tensor5D) => tf.Tensor): Case => [
  (x) => op(x as unknown as tf.Tensor5D, cube()),
  VOLUME,
];
const VOLUMES: Record<string, Case> = {
  "conv3d with unequal strides": volume((x, k) => tf.conv3d(x, k, [1, 2, 3], "valid")),
  "conv3d with dilations": volume((x, k) => tf.conv3d(x, k, 1, "same", "NDHWC", [2, 3, 1])),
  "conv3d's gradient of its input with unequal strides": volume((x, k) =>
    tf.grad((x) => tf.conv3d(x as tf.Tensor5D, k, [3, 1, 2], "valid"))(x)
  ),
  "conv3d's gradient of its kernel with unequal strides": volume((x, k) =>
    tf.grad((k) => tf.conv3d(x, k as tf.Tensor5D, [1, 3, 2], "same"))(k)
  ),
};

function testCase(name: string, [op, shape = X]: Case): void {
  testOnTensorFlow(`TensorFlowBackend computes as cpu does, also captured: ${name}`, async () => {
    await tf.setBackend("cpu");
    const expected = tf.tidy(() => op(wave(shape) as tf.Tensor4D));
    const values = expected.dataSync().slice();
    expected.dispose();
    await tf.setBackend("tensorflow");
    const step = capture((x: tf.Tensor) => [op(x as tf.Tensor4D)]);
    const x = wave(shape);
    const results = [tf.tidy(() => op(x as tf.Tensor4D)), ...step(x)];
    results.forEach((result, i) =>
      assertClose(result, values, 1e-4, i === 0 ? "eager" : "captured")
    );
    step.dispose();
    tf.dispose([x, results]);
  });
}

for (const [how, window] of Object.entries(WINDOWS)) {
  for (const [name, op] of Object.entries(opsOf(window))) testCase(`${name}, ${how}`, op);
}
for (const [name, op] of Object.entries({ ...LAYOUTS, ...LINES, ...VOLUMES })) testCase(name, op);

testOnTensorFlow("TensorFlowBackend convolves depthwise with channels first as with last", () => {
  tf.tidy(() => {
    const x = wave(X) as tf.Tensor4D;
    for (const [strides, dilations] of [[2, 1], [1, 2]] as const) {
      const first = tf.depthwiseConv2d(
        toFirst(x),
        kernel(3, 2),
        strides,
        "same",
        "NCHW",
        dilations,
      );
      const last = tf.depthwiseConv2d(x, kernel(3, 2), strides, "same", "NHWC", dilations);
      assertClose(first, toFirst(last).dataSync(), 1e-5);
    }
  });
});

testOnTensorFlow("TensorFlowBackend's averages do not count explicit padding", () => {
  tf.tidy(() => {
    // Windows of 3 at stride 2 over 5 ones, of which the outer ones hold 2.
    const average = (x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, 3, 2, 1);
    const ones = tf.ones([1, 5, 5, 1]);
    assertClose(average(ones), new Array(9).fill(1), 1e-6);
    // PyTorch 2, `avg_pool2d(x, 3, 2, 1, count_include_pad=False).sum().backward()`.
    const row = [0.25, 0.41666667, 0.16666667, 0.41666667, 0.25];
    const dx = tf.slice(tf.grad(average)(ones), [0, 0, 0, 0], [1, 1, 5, 1]);
    assertClose(dx, row, 1e-6);
  });
});
