/** Claim C7's three arms as their training begins: which of them are the function of the file. */
import assert from "node:assert/strict";
import type { ArmDefinition } from "../../../benchmarks/experiments/arm.ts";
import { classificationSets, segmentationSets } from "../../../benchmarks/experiments/arms/sets.ts";
import { profiles as ade20k } from "../../../benchmarks/experiments/profiles/ade20k.ts";
import { profiles as imagenet } from "../../../benchmarks/experiments/profiles/imagenet.ts";
import { applyAlgorithms } from "../../../benchmarks/run/started_arm.ts";
import { classificationModel } from "../../../benchmarks/tasks/classification.ts";
import {
  type InitialWeights,
  readInitialWeights,
} from "../../../benchmarks/tasks/initial_weights.ts";
import { segmentationModel } from "../../../benchmarks/tasks/segmentation.ts";
import { losses, models, optimizers, tf } from "../../../mod.ts";
import { forEachBackend } from "../../backends.ts";
import { withFolder } from "../../datasets/files.ts";

type Make = (seed: number, arm: Pick<ArmDefinition, "name">) => tf.LayersModel;

const size = { imageSize: 32 };
const segmentation = { ...ade20k.quick!, ...size },
  classification = { ...imagenet.quick!, ...size };
const suites: [string, Make, readonly ArmDefinition[]][] = [
  [
    "ade20k",
    (seed, arm) => segmentationModel(segmentation, 4, seed, arm),
    segmentationSets(segmentation).pretraining!.arms,
  ],
  [
    "imagenet",
    (seed, arm) => classificationModel(classification, 5, seed, arm),
    classificationSets(classification).pretraining!.arms,
  ],
];

/** Weights as training without WS leaves them: means that are not 0, statistics that are not 0 and 1. */
async function trained(model: tf.LayersModel, path: string): Promise<void> {
  const weights = tf.tidy(() =>
    model.getWeights().map((weight, i) => {
      const noise = tf.randomNormal(weight.shape, 0, 1, "float32", i + 1);
      const isKernel = weight.rank > 1;
      return isKernel
        ? tf.add(tf.mul(weight, 0.6), tf.add(tf.mul(noise, 0.01), 0.02))
        : tf.abs(tf.add(weight, tf.add(tf.mul(noise, 0.2), 0.3)));
    })
  );
  model.setWeights(weights);
  tf.dispose(weights);
  await Deno.writeFile(path, models.saveTorchWeights(model));
}

/** Outputs of the arm's model with the file's weights, in inference and in training. */
function outputs(make: Make, arm: ArmDefinition, weights: InitialWeights): Float32Array[] {
  const model = make(1, arm);
  const optimizer = optimizers.sgd({ learningRate: 1 });
  weights.load(model);
  applyAlgorithms(arm, { model, optimizer, loss: losses.crossEntropy });
  const found = tf.tidy(() => {
    const x = tf.randomNormal([3, 32, 32, 3], 0, 1, "float32", 7);
    return [false, true].map((training) => {
      const y = model.apply(x, { training }) as tf.Tensor;
      return y.dataSync() as Float32Array;
    });
  });
  optimizer.dispose();
  model.dispose();
  return found;
}

/** The largest difference over the largest value. */
function relative(one: Float32Array, other: Float32Array): number {
  const difference = one.reduce((most, value, i) => Math.max(most, Math.abs(value - other[i]!)), 0);
  return difference / one.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

async function assertPreserved(): Promise<void> {
  for (const [name, make, [plain, ws, preserved]] of suites) {
    await withFolder(async (folder) => {
      const path = `${folder}/weights.safetensors`;
      const model = make(2, plain!);
      await trained(model, path);
      model.dispose();
      const weights = (await readInitialWeights(path))!;
      const [before, standardized, kept] = [plain!, ws!, preserved!]
        .map((arm) => outputs(make, arm, weights));
      for (const [i, mode] of ["inference", "training"].entries()) {
        const what = `${name} in ${mode}`;
        const off = relative(before![i]!, kept![i]!);
        assert.ok(off < 2e-5, `${what}: preserved outputs are off by ${off}`);
        // Batch norm takes a kernel's scale away in training, and not its mean.
        const other = relative(before![i]!, standardized![i]!);
        assert.ok(other > 0.01, `${what}: WS alone changes outputs by ${other}`);
      }
    });
  }
}

forEachBackend(
  "the arm that preserves outputs begins as the function of the file",
  assertPreserved,
);
