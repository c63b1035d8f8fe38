/** Calls that C must never see, or must survive: each has to end in an Error that says so. */
import { openLibrary } from "../../../../src/backends/tensorflow/library.ts";
import { Status } from "../../../../src/backends/tensorflow/status.ts";
import { Graph } from "../../../../src/backends/tensorflow/graph.ts";
import createDecoder from "../../../../src/backends/tensorflow/decode_jpeg.ts";
import { TF } from "../../../../src/backends/tensorflow/dtypes.ts";
import {
  type Attributes,
  registerTensorFlowBackend,
  TensorFlowBackend,
} from "../../../../src/backends/tensorflow/mod.ts";
import { capture } from "../../../../src/training/capture.ts";
import * as tf from "../../../../src/tf.ts";

/** What is done wrong, and what the Error must say. */
export type Abuse = [wrong: (backend: TensorFlowBackend) => unknown, says: RegExp];

const float: Attributes = { T: { type: "float32" } };
// deno-lint-ignore no-explicit-any -- a list of what types forbid
const any = (value: unknown): any => value;
const one = () => tf.tensor1d([1]);
const two = () => tf.tensor1d([1, 2]);
const disposed = (): tf.Tensor => {
  const tensor = tf.tensor1d(new Float32Array(2000));
  tensor.dispose();
  return tensor;
};
const relu = (x: tf.Tensor) => registerTensorFlowBackend().run("Relu", float, [x], 1)[0]!;

const names: [unknown, RegExp][] = [
  ["", /name must be a text/],
  ["NoSuchOperation", /NoSuchOperation/],
  ["Relu\0x", /name must be a text without a zero/],
  ["Relu ", /Relu /],
  ["relu", /relu/],
  ["Ünï", /Ünï/],
  ["x".repeat(1e5), /xxx/],
  [7, /name must be a text/],
  [null, /name must be a text/],
  [undefined, /name must be a text/],
  [{}, /name must be a text/],
];

const counts: [unknown, RegExp][] = [
  [0, /Relu/],
  [2, /Cannot run Relu for 2 outputs: .* it has 1/],
  [1000, /Cannot run Relu for 1000 outputs/],
  [-1, /integer in \[0, 1000000\]: current value is -1/],
  [1.5, /current value is 1\.5/],
  [NaN, /current value is NaN/],
  [1e10, /current value is 10000000000/],
  ["1", /must be an integer/],
  [undefined, /current value is undefined/],
];

const attributes: Record<string, [unknown, RegExp]> = {
  "an unknown type": [{ T: { type: "float64" } }, /Cannot set the attribute "T"/],
  "a type of Object's": [{ T: { type: "toString" } }, /Cannot set the attribute "T"/],
  "null": [{ T: null }, /Cannot set the attribute "T"/],
  "undefined": [{ T: undefined }, /Cannot set the attribute "T"/],
  "a bare number": [{ T: 1 }, /Cannot set the attribute "T"/],
  "a text for an int": [{ T: { int: "1" } }, /Cannot set the attribute "T"/],
  "a list of mixed kinds": [{ T: ["a", 1] }, /Cannot set the attribute "T"/],
  "one without a name": [{ ...float, "": true }, /Cannot set the attribute ""/],
  "a name that holds a zero": [{ ...float, "T\0": true }, /Cannot set the attribute/],
};

const strides: Record<string, [unknown, RegExp]> = {
  "too few strides": [{ int: [1, 1] }, /Conv2D/],
  "no strides": [{ int: [] }, /Conv2D/],
  "strides of 0": [{ int: [1, 0, 0, 1] }, /Conv2D/],
  "negative strides": [{ int: [1, -1, -1, 1] }, /Conv2D/],
  "huge strides": [{ int: [1, 1e30, 1e30, 1] }, /Conv2D/],
  "strides that are no list": [{ int: 1 }, /Conv2D/],
  "strides as texts": [["1", "1", "1", "1"], /Conv2D/],
};

function convolve(backend: TensorFlowBackend, changed: Attributes): unknown {
  const x = tf.ones([1, 4, 4, 1]), kernel = tf.ones([2, 2, 1, 1]);
  const usual: Attributes = { ...float, strides: { int: [1, 1, 1, 1] }, padding: "VALID" };
  return tf.tidy(() => backend.run("Conv2D", { ...usual, ...changed }, [x, kernel], 1));
}

const inputs: Record<string, [() => unknown[], RegExp]> = {
  "no input": [() => [], /Relu/],
  "too many inputs": [() => [one(), one(), one()], /Relu/],
  "texts as input": [() => [tf.tensor1d(["a"])], /Relu/],
  "a disposed input": [() => [disposed()], /disposed/],
  "null as input": [() => [null], /input 0 must be a tensor/],
  "a number as input": [() => [1], /input 0 must be a tensor/],
  "what looks like a tensor": [
    () => [{ dataId: {}, shape: [1], dtype: "float32" }],
    /input 0 must/,
  ],
};

/**
 * What TensorFlow passes over where an operation runs at once: it knows the type of its inputs, and
 * takes no notice of attributes that it does not know. The values are right.
 */
export const harmless: Record<string, Attributes> = {
  "a wrong type": { T: { type: "int32" } },
  "a number for a type": { T: { int: 1 } },
  "a text for a type": { T: "float32" },
  "a list for a type": { T: { type: ["float32"] } },
  "an unknown one": { ...float, nothing: true },
  "an unknown list": { ...float, nothing: { int: [1, 2] } },
};

/** Ids that stand for no tensor; -2 is one of a recording that is over. */
const ids = [0, -1, -2, 1e9, NaN, 0.5, Infinity, "1", null, undefined];

const shapes: [unknown[], RegExp][] = [
  [[-1, -4], /shape must be of integers >= 0: current value is \[-1,-4\]/],
  [[2.5, 1.6], /shape must be of integers/],
  [[NaN], /shape must be of integers/],
  [["4"], /shape must be of integers/],
  [[5], /takes 20 bytes: the values have 16/],
  [[2 ** 40], /takes \d+ bytes/],
  [[0], /takes 0 bytes/],
];

/** A JPEG of 8×8 gray pixels, by Pillow. */
const jpeg = Uint8Array.fromBase64(
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/wAALCAAIAAgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AGpErqba1IWBR+9lzgMO4B9PU9/p1//Z",
);

const picture = { width: 8, height: 8 };
const windows: Record<string, [number, number, number, number]> = {
  "leaves the picture": [4, 4, 8, 8],
  "has no pixels": [0, 0, 0, 8],
  "begins before the picture": [-1, 0, 4, 4],
  "is of parts of pixels": [0, 0, 4.5, 4],
  "is not a number": [0, 0, NaN, 4],
  "is beyond all numbers": [0, 0, Infinity, 8],
};

function each<T>(
  table: readonly T[],
  make: (row: T) => [string, Abuse],
): Record<string, Abuse> {
  return Object.fromEntries(table.map(make));
}

const shown = (value: unknown) => String(JSON.stringify(value) ?? value).slice(0, 40);

/** All but the last part, on one backend that lives on. */
export const abuses: Record<string, Abuse> = {
  ...each(names, ([name, says]) => [
    `run() of the operation ${shown(name)}`,
    [(backend) => backend.run(any(name), float, [one()], 1), says],
  ]),
  ...each(counts, ([count, says]) => [
    `run() for ${Number.isNaN(count) ? "NaN" : shown(count)} outputs`,
    [(backend) => backend.run("Relu", float, [one()], any(count)), says],
  ]),
  ...each(Object.entries(attributes), ([name, [value, says]]) => [
    `run() with ${name} as attribute`,
    [(backend) => backend.run("Relu", any(value), [one()], 1), says],
  ]),
  ...each(Object.entries(strides), ([name, [value, says]]) => [
    `run() with ${name}`,
    [(backend) => convolve(backend, { strides: any(value) }), says],
  ]),
  "run() with a padding of no kind": [(backend) => convolve(backend, { padding: "ALL" }), /Conv2D/],
  "run() with a padding that holds a zero": [
    (backend) => convolve(backend, { padding: "VALID\0" }),
    /Conv2D/,
  ],
  "run() with explicit paddings that are too few": [
    (backend) => convolve(backend, { padding: "EXPLICIT", explicit_paddings: { int: [1] } }),
    /explicit_paddings must be \{ int \} of none/,
  ],
  ...each(Object.entries(inputs), ([name, [list, says]]) => [
    `run() with ${name}`,
    [(backend) => backend.run("Relu", float, any(list()), 1), says],
  ]),
  "run() of shapes that do not fit": [
    (backend) => backend.run("MatMul", float, [tf.ones([2, 3]), tf.ones([2, 3])], 1),
    /MatMul/,
  ],
  "run() of an index out of range": [
    (backend) =>
      backend.run(
        "GatherV2",
        {
          Tparams: { type: "float32" },
          Tindices: { type: "int32" },
          Taxis: { type: "int32" },
        },
        [two(), tf.tensor1d([5], "int32"), tf.scalar(0, "int32")],
        1,
      ),
    /indices\[0\] = 5 is not in/,
  ],
  "run() of a reshape to other sizes": [
    (backend) =>
      backend.run("Reshape", { ...float, Tshape: { type: "int32" } }, [
        two(),
        tf.tensor1d([-3, 7], "int32"),
      ], 1),
    /Reshape/,
  ],
  "run() of a resource that is none": [
    (backend) => backend.run("ReadVariableOp", { dtype: { type: "float32" } }, [one()], 1),
    /ReadVariableOp/,
  ],
  ...each(ids, (id) => [
    `a tensor by the id ${typeof id === "number" ? id : shown(id)}`,
    [({ eager }) => eager.tensorDataSync(any(id)), /Cannot use (a )?tensor/],
  ]),
  ...each(shapes, ([shape, says]) => [
    `a tensor of the shape [${shape}]`,
    [({ eager }) => eager.createTensor(any(shape), TF.FLOAT, new Float32Array(4)), says],
  ]),
  "a tensor of an unknown type": [
    ({ eager }) => eager.createTensor([1], 99, [1]),
    /Cannot create a tensor of type 99/,
  ],
  "a tensor of a resource": [
    ({ eager }) => eager.createTensor([1], TF.RESOURCE, [1]),
    /Cannot create a tensor of type 20/,
  ],
  "fewer texts than the shape has": [
    ({ eager }) => eager.createTensor([5], TF.STRING, ["a"]),
    /takes 5 strings: there are 1/,
  ],
  "more texts than the shape has": [
    ({ eager }) => eager.createTensor([], TF.STRING, ["a", "b"]),
    /takes 1 strings: there are 2/,
  ],
  "texts of a negative shape": [
    ({ eager }) => eager.createTensor([-1], TF.STRING, []),
    /shape must be of integers/,
  ],
  "an operation of a disposed tensor": [() => tf.add(disposed(), 1), /disposed/],
  "reading a disposed tensor": [() => disposed().dataSync(), /disposed/],
  "a convolution whose channels do not fit": [
    () => tf.conv2d(tf.ones<tf.Rank.R4>([1, 4, 4, 2]), tf.ones([2, 2, 3, 1]), 1, "valid"),
    /depth of input|channel/i,
  ],
  "a captured step of an operation for too many outputs": [
    (backend) => capture((x: tf.Tensor) => backend.run("Relu", float, [x], 3))(two()),
    /Cannot run Relu for 3 outputs/,
  ],
  "a captured step of an unknown operation": [
    (backend) => capture((x: tf.Tensor) => backend.run("NoSuchOperation", {}, [x], 1))(two()),
    /NoSuchOperation/,
  ],
  "a captured step of an operation without its inputs": [
    (backend) => capture((_: tf.Tensor) => backend.run("MatMul", float, [], 1))(two()),
    /MatMul/,
  ],
  "a captured step of an operation without its attributes": [
    (backend) =>
      capture((x: tf.Tensor) => backend.run("Conv2D", float, [x, x], 1))(tf.ones([1, 1, 1, 1])),
    /Conv2D/,
  ],
  "a captured step that reads a value": [
    () => capture((x: tf.Tensor) => tf.scalar(x.dataSync()[0]!))(two()),
    /Cannot read/i,
  ],
  "a captured step of a number": [
    () => capture(relu)(any(3)),
    /input 0 must be a tensor: current value is 3/,
  ],
  "a captured step of a disposed tensor": [() => capture(relu)(disposed()), /disposed/],
  "a captured step of another step's value": [
    () => {
      let kept: tf.Tensor | undefined;
      capture((x: tf.Tensor) => tf.keep(kept = relu(x)))(two());
      return capture((x: tf.Tensor) => tf.add(x, kept!))(two());
    },
    /made while a step was being captured|disposed/,
  ],
  "a value of a step that is over": [
    () => {
      let kept: tf.Tensor | undefined;
      capture((x: tf.Tensor) => {
        kept = tf.keep(tf.square(x));
        return tf.add(x, 1);
      })(two());
      return kept!.dataSync();
    },
    /made while a step was being captured|disposed/,
  ],
  "a captured step after its disposal": [
    () => {
      const step = capture(relu);
      step(two());
      step.dispose();
      return step(two());
    },
    /captured step that has been disposed/,
  ],
  "a captured step that disposes itself": [
    () => {
      const step = capture((x: tf.Tensor): tf.Tensor => {
        step.dispose();
        return relu(x);
      });
      step(two());
      return step(two());
    },
    /captured step that has been disposed/,
  ],
  "a captured step whose variable is gone": [
    () => {
      const value = two(), variable = tf.variable(value);
      value.dispose(); // they share their memory
      const step = capture((x: tf.Tensor) => tf.add(x, variable));
      step(two());
      variable.dispose();
      return step(two());
    },
    /disposed/,
  ],
  "a captured step whose function is run with nothing": [
    (backend) => {
      capture(relu)(two());
      return backend.run("captured_step_0", {}, [], 1);
    },
    /captured_step_0/,
  ],
  "a recording after its disposal": [
    (backend) => {
      const recording = backend.record(relu, [two()]);
      recording.dispose();
      recording.dispose();
      return recording.run([two()]);
    },
    /Cannot run a recording: it has been disposed/,
  ],
  "a recording without its inputs": [(backend) => backend.record(relu, [two()]).run([]), /./],
  "a recording of a disposed input": [
    (backend) => backend.record(relu, [two()]).run([disposed()]),
    /disposed/,
  ],
  "a status after its disposal": [
    ({ eager }) => {
      const status = new Status(eager.library);
      status.dispose();
      status.dispose();
      return status.pointer;
    },
    /the tensorflow backend: it has been disposed/,
  ],
  "a check of a status after its disposal": [
    ({ eager }) => {
      const status = new Status(eager.library);
      status.dispose();
      return status.check("x");
    },
    /the tensorflow backend: it has been disposed/,
  ],
  "a graph after its disposal": [
    ({ eager }) => {
      const graph = new Graph(eager.library, eager.status);
      graph.dispose();
      graph.dispose();
      return graph.placeholder([1], TF.FLOAT);
    },
    /recording's graph: it has been disposed/,
  ],
  ...each([-1, 0.5, NaN, Infinity], (threads) => [
    `a backend of ${threads} threads`,
    [
      ({ eager }) => new TensorFlowBackend(eager.library, { intraOpThreads: threads }),
      /intraOpThreads must be an integer >= 0/,
    ],
  ]),
  "a library in a folder without one": [() => openLibrary("/nowhere"), /Cannot find TensorFlow's/],
  ...each(Object.entries(windows), ([name, [x, y, width, height]]) => [
    `a JPEG's region that ${name}`,
    [async () => (await createDecoder())(jpeg, { x, y, width, height }, picture), /whole pixels/],
  ]),
  "a JPEG of another size than was said": [
    async () =>
      (await createDecoder())(jpeg, { x: 0, y: 0, width: 800, height: 800 }, {
        width: 800,
        height: 800,
      }),
    /DecodeAndCropJpeg/,
  ],
  "a JPEG that is none": [
    async () => (await createDecoder())(new Uint8Array(9), { x: 0, y: 0, ...picture }, picture),
    /DecodeAndCropJpeg/,
  ],
  "a JPEG of no bytes": [
    async () => (await createDecoder())(new Uint8Array(), { x: 0, y: 0, ...picture }, picture),
    /DecodeAndCropJpeg/,
  ],
  "a JPEG that is cut off": [
    async () => (await createDecoder())(jpeg.slice(0, 300), { x: 0, y: 0, ...picture }, picture),
    /DecodeAndCropJpeg/,
  ],
};

/** What is done with a backend that has been disposed, and with what was made on it before. */
export function abusesOfDisposed(backend: TensorFlowBackend): Record<string, Abuse> {
  const { eager } = backend;
  const x = tf.tensor1d(new Float32Array(2000)), id = backend.idOf(x);
  const step = capture(relu);
  step(x).dispose();
  const doomed = capture(relu);
  doomed(x).dispose();
  const recording = backend.record(relu, [x]);
  backend.dispose();
  backend.dispose();
  const gone = /Cannot use the tensorflow backend: it has been disposed/;
  const list: Record<string, () => unknown> = {
    "run()": () => backend.run("Relu", float, [x], 1),
    "run() without inputs": () => backend.run("NoOp", {}, [], 0),
    "an operation of a tensor": () => tf.add(x, x),
    "reading a tensor": () => x.dataSync(),
    "a new tensor": () => tf.tensor1d(new Float32Array(2000)),
    "new texts": () => tf.concat([tf.tensor1d(["a"]), tf.tensor1d(["b"])]),
    "statelessRandomUniform()": () =>
      backend.statelessRandomUniform([2], tf.tensor1d([1, 2], "int32")),
    "runAfter()": () => backend.runAfter(x, x),
    "handleOf()": () => backend.handleOf(x),
    "capture()": () => capture(relu)(x),
    "a step that was captured before": () => step(x),
    "a step that was disposed": () => doomed(x),
    "record()": () => backend.record(relu, [x]),
    "a recording of before": () => recording.run([x]),
    "createTensor()": () => eager.createTensor([1], TF.FLOAT, [1]),
    "tensorDataSync()": () => eager.tensorDataSync(id),
    "executeOp()": () => eager.executeOp("NoOp", [], [], 0),
    "share()": () => eager.share(null),
    "inspect()": () => eager.inspect(null),
    "adopt()": () => eager.adopt(null),
    "executePrepared()": () => eager.executePrepared(null, "Relu", 1),
    "its context": () => eager.context,
    "its status": () => eager.status.pointer,
  };
  recording.dispose();
  doomed.dispose();
  return each(Object.entries(list), ([name, wrong]) => [
    `of a disposed backend: ${name}`,
    [wrong, name === "a step that was disposed" ? /captured step that has been disposed/ : gone],
  ]);
}
