import assert from "node:assert/strict";
import { deeplabv3plus, resnet } from "../../../src/models/mod.ts";
import { applyWeightStandardization } from "../../../src/standardization/mod.ts";
import * as tf from "../../../src/tf.ts";
import { capture } from "../../../src/training/capture.ts";
import { crossEntropy, type Loss, segmentation } from "../../../src/training/losses.ts";
import { testOnTensorFlow, wave } from "./harness.ts";

/** A network, one batch for it, and its loss. */
interface Case {
  model: tf.LayersModel;
  x: tf.Tensor;
  y: tf.Tensor;
  loss: Loss;
}

const cases: Record<string, () => Case> = {
  ResNet: () => ({
    model: resnet({
      classes: 4,
      inputShape: [16, 16, 3],
      depth: { block: "bottleneck", counts: [1, 1, 1, 1] },
      width: 4,
      seed: 0,
    }),
    x: wave([2, 16, 16, 3]),
    y: tf.tensor1d([0, 3], "int32"),
    loss: crossEntropy,
  }),
  "DeepLabv3+": () => ({
    model: deeplabv3plus({
      classes: 3,
      inputShape: [32, 32, 3],
      backbone: { depth: { block: "basic", counts: [1, 1, 1, 1] }, width: 4 },
      headChannels: 8,
      lowLevelChannels: 4,
      dropout: 0,
      seed: 0,
    }),
    x: wave([2, 32, 32, 3]),
    y: tf.zeros([2, 32, 32], "int32"),
    loss: segmentation(),
  }),
};

for (const [name, make] of Object.entries(cases)) {
  for (const standardized of [false, true]) {
    const what = standardized ? `${name} with WS` : name;
    testOnTensorFlow(`a diverged run is seen in a captured step: ${what}`, () => {
      const { model, x, y, loss } = make();
      if (standardized) applyWeightStandardization(model);
      const step = capture((x: tf.Tensor, y: tf.Tensor) => {
        const { value, grads } = tf.variableGrads(
          () => loss(y, model.apply(x, { training: true }) as tf.Tensor),
          model.trainableWeights.map((weight) => weight.read() as tf.Variable),
        );
        return [value, ...Object.values(grads).map((gradient) => tf.sum(gradient))];
      });
      const lossOf = () => {
        const outputs = step(x, y), [value = 0] = outputs[0]!.dataSync();
        tf.dispose(outputs);
        return value;
      };
      assert.ok(Number.isFinite(lossOf()));
      for (const weight of model.trainableWeights) {
        const variable = weight.read() as tf.Variable, sound = variable.clone();
        for (const bad of [NaN, Infinity]) {
          const values = sound.dataSync().slice();
          values[values.length >> 1] = bad; // of a kernel, in the central tap, which every map meets
          const broken = tf.tensor(values, sound.shape);
          variable.assign(broken);
          assert.ok(!Number.isFinite(lossOf()), `${weight.name} holds ${bad}`);
          broken.dispose();
        }
        variable.assign(sound);
        sound.dispose();
      }
      assert.ok(Number.isFinite(lossOf()));
      step.dispose();
      model.dispose();
      tf.dispose([x, y]);
    });
  }
}
