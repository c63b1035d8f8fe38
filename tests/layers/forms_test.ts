import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { argsOf, type FormArgs, forms, inputShape } from "./forms.ts";
import { built, modelOf, saveAndLoad } from "./roundtrip.ts";

const parameters = { numRuns: 25, seed: 1 };

for (const form of forms) {
  /** What the stock layer gets wrong is not compared with it. */
  const comparable = (args: FormArgs): FormArgs => ({
    ...args,
    ...(!form.stockHonours.dilationRate && { dilationRate: args.dilationRate.map(() => 1) }),
    ...(!form.stockHonours.dataFormat && { dataFormat: "channelsLast" }),
  });

  forEachBackend(`Repaired${form.name} computes what its stock twin does`, () => {
    const property = fc.property(argsOf(form, "stock").map(comparable), (args) => {
      const named = { ...args, name: "twin", biasInitializer: "randomNormal" };
      const [stock, repaired] = [form.stock(named), form.repaired(named)];
      tf.tidy(() => {
        const x = tf.randomNormal(inputShape(form, args), 0, 1, "float32", 1);
        const expected = stock.apply(x) as tf.Tensor;
        built(repaired, x.shape);
        repaired.setWeights(stock.getWeights());
        const y = repaired.apply(x) as tf.Tensor;
        const open = [null, ...x.shape.slice(1)];
        assert.deepEqual(y.shape, expected.shape);
        assert.deepEqual(repaired.computeOutputShape(x.shape), stock.computeOutputShape(x.shape));
        assert.deepEqual(repaired.computeOutputShape(open), stock.computeOutputShape(open));
        assertClose(y, expected.dataSync(), 1e-5);
      });
      const names = (layer: tf.layers.Layer) =>
        layer.weights.map(({ originalName }) => originalName);
      assert.deepEqual(names(repaired), names(stock));
      [stock, repaired].forEach((layer) => layer.dispose());
    });
    fc.assert(property, parameters);
  });

  forEachBackend(`Repaired${form.name} computes the shape that it gives, and saves itself`, () => {
    const property = fc.property(argsOf(form, "all"), (args) => {
      const shape = inputShape(form, args);
      const layer = built(form.repaired(args), shape);
      const y = tf.tidy(() => (layer.apply(tf.zeros(shape)) as tf.Tensor).shape);
      assert.deepEqual(layer.computeOutputShape(shape), y);
      const again = form.repaired(layer.getConfig() as FormArgs);
      assert.deepEqual(again.getConfig(), layer.getConfig());
      const sizes = ["kernelSize", "strides", "dilationRate"];
      for (const name of [...sizes, "padding", "dataFormat", ...Object.keys(form.extra)]) {
        assert.deepEqual(layer.getConfig()[name], args[name], name);
      }
      layer.dispose();
    });
    fc.assert(property, parameters);
  });

  forEachBackend(`Repaired${form.name} computes the same when saved and loaded`, async () => {
    const [args] = fc.sample(argsOf(form, "all"), { numRuns: 1, seed: 3 }) as [FormArgs];
    const dataFormat = "channelsFirst";
    const shape = inputShape(form, { ...args, dataFormat });
    const model = modelOf(form.repaired({ ...args, dataFormat }), shape.slice(1));
    const loaded = await saveAndLoad(model);
    assert.equal(loaded.layers[1]!.getClassName(), `Repaired${form.name}`);
    tf.tidy(() => {
      const x = tf.randomNormal(shape, 0, 1, "float32", 1);
      assertClose(loaded.predict(x) as tf.Tensor, (model.predict(x) as tf.Tensor).dataSync(), 0);
    });
    [model, loaded].forEach((made) => made.dispose());
  });

  forEachBackend(`Repaired${form.name} does with channels first what it does with last`, () => {
    const property = fc.property(argsOf(form, "all"), (args) => {
      const last = { ...args, dataFormat: "channelsLast" as const };
      const first = { ...args, dataFormat: "channelsFirst" as const };
      const [one, other] = [form.repaired(last), form.repaired(first)];
      tf.tidy(() => {
        const axes = [1, 2, 3].slice(0, form.rank);
        const x = tf.randomNormal(inputShape(form, last), 0, 1, "float32", 1);
        const expected = one.apply(x) as tf.Tensor;
        built(other, inputShape(form, first));
        other.setWeights(one.getWeights());
        const y = other.apply(tf.transpose(x, [0, form.rank + 1, ...axes])) as tf.Tensor;
        const expectedFirst = tf.transpose(expected, [0, form.rank + 1, ...axes]);
        assert.deepEqual(y.shape, expectedFirst.shape);
        assertClose(y, expectedFirst.dataSync(), 1e-5);
      });
      [one, other].forEach((layer) => layer.dispose());
    });
    fc.assert(property, parameters);
  });

  Deno.test(`Repaired${form.name} throws RangeError when the padding is unknown`, () => {
    const [args] = fc.sample(argsOf(form, "stock"), { numRuns: 1, seed: 1 }) as [FormArgs];
    const tooMany = [[0, 0], [1, 1], [1, 1], [1, 1], [1, 1], [0, 0]] as [number, number][];
    for (const padding of ["causal" as "same", -1, 0.5, tooMany]) {
      assert.throws(() => form.repaired({ ...args, padding }), {
        name: "RangeError",
        message: new RegExp(`^Cannot make Repaired${form.name} as padding must be "valid"`),
      });
    }
  });
}

Deno.test("RepairedSeparableConv2D takes each kernel's own initializer", () => {
  const separable = forms.find(({ name }) => name === "SeparableConv2D")!;
  const sizes = { kernelSize: [2, 2], strides: [1, 1], dilationRate: [1, 1] };
  const args = { filters: 2, ...sizes, padding: "valid", dataFormat: "channelsLast" } as const;
  const initializers = { depthwiseInitializer: "ones", pointwiseInitializer: "zeros" };
  const layer = separable.repaired({ ...args, ...initializers });
  const className = (layer: tf.layers.Layer, name: string) =>
    (layer.getConfig()[name] as { className: string }).className;
  assert.equal(className(layer, "depthwiseInitializer"), "Ones");
  assert.equal(className(layer, "pointwiseInitializer"), "Zeros");
  const plain = separable.repaired({ ...args, depthwiseInitializer: "ones" });
  const stock = separable.stock(args);
  const name = "pointwiseInitializer";
  assert.deepEqual(plain.getConfig()[name], stock.getConfig()[name]);
});
