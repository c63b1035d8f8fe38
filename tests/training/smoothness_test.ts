/** How smooth a loss is along its gradient: against PyTorch, closed forms, and without a trace. */
import assert from "node:assert/strict";
import {
  batchChannelNormalization,
  batchNormalization,
  groupNormalization,
} from "../../src/layers.ts";
import { registerGradients } from "../../src/gradients/register.ts";
import { ChannelDropout } from "../../src/layers/channel_dropout.ts";
import { applyWeightStandardization } from "../../src/standardization/mod.ts";
import * as tf from "../../src/tf.ts";
import type { Batch } from "../../src/training/dataloader.ts";
import { crossEntropy, type Loss } from "../../src/training/losses.ts";
import { sgd } from "../../src/training/optimizers.ts";
import { measureSmoothness, type SmoothnessOptions } from "../../src/training/smoothness.ts";
import { Trainer } from "../../src/training/trainer.ts";
import { type Walk, walkFigures } from "../../src/training/walk_figures.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { sines } from "../sines.ts";
import fixture from "./fixtures/smoothness.json" with { type: "json" };

registerGradients(); // wasm lacks those of convolutions

const images = 6, classes = 3;

/** The fixture's network: a ReLU behind the norm that is given first. */
function network(norm = batchNormalization(), ...more: tf.layers.Layer[]): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [8, 8, 3], filters: 4, kernelSize: 3, useBias: false }),
      norm,
      tf.layers.reLU(),
      ...more,
      tf.layers.conv2d({ filters: 6, kernelSize: 3 }),
      groupNormalization({ groups: 2 }),
      tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
      tf.layers.dense({ units: classes }),
    ],
  });
  model.trainableWeights.forEach((weight, i) => {
    const values = sines(weight.shape as number[], i, { scale: 0.5 });
    weight.write(values);
    values.dispose();
  });
  return model;
}

function batchOf(): Batch {
  const y = tf.tensor1d(Array.from({ length: images }, (_, i) => i % classes), "int32");
  return { x: sines([images, 8, 8, 3], 100), y };
}

const flat = ({ gradientNorm, points }: Walk) => [
  gradientNorm,
  ...points.flatMap(({ distance, loss, gradientChange }) => [distance, loss, gradientChange]),
];

for (const name of ["plain", "standardized"] as const) {
  forEachBackend(`measureSmoothness() is PyTorch's, ${name}`, async () => {
    const { loss, weightNorm, gradient, relative } = fixture[name];
    const model = network();
    assert.deepEqual(model.trainableWeights.map(({ shape }) => shape), fixture.shapes);
    if (name === "standardized") applyWeightStandardization(model);
    const batch = batchOf();
    const measured = await measureSmoothness(model, crossEntropy, batch, {
      stepSizes: gradient.points.map(({ size }) => size),
      relativeSteps: relative.points.map(({ size }) => size),
    });
    assertClose([measured.loss, measured.weightNorm], [loss, weightNorm], 1e-5, "start");
    for (const [walk, expected] of [[measured.gradient, gradient], [measured.relative, relative]]) {
      assert.deepEqual(walk!.points.map(({ size }) => size), expected!.points.map((p) => p.size));
      assertClose(flat(walk!), flat(expected!), 1e-4, "walk");
      const { lipschitz, beta } = walkFigures(measured.loss, walk!);
      const { lipschitz: slope, beta: bend } = walkFigures(loss, expected!);
      assertClose([lipschitz / slope, beta / bend], [1, 1], 1e-4, "figures");
    }
    tf.dispose([batch.x, batch.y]);
    model.dispose();
  });
}

/** A model of one kernel, whose "logits" are its product with the input. */
function linear(weights: number[], salt = 0): { model: tf.LayersModel; batch: Batch } {
  const units = 1, inputShape = [weights.length];
  const model = tf.sequential({
    layers: [tf.layers.dense({ units, useBias: false, inputShape })],
  });
  const kernel = tf.tensor2d(weights, [weights.length, 1]);
  model.setWeights([kernel]);
  kernel.dispose();
  return { model, batch: { x: sines([5, weights.length], salt), y: tf.zeros([5]) } };
}

async function measured(
  { model, batch }: ReturnType<typeof linear>,
  loss: Loss,
  options: SmoothnessOptions,
) {
  const smoothness = await measureSmoothness(model, loss, batch, options);
  tf.dispose([batch.x, batch.y]);
  model.dispose();
  return smoothness;
}

forEachBackend("measureSmoothness() of a quadratic has its second derivative", async () => {
  // L(w) = Σ (w·x)² / 2 with x the unit vectors times a root: the Hessian is diag(curvatures).
  const curvatures = [1, 4, 9], weights = [3, -1, 0.5];
  const x = tf.tidy(() => tf.diag(tf.tensor1d(curvatures.map(Math.sqrt))));
  const { model, batch } = linear(weights);
  tf.dispose([batch.x]);
  const half: Loss = (_, logits) => tf.mul(0.5, tf.sum(tf.square(logits))) as tf.Scalar;
  const { loss, gradient, relative } = await measured({ model, batch: { ...batch, x } }, half, {
    stepSizes: [0.01, 0.1],
    relativeSteps: [0.1],
  });
  const g = curvatures.map((curvature, i) => curvature * weights[i]!);
  const norm = Math.hypot(...g);
  const beta = Math.hypot(...g.map((value, i) => curvatures[i]! * value)) / norm; // ‖Hg‖ / ‖g‖
  const drop = (step: number) =>
    // (ηg·g − η²·gᵀHg/2) / (η‖g‖)
    norm - step * g.reduce((sum, value, i) => sum + curvatures[i]! * value ** 2, 0) / (2 * norm);
  const figures = walkFigures(loss, gradient);
  assertClose([gradient.gradientNorm], [norm], 1e-5);
  assertClose([figures.beta, figures.lipschitz], [beta, drop(0.01)], 1e-3);
  const size = Math.hypot(...weights);
  assertClose([walkFigures(loss, relative).beta], [beta * size ** 2], 0.01, "in units of ‖w‖");
  assertClose([relative.points[0]!.distance], [0.1], 1e-6);
});

forEachBackend(
  "measureSmoothness() of a linear loss has no β, and its gradient's norm",
  async () => {
    const sum: Loss = (_, logits) => tf.sum(logits) as tf.Scalar;
    const { loss, gradient } = await measured(linear([1, 2, 3], 7), sum, { stepSizes: [0.5, 2] });
    const { beta, lipschitz, gradientChange } = walkFigures(loss, gradient);
    assert.deepEqual([beta, gradientChange], [0, { low: 0, high: 0 }]);
    assertClose([lipschitz], [gradient.gradientNorm], 1e-4);
  },
);

forEachBackend("measureSmoothness() leaves all as it was, moving statistics too", async () => {
  const model = network(batchChannelNormalization({ groups: 2, estimate: true }));
  applyWeightStandardization(model);
  const batch = batchOf();
  const values = () => model.weights.map((weight) => weight.read().dataSync().slice());
  const before = values();
  const options = { stepSizes: [0.1, 0.2], relativeSteps: [0.1] };
  const once = await measureSmoothness(model, crossEntropy, batch, options);
  assert.deepEqual(values(), before);
  assert.ok(!batch.x.isDisposed, "the batch stays the caller's");
  assert.deepEqual(await measureSmoothness(model, crossEntropy, batch, options), once);
  const alone = await measureSmoothness(model, crossEntropy, batch, { stepSizes: [0.2] });
  assert.deepEqual(
    alone.gradient.points,
    once.gradient.points.slice(1),
    "each from the same start",
  );
  tf.dispose([batch.x, batch.y]);
  model.dispose();
});

forEachBackend(
  "measureSmoothness() draws the same dropout at every point, by its seed",
  async () => {
    const model = network(batchNormalization(), new ChannelDropout({ rate: 0.5 }));
    const batch = batchOf();
    const measure = (seed: number) =>
      measureSmoothness(model, crossEntropy, batch, { seed, stepSizes: [1e-6] });
    const [one, again, other] = [await measure(3), await measure(3), await measure(4)];
    assert.deepEqual(one, again);
    assert.ok(Math.abs(one.loss - other.loss) > 1e-3, "other masks");
    assertClose([one.gradient.points[0]!.loss], [one.loss], 1e-4, "the same mask a hair away");
    tf.dispose([batch.x, batch.y]);
    model.dispose();
  },
);

forEachBackend("the layerwise walk is not known where a gradient is beyond float32", async () => {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 1, useBias: false, inputShape: [1] }),
      tf.layers.dense({ units: 1, useBias: false }),
    ],
  });
  const sum: Loss = (_, logits) => tf.sum(logits) as tf.Scalar;
  const batch = { x: tf.tensor2d([[1e25]]), y: tf.zeros([1]) };
  const figuresOf = async (second: number) => {
    const kernels = [tf.tensor2d([[1]]), tf.tensor2d([[second]])];
    model.setWeights(kernels);
    tf.dispose(kernels);
    const { loss, relative } = await measureSmoothness(model, sum, batch, { relativeSteps: [0.1] });
    return { ...walkFigures(loss, relative), distance: relative.points[0]!.distance };
  };
  const nothing = { low: NaN, high: NaN };
  assert.deepEqual(await figuresOf(1e-22), {
    loss: nothing,
    gradientChange: nothing,
    lipschitz: NaN,
    beta: NaN,
    distance: NaN,
  });
  tf.dispose([batch.x, batch.y]);
  batch.x = tf.tensor2d([[1e-18]]);
  batch.y = tf.zeros([1]);
  const { distance, loss } = await figuresOf(1);
  assertClose([distance], [0.1 * Math.SQRT2], 1e-6, "however small a gradient is");
  assertClose([loss.low / 1e-18], [0.81], 1e-3);
  tf.dispose([batch.x, batch.y]);
  model.dispose();
});

forEachBackend("the layerwise walk does not see the scale of standardized kernels", async () => {
  const options = { stepSizes: [0.05], relativeSteps: [0.05, 0.1] };
  const batch = batchOf();
  const [one, tenfold] = await Promise.all([1, 10].map(async (scale) => {
    const model = network();
    applyWeightStandardization(model);
    for (const weight of model.trainableWeights.slice(0, 4)) {
      if (weight.shape.length < 4) continue; // both convolutions
      const scaled = tf.mul(weight.read(), scale);
      weight.write(scaled);
      scaled.dispose();
    }
    const smoothness = await measureSmoothness(model, crossEntropy, batch, options);
    model.dispose();
    return smoothness;
  }));
  assertClose(flat(tenfold!.relative), flat(one!.relative), 1e-4);
  const beta = ({ loss, gradient }: typeof one & object) => walkFigures(loss, gradient).beta;
  assert.ok(beta(tenfold!) < 0.8 * beta(one!), "the other walk does");
  tf.dispose([batch.x, batch.y]);
});

forEachBackend("a Trainer that is measured trains to the same last digit", async () => {
  const train = async (measures: boolean) => {
    const model = network(batchNormalization(), new ChannelDropout({ rate: 0.25 }));
    applyWeightStandardization(model);
    const batch = batchOf();
    const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });
    const betas: number[] = [];
    const trainer = new Trainer({
      model,
      optimizer,
      loss: crossEntropy,
      trainDataloader: {
        batchesPerEpoch: 3,
        *batches() {
          for (let i = 0; i < 3; i++) yield batchOf();
        },
      },
      maxDuration: "2ep",
      callbacks: [async (event) => {
        if (!measures || (event !== "fitStart" && event !== "stepEnd")) return;
        const options = { stepSizes: [0.1], relativeSteps: [0.1] };
        const { loss, gradient } = await measureSmoothness(model, crossEntropy, batch, options);
        betas.push(walkFigures(loss, gradient).beta);
      }],
    });
    const { losses } = await trainer.fit();
    const weights = model.weights.map((weight) => weight.read().dataSync().slice());
    tf.dispose([batch.x, batch.y]);
    optimizer.dispose();
    model.dispose();
    return { losses, weights, betas };
  };
  const { betas: none, ...plain } = await train(false);
  const { betas, ...measured } = await train(true);
  assert.deepEqual(measured, plain);
  assert.deepEqual([none.length, betas.length], [0, 7]);
  assert.ok(betas.every((beta) => beta > 0) && new Set(betas).size === 7, `${betas}`);
});

forEachBackend("measureSmoothness() puts weights back where the loss throws", async () => {
  const { model, batch } = linear([1, 2]);
  let calls = 0;
  const fails: Loss = (_, logits) => {
    if (++calls > 1) throw new Error("no loss");
    return tf.sum(tf.square(logits)) as tf.Scalar;
  };
  const measure = () => measureSmoothness(model, fails, batch, { stepSizes: [0.1] });
  await measure().catch(() => {}); // where it is recorded, it is called once
  await assert.rejects(measure(), /no loss/);
  assert.deepEqual([...model.getWeights()[0]!.dataSync()], [1, 2]);
  assert.equal(tf.engine().state.gradientDepth, 0);
  tf.dispose([batch.x, batch.y]);
  model.dispose();
});

Deno.test("measureSmoothness() refuses steps, seeds, models and batches that are none", async () => {
  await tf.setBackend("cpu");
  const { model, batch } = linear([1, 2]);
  const loss: Loss = (_, logits) => tf.sum(logits) as tf.Scalar;
  const measure = (options: SmoothnessOptions, given = batch) =>
    measureSmoothness(model, loss, given, options);
  await assert.rejects(measure({ stepSizes: [0.1, 0] }), {
    name: "RangeError",
    message:
      "Cannot measure smoothness as stepSizes must be finite and > 0: current value is [0.1,0]",
  });
  await assert.rejects(
    measure({ relativeSteps: [Infinity] }),
    /relativeSteps must be finite and > 0/,
  );
  for (const seed of [0.5, 2 ** 31]) {
    const message = new RegExp(`seed must be a 32-bit integer: current value is ${seed}`);
    await assert.rejects(measure({ seed }), { name: "RangeError", message });
  }
  const none = { x: tf.zeros([0, 2]), y: tf.zeros([0]) };
  await assert.rejects(measure({}, none), /a batch must have images: current value is 0/);
  model.trainable = false;
  await assert.rejects(measure({}), /must have trainable weights: current value is 0/);
  tf.dispose([batch, none].map(({ x, y }) => [x, y]));
  model.dispose();
});

Deno.test("walkFigures() knows nothing where a number is not finite, or the walk led nowhere", () => {
  const at = (loss: number, gradientChange: number, distance = 1) => ({
    gradientNorm: 1,
    points: [
      { size: 1, distance, loss: 0.5, gradientChange: 1 },
      { size: 2, distance, loss, gradientChange },
    ],
  });
  const nothing = { low: NaN, high: NaN };
  assert.deepEqual(walkFigures(1, at(NaN, 2)), {
    loss: nothing,
    gradientChange: { low: 1, high: 2 },
    lipschitz: NaN,
    beta: 2,
  });
  assert.deepEqual(walkFigures(1, at(3, Infinity)), {
    loss: { low: 0.5, high: 3 },
    gradientChange: nothing,
    lipschitz: 2,
    beta: NaN,
  });
  const { lipschitz, beta } = walkFigures(1, at(1, 0, 0));
  assert.deepEqual([lipschitz, beta], [NaN, NaN]);
  assert.deepEqual(walkFigures(1, { gradientNorm: 0, points: [] }).loss, nothing);
});
