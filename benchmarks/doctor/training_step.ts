/**
 * A training step of a small ResNet, captured where the backend can: held against the same step run
 * op by op, and timed with weight standardization and without.
 *
 * @module
 */
import { resnet } from "../../src/models/mod.ts";
import { applyWeightStandardization } from "../../src/standardization/mod.ts";
import * as tf from "../../src/tf.ts";
import { crossEntropy } from "../../src/training/losses.ts";
import { sgd } from "../../src/training/optimizers.ts";
import { trainStep } from "../../src/training/train_step.ts";
import { median } from "../judge/statistics/summary.ts";
import { hashed } from "./golden_inputs.ts";

/** Images a step, their side in pixels, classes. */
const batchSize = 8, imageSize = 32, classes = 10;

const learningRate = 0.05;

/** What the step is, in words. */
export const stepText =
  `a ResNet of four blocks, width 16, batch norm, ${batchSize} images of ${imageSize} px, SGD with ` +
  "momentum";

/** A step that can be run again and again. */
interface Running {
  model: tf.LayersModel;
  /** Runs a step on the images of a salt, and returns the loss. */
  run(salt: number): Promise<number>;
  /** Runs a step on given images. */
  runOn(images: tf.Tensor): Promise<number>;
  dispose(): void;
}

function start(standardized: boolean): Running {
  const model = resnet({
    depth: { block: "basic", counts: [1, 1, 1, 1] },
    width: 16,
    classes,
    inputShape: [imageSize, imageSize, 3],
    normalization: "batch",
    seed: 1,
  });
  if (standardized) applyWeightStandardization(model);
  const optimizer = sgd({ learningRate, momentum: 0.9 });
  const step = trainStep(model, optimizer, crossEntropy);
  const labels = tf.tensor1d(Array.from({ length: batchSize }, (_, i) => i * 7 % classes), "int32");
  const rate = tf.scalar(learningRate), seed = tf.tensor1d([0], "int32");
  const runOn = async (images: tf.Tensor) => {
    const loss = step(images, labels, rate, seed);
    const [value = NaN] = await loss.data();
    loss.dispose();
    return value;
  };
  return {
    model,
    runOn,
    run: async (salt) => {
      const images = hashed([batchSize, imageSize, imageSize, 3], salt);
      const value = await runOn(images);
      images.dispose();
      return value;
    },
    dispose: () => {
      step.dispose();
      optimizer.dispose();
      model.dispose();
      tf.dispose([labels, rate, seed]);
    },
  };
}

/** Whether the current backend runs a step as one function. */
export function captures(): boolean {
  return "capture" in tf.backend() &&
    tf.backend()["capture" as keyof tf.KernelBackend] !== undefined;
}

/** How captured steps differ from those that ran op by op. */
export interface StepDifference {
  /** The largest difference, in units of a weight's largest value. */
  difference: number;
  /** What that is: a weight, a moving statistic, a loss. */
  at: string;
  /** The loss of a captured step whose images are not numbers: it must not be one either. */
  lossOfNaN: string;
}

/** Runs three steps both ways from the same weights, on images that change. */
export async function compareSteps(): Promise<StepDifference> {
  const eager = await eagerly(() => trained());
  const captured = await trained();
  let worst = { difference: 0, at: "all equal" };
  for (const [name, wanted] of eager.values) {
    const seen = captured.values.get(name)!;
    const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
    for (const [i, value] of wanted.entries()) {
      const away = Math.abs(seen[i]! - value) / largest;
      const difference = Number.isNaN(away) ? Infinity : away;
      if (difference > worst.difference) {
        worst = { difference, at: `${name}, value ${i}: ${seen[i]}, not ${value}` };
      }
    }
  }
  return { ...worst, lossOfNaN: `${captured.lossOfNaN}` };
}

/** Three steps; then one on images that are not numbers, which breaks the weights. */
async function trained(): Promise<{ values: Map<string, Float32Array>; lossOfNaN: number }> {
  const running = start(true);
  try {
    const losses = [await running.run(1), await running.run(2), await running.run(3)];
    const values = new Map<string, Float32Array>([["losses", Float32Array.from(losses)]]);
    for (const weight of running.model.weights) {
      values.set(weight.originalName, await weight.read().data() as Float32Array);
    }
    const images = tf.fill([batchSize, imageSize, imageSize, 3], NaN);
    const lossOfNaN = await running.runOn(images);
    images.dispose();
    return { values, lossOfNaN };
  } finally {
    running.dispose();
  }
}

/** Runs something while the backend captures nothing: `capture` asks it. */
async function eagerly<T>(run: () => Promise<T>): Promise<T> {
  const backend = tf.backend() as { capture?: unknown };
  const own = Object.getOwnPropertyDescriptor(backend, "capture");
  Object.defineProperty(backend, "capture", { value: undefined, configurable: true });
  try {
    return await run();
  } finally {
    if (own === undefined) delete backend.capture;
    else Object.defineProperty(backend, "capture", own);
  }
}

/** Times of steps that ran in turn. */
export interface StepTimes {
  /** Medians in milliseconds. */
  plainMs: number;
  standardizedMs: number;
  /** The median of the pairs' ratios. */
  ratio: number;
  /** How many pairs of steps. */
  pairs: number;
}

/** Pairs that are not counted: the first is captured, the second may still plan its memory. */
const warmups = 2;

const mostPairs = 60;

/**
 * Times steps with weight standardization and without, in turn.
 *
 * @param seconds how long; where one pair takes longer than that, it is the only one
 */
export async function timeSteps(seconds: number): Promise<StepTimes> {
  const plain = start(false), standardized = start(true);
  const images = hashed([batchSize, imageSize, imageSize, 3], 1);
  const time = async (running: Running) => {
    const start = performance.now();
    await running.runOn(images);
    return performance.now() - start;
  };
  try {
    const end = performance.now() + 1000 * seconds;
    let pairs: [plain: number, standardized: number][] = [];
    for (let i = 0; i < warmups + mostPairs; i++) {
      if (i <= warmups) pairs = []; // what was there so far was warming up
      pairs.push([await time(plain), await time(standardized)]);
      if (performance.now() > end) break;
    }
    return {
      plainMs: median(pairs.map(([plain]) => plain)),
      standardizedMs: median(pairs.map(([, standardized]) => standardized)),
      ratio: median(pairs.map(([plain, standardized]) => standardized / plain)),
      pairs: pairs.length,
    };
  } finally {
    plain.dispose();
    standardized.dispose();
    images.dispose();
  }
}
