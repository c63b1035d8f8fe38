import assert from "node:assert/strict";
import { type Called, callOrder } from "../../../src/call_order.ts";
import * as tf from "../../../src/tf.ts";
import { fromKeras3 } from "../../../src/models/from_keras3.ts";

/** A layer whose calls take the outputs of others' calls. */
function called(name: string, ...calls: (readonly [string, number])[]): Called {
  return {
    name,
    calls: calls.map(([layer, call]) => ({
      inputs: [{ layer, call, index: 0, shape: [null, 1] }],
      args: [],
    })),
  };
}

/** a's first call waits for b, which comes later; its second does not. */
const layers = [
  called("x"),
  called("y"),
  called("a", ["b", 0], ["y", 0]),
  called("b", ["x", 0], ["a", 1]),
];

Deno.test("callOrder() is the order in which TensorFlow.js makes calls", () => {
  assert.deepEqual([...callOrder(layers)!], [["x", []], ["y", []], ["a", [1, 0]], ["b", [0, 1]]]);
  assert.equal(callOrder([called("a", ["b", 0]), called("b", ["a", 0])]), undefined);
});

Deno.test("fromKeras3() tells a shared layer's calls apart, whichever can be made first", async () => {
  await tf.setBackend("cpu");
  const input = ([layer, call]: readonly [string, number]) => ({
    class_name: "__keras_tensor__",
    config: { shape: [null, 1], keras_history: [layer, call, 0] },
  });
  const classes: Record<string, [string, object]> = {
    x: ["InputLayer", { batch_shape: [null, 1], dtype: "float32" }],
    y: ["InputLayer", { batch_shape: [null, 1], dtype: "float32" }],
    a: ["Rescaling", { trainable: true, scale: 10, offset: 1 }],
    b: ["Rescaling", { trainable: true, scale: 100, offset: 2 }],
  };
  const json = {
    class_name: "Functional",
    config: {
      name: "circle",
      layers: layers.map(({ name, calls }) => ({
        class_name: classes[name]![0],
        name,
        config: { name, ...classes[name]![1] },
        inbound_nodes: calls.map(({ inputs }) => ({
          args: inputs.map(({ layer, call }) => input([layer, call])),
          kwargs: {},
        })),
      })),
      input_layers: [["x", 0, 0], ["y", 0, 0]],
      output_layers: [["a", 0, 0], ["b", 1, 0]],
    },
  };
  const model = await tf.models.modelFromJSON(fromKeras3(json));
  const outputs = tf.tidy(() => {
    const inputs = [tf.tensor2d([[1]]), tf.tensor2d([[3]])];
    return (model.predict(inputs) as tf.Tensor[]).map((y) => y.dataSync()[0]);
  });
  assert.deepEqual(outputs, [10 * (100 * 1 + 2) + 1, 100 * (10 * 3 + 1) + 2]);
});
