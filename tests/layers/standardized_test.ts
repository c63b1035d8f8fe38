import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { applyWeightStandardization, removeWeightStandardization } from "../../mod.ts";
import * as layers from "../../src/layers.ts";
import { standardizationOf } from "../../src/standardization/standardized_layer.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import {
  cases,
  type ConvolutionCase,
  describe,
  toTensor,
  valuesOf,
} from "../standardization/fixtures/convolutions.ts";
import { noise } from "../gradients/convolutions.ts";
import { argsOf, type Form, type FormArgs, forms, inputShape } from "./forms.ts";
import { built, modelOf, saveAndLoad } from "./roundtrip.ts";

const formOf = (name: string): Form =>
  forms.find((form) => form.name.toLowerCase() === name.toLowerCase())!;

/** The layer of a case, with its kernels, and the case's input in the layer's format. */
function layerOf(
  expected: ConvolutionCase,
  dataFormat: FormArgs["dataFormat"],
): { layer: tf.layers.Layer; arrange: (x: tf.Tensor) => tf.Tensor } {
  const { form: name, kernels, strides, dilations, pad, variant, x, y } = expected;
  const form = formOf(name);
  const perAxis = (value: number | number[]) => [value, value, value].flat().slice(0, form.rank);
  const kernelSize = kernels[0]!.shape.slice(0, form.rank);
  const depthMultiplier = kernels[0]!.shape[3];
  const layer = form.standardized({
    ...{ kernelSize, filters: y.shape.at(-1), depthMultiplier, variant },
    padding: pad as FormArgs["padding"],
    strides: perAxis(strides),
    dilationRate: perAxis(dilations),
    dataFormat,
    useBias: false,
  });
  const axes = [1, 2, 3].slice(0, form.rank);
  const arrange = (x: tf.Tensor) =>
    dataFormat === "channelsFirst" ? tf.transpose(x, [0, form.rank + 1, ...axes]) : tf.clone(x);
  tf.tidy(() => {
    built(layer, arrange(toTensor(x)).shape);
    layer.setWeights(kernels.map(toTensor));
  });
  return { layer, arrange };
}

/** Gives a layer's weights the same values in every run. */
function setNoise(layer: tf.layers.Layer): void {
  tf.tidy(() => layer.setWeights(layer.getWeights().map(({ shape }, i) => noise(shape, 10 + i))));
}

/** A layer chooses its output's size itself: this is the one case that has another. */
const hasItsOwnSize = ({ form, strides }: ConvolutionCase) =>
  form === "conv2dTranspose" && Array.isArray(strides);

for (const expected of cases.filter((each) => !hasItsOwnSize(each))) {
  forEachBackend(`layers: standardized ${describe(expected)} matches PyTorch`, () => {
    for (const dataFormat of ["channelsLast", "channelsFirst"] as const) {
      const { layer, arrange } = layerOf(expected, dataFormat);
      const call = (x: tf.Tensor) => layer.apply(x) as tf.Tensor;
      const compare = (actual: tf.Tensor, values: ArrayLike<number>, what: string) => {
        const largest = Math.max(1, ...Array.from(values, Math.abs));
        assertClose(actual, values, 2e-6 * largest, `${dataFormat} ${what}`);
      };
      tf.tidy(() => {
        const x = arrange(toTensor(expected.x)), upstream = arrange(toTensor(expected.upstream));
        assert.deepEqual(layer.computeOutputShape(x.shape), upstream.shape);
        compare(call(x), arrange(toTensor(expected.y)).dataSync(), "y");
        compare(tf.grad(call)(x, upstream), arrange(toTensor(expected.dx)).dataSync(), "dx");
        const loss = () => tf.sum(tf.mul(call(x), upstream)) as tf.Scalar;
        const raw = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
        const { grads } = tf.variableGrads(loss, raw);
        raw.forEach(({ name }, i) =>
          compare(grads[name]!, valuesOf(expected.dkernels[i]!), `dkernels[${i}]`)
        );
      });
      layer.dispose();
    }
  });
}

for (const form of forms) {
  const title = `layers.standardized${form.name.replace(/(\d)D/, "$1d")}()`;
  const prefixes = form.name === "DepthwiseConv2D"
    ? ["depthwise"]
    : form.name === "SeparableConv2D"
    ? ["depthwise", "pointwise"]
    : ["kernel"];
  /** An argument for each kernel. */
  const each = (name: string, value: unknown) =>
    Object.fromEntries(prefixes.map((prefix) => [`${prefix}${name}`, value]));
  const sample = (seed: number) =>
    fc.sample(argsOf(form, "all"), { numRuns: 1, seed })[0] as FormArgs;

  forEachBackend(`${title} computes the same, standardized, when saved and loaded`, async () => {
    const args = { ...sample(1), dataFormat: "channelsFirst" as const, variant: "timm" };
    const shape = inputShape(form, args);
    const layer = form.standardized({ ...args, name: "layer" });
    const model = modelOf(layer, shape.slice(1));
    setNoise(layer);
    const loaded = await saveAndLoad(model);
    const again = loaded.getLayer("layer");
    assert.equal(again.getClassName(), `Standardized${form.name}`);
    const standardization = { variant: "timm", epsilon: 1e-6, className: `Repaired${form.name}` };
    assert.deepEqual(again.getConfig()["standardization"], standardization);
    assert.deepEqual(again.getConfig(), layer.getConfig());
    tf.tidy(() => {
      const x = tf.randomNormal(shape, 0, 1, "float32", 1);
      const expected = (model.predict(x) as tf.Tensor).dataSync();
      assertClose(loaded.predict(x) as tf.Tensor, expected, 0);
      // Still standardized: the kernels' offset does not matter.
      again.setWeights(
        again.getWeights().map((weight) => weight.rank === 1 ? weight : tf.add(weight, 1)),
      );
      assertClose(loaded.predict(x) as tf.Tensor, expected, 1e-4);
    });
    [model, loaded].forEach((made) => made.dispose());
  });

  forEachBackend(`${title} trains with fit, its kernels regularized`, async () => {
    const layer = form.standardized({
      ...sample(2),
      ...each("Regularizer", "l1l2"),
    });
    const shape = inputShape(form, sample(2));
    const model = tf.sequential({
      layers: [
        tf.layers.inputLayer({ inputShape: shape.slice(1) }),
        layer,
        tf.layers.flatten(),
        tf.layers.dense({ units: 1, kernelInitializer: tf.initializers.glorotNormal({ seed: 1 }) }),
      ],
    });
    setNoise(layer);
    const optimizer = tf.train.adam(0.01);
    model.compile({ optimizer, loss: "meanSquaredError" });
    const [x, y] = [tf.randomNormal(shape, 0, 1, "float32", 1), tf.tensor2d([[1], [-1]])];
    const kernels = () => layer.getWeights().slice(0, prefixes.length);
    const before = kernels().map((kernel) => Array.from(kernel.dataSync()));
    await model.fit(x, y, { verbose: 0 }); // makes the optimizer's slots
    const tensors = tf.memory().numTensors;
    const { history } = await model.fit(x, y, { epochs: 8, verbose: 0 });
    assert.equal(tf.memory().numTensors, tensors, "tensors left behind by fit");
    const losses = history["loss"] as number[];
    assert.ok(losses.at(-1)! < losses[0]!, `losses ${losses}`);
    assert.equal(layer.losses.length, prefixes.length);
    kernels().forEach((kernel, i) => assert.notDeepEqual(Array.from(kernel.dataSync()), before[i]));
    tf.dispose([x, y]);
    [model, optimizer].forEach((made) => made.dispose());
  });

  forEachBackend(`${title} constrains the raw kernel when it is written, as tf.layers`, () => {
    const args = { ...sample(5), ...each("Constraint", "nonNeg") };
    const layer = built(form.standardized(args), inputShape(form, args));
    setNoise(layer); // has values below 0
    tf.tidy(() => {
      const kernels = layer.getWeights().slice(0, prefixes.length);
      for (const kernel of kernels) assert.equal(tf.min(kernel).dataSync()[0], 0);
    });
    for (const [name] of Object.entries(each("Constraint", null))) {
      assert.equal((layer.getConfig()[name] as { className: string }).className, "NonNeg");
    }
    layer.dispose();
  });

  forEachBackend(`${title} is plain again when its standardization is removed`, () => {
    const args = sample(3);
    const layer = form.standardized({ ...args, name: "layer" });
    const model = modelOf(layer, inputShape(form, args).slice(1));
    assert.deepEqual(removeWeightStandardization(model), ["layer"]);
    assert.equal(layer.getClassName(), `Repaired${form.name}`);
    const plain = form.repaired({ ...args, name: "plain" });
    tf.tidy(() => {
      const x = tf.randomNormal(inputShape(form, args), 0, 1, "float32", 1);
      built(plain, x.shape).setWeights(layer.getWeights());
      assertClose(layer.apply(x) as tf.Tensor, (plain.apply(x) as tf.Tensor).dataSync(), 0);
    });
    plain.dispose();
    model.dispose();
  });

  Deno.test(`${title} throws RangeError when the formula or the padding is unknown`, () => {
    const args = sample(4);
    const wrong = (changes: Record<string, unknown>, message: RegExp) =>
      assert.throws(() => form.standardized({ ...args, ...changes }), {
        name: "RangeError",
        message,
      });
    wrong({ variant: "nfnet" }, /^Cannot layers\.standardized\w+ as variant must be one of/);
    wrong({ epsilon: -1 }, /^Cannot layers\.standardized\w+ as epsilon must be finite and >= 0/);
    wrong({ padding: -1 }, /as padding must be "valid", "same"/);
  });
}

forEachBackend("layers.standardizedConv2dTranspose() is none of those that surgery counts", () => {
  const transposed = { filters: 3, kernelSize: 3, strides: 2 };
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ name: "first", filters: 2, kernelSize: 3, inputShape: [8, 8, 3] }),
      layers.standardizedConv2dTranspose({ ...transposed, name: "standardized", variant: "timm" }),
      tf.layers.conv2dTranspose({ ...transposed, name: "stock" }),
      tf.layers.conv2d({ name: "last", filters: 2, kernelSize: 3 }),
    ],
  });
  const { standardized, ignored } = applyWeightStandardization(model, { nLastLayersIgnore: 1 });
  assert.deepEqual([standardized, ignored], [["first"], ["last"]]);
  assert.equal(standardizationOf(model.getLayer("standardized"))?.variant, "timm");
  assert.deepEqual(removeWeightStandardization(model), ["first", "standardized"]);
  assert.equal(model.getLayer("stock").getClassName(), "Conv2DTranspose");
  model.dispose();
});

forEachBackend(
  "applyWeightStandardization() gives a stock Conv3D a gradient when it dilates",
  () => {
    const args = { filters: 3, kernelSize: [2, 2, 2], dilationRate: 2, useBias: false } as const;
    const sizes = { ...args, kernelSize: [2, 2, 2] };
    const [stock, made] = [tf.layers.conv3d(sizes), layers.standardizedConv3d(sizes)];
    const models = [stock, made].map((layer) => modelOf(layer, [4, 4, 4, 2]));
    applyWeightStandardization(models[0]!);
    made.setWeights(stock.getWeights());
    tf.tidy(() => {
      const x = tf.randomNormal([2, 4, 4, 4, 2], 0, 1, "float32", 1);
      const [actual, expected] = [stock, made].map((layer) => {
        const loss = () => tf.sum(tf.square(layer.apply(x) as tf.Tensor)) as tf.Scalar;
        const { value, grads } = tf.variableGrads(
          loss,
          layer.trainableWeights.map((weight) => weight.read() as tf.Variable),
        );
        return [value, ...Object.values(grads)].flatMap((each) => Array.from(each.dataSync()));
      });
      assertClose(actual!, expected!, 1e-3);
    });
    models.forEach((model) => model.dispose());
  },
);
