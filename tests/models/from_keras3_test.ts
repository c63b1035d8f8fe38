import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { registerGradients } from "../../src/gradients/register.ts";
import { fromKeras3, type Keras3Json } from "../../src/models/from_keras3.ts";
import { applyWeightStandardization } from "../../src/standardization/apply.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import {
  kerasArtifacts,
  kerasJson,
  type KerasModel,
  kerasModels,
  kerasTensors,
} from "./fixtures/keras3.ts";

registerGradients(); // as importing mod.ts does: kernels are repaired, too

/** Fails where an output is off by more than a millionth of its largest value. */
function assertOutputs(model: tf.LayersModel, name: KerasModel, kind: "output" | "standardized") {
  tf.tidy(() => {
    const actual = [model.predict(kerasTensors(name, "input"))].flat() as tf.Tensor[];
    const expected = kerasTensors(name, kind);
    assert.equal(actual.length, expected.length);
    for (const [i, y] of actual.entries()) {
      const what = `${model.outputNames[i]} of ${name}, ${kind}`;
      assert.deepEqual(y.shape, expected[i]!.shape, what);
      const values = expected[i]!.dataSync<"float32">();
      const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      assertClose(y, values, 1e-6 * Math.max(largest, 1), what);
    }
  });
}

/** Loads a model and lets go of it, and of what TensorFlow.js leaves behind of models in models. */
async function withModel(
  name: KerasModel,
  use: (model: tf.LayersModel) => void | Promise<void>,
  form: "archive" | "hdf5" = "archive",
): Promise<void> {
  tf.engine().startScope();
  const source = tf.io.fromMemory(kerasArtifacts(name, form));
  await use(await tf.loadLayersModel(fromKeras3(source)));
  tf.engine().endScope();
  tf.disposeVariables();
}

for (const name of kerasModels) {
  forEachBackend(
    `fromKeras3() gives Keras's outputs when the model is ${name}`,
    () => withModel(name, (model) => assertOutputs(model, name, "output")),
  );

  forEachBackend(
    `fromKeras3() gives Keras's outputs when ${name} is standardized`,
    () =>
      withModel(name, (model) => {
        applyWeightStandardization(model);
        assertOutputs(model, name, "standardized");
      }),
  );
}

forEachBackend(
  "fromKeras3() gives Keras's outputs when weights are named by paths",
  () => withModel("sequential", (model) => assertOutputs(model, "sequential", "output"), "hdf5"),
);

Deno.test("fromKeras3() leaves an optimizer's state out, and keeps the layers' names", async () => {
  await tf.setBackend("cpu");
  const artifacts = kerasArtifacts("sequential");
  const isState = ({ name }: { name: string }) => /^optimizer|seed_generator/.test(name);
  assert.equal(artifacts.weightSpecs!.filter(isState).length, 24);
  await withModel("sequential", ({ layers, weights }) => {
    assert.equal(weights.length, 13);
    const names = layers.map(({ name }) => name);
    assert.deepEqual(names.slice(1, 4), ["rescaling", "conv2d", "batch_normalization"]);
  });
});

Deno.test("fromKeras3() renames the inner of two layers of one name", () =>
  withModel("functional", (model) => {
    const inner = model.getLayer("inner") as tf.LayersModel;
    assert.deepEqual(inner.layers.map(({ name }) => name), ["inner_in", "inner_shared", "norm"]);
    assert.equal(model.getLayer("shared").getClassName(), "Conv2D");
  }));

Deno.test("fromKeras3() rewrites the content of a model.json", async () => {
  await tf.setBackend("cpu");
  const before = kerasJson("blocks");
  const json = fromKeras3(before);
  assert.deepEqual(before, kerasJson("blocks"), "the argument changed");
  const specs = json.weightsManifest.flatMap(({ weights }) => weights);
  assert.ok(specs.some(({ name }) => name === "dilated/depthwise_kernel"));
  const model = await tf.models.modelFromJSON(json.modelTopology as tf.io.ModelJSON);
  assert.deepEqual(model.outputShape, [null, 8, 8, 8]);
  model.dispose();
  const alone = fromKeras3(kerasJson("blocks").modelTopology.model_config);
  assert.deepEqual(alone, json.modelTopology);
  const trained = fromKeras3(kerasJson("sequential"));
  const kept = trained.weightsManifest.flatMap(({ weights }) => weights);
  assert.equal(kept.length, 13, "the state at the end of the file is left out");
  const between = kerasJson("sequential");
  between.weightsManifest[0].weights[3].name = "layers/dropout/seed_generator/vars/0";
  between.weightsManifest[0].weights.push({
    name: "layers/batch_normalization/vars/3",
    shape: [4],
    dtype: "float32",
  });
  assert.throws(() => fromKeras3(between), {
    name: "TypeError",
    message: /as .*seed_generator\/vars\/0, which no layer has here, lies between weights in the/,
  });
});

/** A Sequential of Keras 3 with one layer, on images of 8 x 8 x 4. */
function withLayer(className: string, config: Record<string, unknown>, own = {}): Keras3Json {
  const layers = [
    { class_name: "InputLayer", config: { name: "x", batch_shape: [null, 8, 8, 4] } },
    {
      class_name: className,
      config: { name: "layer", trainable: true, ...config },
      build_config: { input_shape: [null, 8, 8, 4] },
      ...own,
    },
  ];
  return { class_name: "Sequential", config: { name: "model", layers } };
}

Deno.test("fromKeras3() names all that TensorFlow.js lacks, with what to do", () => {
  const conv = { filters: 4, kernel_size: [3, 3] };
  const cases: [Keras3Json, RegExp][] = [
    [
      withLayer("RandomFlip", {}),
      /layer \(RandomFlip\): TensorFlow\.js has no such layer: it does nothing in inference: save the model without it/,
    ],
    [
      withLayer("Mine", {}),
      /layer \(Mine\): .* registered by tf\.serialization\.registerClass, is taken with \{ weights: \{ Mine: /,
    ],
    [withLayer("Conv2D", { ...conv, groups: 2 }), /groups is 2, must be 1/],
    [withLayer("Conv2D", { ...conv, data_format: "channels_first" }), /channels must come last/],
    [
      withLayer("Conv2D", { ...conv, activation: "glu" }),
      /no activation glu: it must be one of linear, relu/,
    ],
    [
      withLayer("Conv2D", { ...conv, activation: { class_name: "ReLU", config: {} } }),
      /no activation ReLU/,
    ],
    [
      withLayer("Conv2D", {
        ...conv,
        dtype: { class_name: "DTypePolicy", config: { name: "float16" } },
      }),
      /dtype is float16; build it with dtype="float32"/,
    ],
    [
      withLayer("Conv2D", {
        ...conv,
        dtype: { class_name: "QuantizedDTypePolicy", config: { name: "int8_from_float32" } },
      }),
      /dtype is QuantizedDTypePolicy int8_from/,
    ],
    [
      withLayer("Conv2D", { ...conv, kernel_initializer: { class_name: "STFT", config: {} } }),
      /no initializer STFT/,
    ],
    [
      withLayer("Conv2D", {
        ...conv,
        kernel_regularizer: { class_name: "OrthogonalRegularizer", config: {} },
      }),
      /no OrthogonalRegularizer as its kernel_regularizer/,
    ],
    [
      withLayer("Conv2D", { ...conv, kernel_constraint: { class_name: "Mine", config: {} } }),
      /no Mine as its kernel_constraint/,
    ],
    [
      withLayer("Conv2DTranspose", { ...conv, output_padding: [1, 1] }),
      /no output_padding: it is \[1,1\]/,
    ],
    [
      withLayer("Conv2DTranspose", { ...conv, dilation_rate: [2, 2] }),
      /has no dilation, nor has TensorFlow's/,
    ],
    [
      withLayer("Conv1D", { filters: 1, kernel_size: [3], padding: "causal" }),
      /no padding "causal"/,
    ],
    [withLayer("BatchNormalization", { renorm: true }), /no renorm/],
    [withLayer("LayerNormalization", { rms_scaling: true }), /no rms_scaling/],
    [withLayer("GroupNormalization", { groups: 2, axis: 1 }), /channels must come last: axis is 1/],
    [withLayer("ReLU", { threshold: 1 }), /no threshold/],
    [withLayer("ELU", { alpha: 0.5 }), /has alpha 1 alone: current value is 0\.5/],
    [
      withLayer("UpSampling2D", { size: [2, 2], interpolation: "bicubic" }),
      /it is bicubic of 8 x 8/,
    ],
    [withLayer("Resizing", {}), /samples other points/],
    [{ class_name: "Mine", config: { name: "subclass" } }, /subclass \(|Mine.*Python code/],
    [{
      class_name: "Sequential",
      config: {
        name: "s",
        layers: [{ class_name: "Dense", config: { name: "d", trainable: true, units: 1 } }],
      },
    }, /its input must be known: begin with keras\.Input/],
  ];
  for (const [json, message] of cases) {
    assert.throws(() => fromKeras3(json), (error: Error) => {
      assert.ok(error instanceof TypeError, `${error.stack}`);
      assert.match(error.message, /^Cannot fromKeras3 as the model must be made of what /);
      assert.match(error.message, message);
      return true;
    });
  }
  const two = withLayer("RandomFlip", { activation: "glu" });
  assert.throws(() => fromKeras3(two), { message: /: 2 things are not\nlayer .*\nlayer / });
});

Deno.test("fromKeras3() throws when a call can't be made as in Keras", () => {
  const input = {
    class_name: "InputLayer",
    name: "x",
    config: { name: "x", batch_shape: [null, 4] },
    inbound_nodes: [],
  };
  const x = {
    class_name: "__keras_tensor__",
    config: { shape: [null, 4], keras_history: ["x", 0, 0] },
  };
  const model = (className: string, config: object, args: unknown[], kwargs: object) => ({
    class_name: "Functional",
    config: {
      name: "f",
      layers: [input, {
        class_name: className,
        name: "y",
        config: { name: "y", ...config },
        inbound_nodes: [{ args, kwargs }],
      }],
      input_layers: [["x", 0, 0]],
      output_layers: [["y", 0, 0]],
    },
  });
  const layer = { trainable: true };
  const cases: [Keras3Json, RegExp][] = [
    [
      model("Dropout", layer, [x], { training: true }),
      /y \(Dropout\): it is called with training=true, which/,
    ],
    [
      model("Add", layer, [[x, 2]], {}),
      /y \(Add\): it is called with 2, must be with tensors alone/,
    ],
    [model("Elu", { alpha: 0.5 }, [x], {}), /y \(Elu\): no layer .* this function of keras\.ops/],
    [
      model("Softmax", { ...layer, axis: 0 }, [x], {}),
      /y \(Softmax\): .* last axis: axis is 0, must be -1/,
    ],
    [model("Mean", { axis: 1 }, [x], {}), /y \(Mean\): no layer .* this function of keras\.ops/],
    [
      model("Dense", { ...layer, units: 1 }, [{
        ...x,
        config: { ...x.config, keras_history: ["y", 0, 0] },
      }], {}),
      /must be a graph, without circles/,
    ],
    [
      model("Dense", { ...layer, units: 1 }, [{ ...x, config: { shape: [null, 4] } }], {}),
      /y \(Dense\): its tensors must have a shape and a keras_history/,
    ],
  ];
  for (const [json, message] of cases) {
    assert.throws(() => fromKeras3(json), { name: "TypeError", message });
  }
});

Deno.test("fromKeras3() says how a pool keeps its axes in a Sequential, whose file has no shapes", () => {
  const input = { class_name: "InputLayer", config: { name: "x", batch_shape: [null, 2, 3, 4] } };
  const config = { name: "y", trainable: true, keepdims: true };
  const layer = { class_name: "GlobalMaxPooling2D", config };
  const json = { class_name: "Sequential", config: { name: "s", layers: [input, layer] } };
  assert.throws(
    () => fromKeras3(json),
    /Sequential's file does not tell: build it as keras\.Model/,
  );
});

Deno.test("fromKeras3() throws when the file is of another kind, or lacks weights", async () => {
  const keras2 = {
    class_name: "Sequential",
    config: [{ config: { batch_input_shape: [null, 1] } }],
  };
  assert.throws(() => fromKeras3(keras2), {
    message: /must be of Keras 3: .* load it by tf\.load/,
  });
  assert.throws(() => fromKeras3({ node: [], library: {} } as unknown as Keras3Json), {
    message: /has node, library; a graph model of TensorFlow's is loaded by tf\.loadGraphModel$/,
  });
  assert.throws(() => fromKeras3(3 as unknown as Keras3Json), {
    message: /source must be the path of/,
  });
  const wrong: [unknown, RegExp][] = [
    [null, /options must be an object of weights: current value is null$/],
    [{ weights: { MyLayer: "scale" } }, /weights must be lists of names by class/],
  ];
  for (const [options, message] of wrong) {
    assert.throws(() => fromKeras3(keras2, options as object), { name: "TypeError", message });
  }
  const { weightSpecs, ...rest } = kerasArtifacts("blocks");
  const load = (artifacts: tf.io.ModelArtifacts) =>
    tf.loadLayersModel(fromKeras3(tf.io.fromMemory(artifacts)));
  const less = weightSpecs!.map((spec) => ({ ...spec, name: spec.name.replace("group_", "") }));
  await assert.rejects(load({ ...rest, weightSpecs: less }), {
    message:
      /must have all weights: 2 are not in it, group\/gamma \(layers\/group_normalization\/vars\/0\), .*; it has layers\/normalization\/vars\/0, /,
  });
  const short = { ...rest, weightSpecs: weightSpecs!, weightData: new ArrayBuffer(100) };
  await assert.rejects(load(short), { message: /weights must take 1824 bytes: there are 100/ });
  const sequential = kerasArtifacts("sequential", "hdf5");
  const [first, ...specs] = sequential.weightSpecs!;
  const twice = [{ ...first!, name: "other/batch_normalization/beta" }, ...specs];
  await assert.rejects(load({ ...sequential, weightSpecs: twice }), {
    message: /batch_normalization\/beta is 2 of the file's; save it as \.keras/,
  });
});

Deno.test("fromKeras3() takes a registered class whose weights are named", async () => {
  await tf.setBackend("cpu");
  class Scale extends tf.layers.Layer {
    static className = "OwnScale";
    override build() {
      this.addWeight("factor", [4], "float32", tf.initializers.ones());
    }
    override call(inputs: tf.Tensor | tf.Tensor[]) {
      return tf.mul([inputs].flat()[0]!, this.weights[0]!.read());
    }
  }
  const json = withLayer("OwnScale", {});
  assert.throws(() => fromKeras3(json, { weights: { OwnScale: ["factor"] } }), /no such layer/);
  tf.serialization.registerClass(Scale);
  const artifacts = {
    modelTopology: json,
    weightSpecs: [{ name: "layers/own_scale/vars/0", shape: [4], dtype: "float32" as const }],
    weightData: new Float32Array([1, 2, 3, 4]).buffer,
  };
  const handler = fromKeras3(tf.io.fromMemory(artifacts), { weights: { OwnScale: ["factor"] } });
  const model = await tf.loadLayersModel(handler);
  const y = tf.tidy(() => (model.predict(tf.ones([1, 8, 8, 4])) as tf.Tensor).dataSync());
  assert.deepEqual([...y.slice(0, 4)], [1, 2, 3, 4]);
  model.dispose();
});
