/** Options that nothing reads, or of another type, which the compiler does not see in JavaScript. */
import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { batchNormalization } from "../../src/normalization/batch.ts";
import { crossEntropy, segmentation } from "../../src/training/losses.ts";
import { Accuracy } from "../../src/training/metrics.ts";
import * as optimizers from "../../src/training/optimizers.ts";
import { Trainer, type TrainerOptions } from "../../src/training/trainer.ts";

Deno.test("a Trainer refuses options that it does not know, and its new ones in another form", () => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
  const parts = { model, optimizer: optimizers.sgd({ learningRate: 1 }), loss: crossEntropy };
  const make = (options: object) =>
    new Trainer({ ...parts, metrics: [new Accuracy()], ...options } as TrainerOptions);
  const refuses = (options: object, name: string, message: RegExp) =>
    assert.throws(() => make(options), { name, message }, JSON.stringify(options));
  make({ schedule: undefined, clipNorm: undefined });
  refuses(
    { clipNorm: 1 },
    "RangeError",
    /options must be .*maxGradientNorm.* an object with clipNorm$/,
  );
  for (const movingAverage of [true, 0.99, "1ep", ["1ep"]]) {
    refuses(
      { movingAverage },
      "TypeError",
      /movingAverage must be an object of halfLife, smoothing/,
    );
  }
  refuses({ movingAverage: { decay: 0.9 } }, "RangeError", /an object with decay$/);
  refuses(
    { movingAverage: { halfLife: 5 } },
    "RangeError",
    /movingAverage\.halfLife must be epochs/,
  );
  refuses({ movingAverage: { smoothing: "0.9" } }, "RangeError", /smoothing must be in \(0, 1\)/);
  const metric = "accuracy";
  refuses(
    { earlyStopping: metric },
    "TypeError",
    /earlyStopping must be an object of metric, mode/,
  );
  refuses({ earlyStopping: { metric, patence: "1ep" } }, "RangeError", /an object with patence$/);
  refuses({ earlyStopping: { metric, restoreBest: "no" } }, "TypeError", /true or false.* "no"$/);
  refuses(
    { synchronizedBatchNorm: "yes" },
    "TypeError",
    /synchronizedBatchNorm must be true or false: .* "yes"$/,
  );
  model.dispose();
});

Deno.test("a Trainer refuses to synchronize TensorFlow.js's own batch normalization, nested or not", () => {
  const inner = tf.sequential({
    layers: [
      tf.layers.dense({ units: 2, inputShape: [2] }),
      tf.layers.batchNormalization({ name: "stock" }),
    ],
  });
  const outer = tf.sequential({ layers: [inner, tf.layers.dense({ units: 2 })] });
  const own = tf.sequential({
    layers: [tf.layers.dense({ units: 2, inputShape: [2] }), batchNormalization()],
  });
  const make = (model: tf.LayersModel, synchronizedBatchNorm: boolean) =>
    new Trainer({
      model,
      optimizer: optimizers.sgd({ learningRate: 1 }),
      loss: crossEntropy,
      synchronizedBatchNorm,
    });
  for (const model of [inner, outer]) {
    assert.throws(() => make(model, true), {
      name: "TypeError",
      message: "Cannot train with synchronizedBatchNorm as the model must have " +
        "layers.batchNormalization in place of tf.layers.batchNormalization: current value is stock",
    });
    make(model, false);
  }
  make(own, true);
  tf.dispose([outer, own].flatMap(({ weights }) => weights.map((weight) => weight.read())));
});

Deno.test("AdamW refuses options that it does not have, such as PyTorch's", () => {
  for (const make of [optimizers.adamw, optimizers.decoupledAdamw]) {
    make({ learningRate: 1, ...{ betas: undefined } }).dispose();
    for (const other of [{ betas: [0.9, 0.99] }, { amsgrad: true }, { lr: 1 }]) {
      const message = new RegExp(
        `options must be .* beta1, beta2, .* an object with ${Object.keys(other)[0]}$`,
      );
      assert.throws(() => make({ learningRate: 1, ...other }), { name: "RangeError", message });
    }
  }
});

Deno.test("losses refuse a labelSmoothing that is no number", () => {
  const labels = tf.tensor1d([0], "int32"), logits = tf.tensor2d([[2, 0]]);
  for (const value of ["0.1", null]) {
    const labelSmoothing = value as unknown as number;
    const error = { name: "RangeError", message: /labelSmoothing must be in \[0, 1\]/ };
    assert.throws(() => crossEntropy(labels, logits, { labelSmoothing }), error);
    assert.throws(() => segmentation({ labelSmoothing }), error);
  }
});
