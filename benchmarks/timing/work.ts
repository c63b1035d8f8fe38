import process from "node:process";
import { selectBackend } from "../../src/backends/select.ts";
import { registerTensorFlowBackend } from "../../src/backends/tensorflow/mod.ts";
import { deeplabv3plus, resnet, type ResNetBackboneOptions } from "../../src/models/mod.ts";
import {
  batchChannelNormalization,
  groupNormalization,
  type Normalization,
  TorchBatchNormalization,
} from "../../src/normalization/mod.ts";
import {
  applyWeightStandardization,
  bakeWeightStandardization,
} from "../../src/standardization/mod.ts";
import * as tf from "../../src/tf.ts";
import { capture } from "../../src/training/capture.ts";
import { crossEntropy } from "../../src/training/losses.ts";
import { sgd } from "../../src/training/optimizers.ts";
import { trainStep } from "../../src/training/train_step.ts";
import { countParameters } from "../tasks/parameters.ts";
import { recomputeOf } from "../experiments/profiles/common.ts";
import type { OverheadProfile } from "../experiments/profiles/overhead.ts";
import type { Ready } from "../record/mod.ts";
import { applyByGenericOps } from "./generic_ops.ts";
import { UnavailableError } from "./answer.ts";
import { stepSizeOf } from "./step_size.ts";
import type { Subject, SubjectOrder, Work } from "./protocol.ts";

/**
 * Prepares what a subject of this library does: backend, model, batch and step. Nothing is freed, as
 * its process ends with it.
 *
 * @throws {RangeError} if the profile has a value that is not known, or the backend does not start
 */
export async function openWork({ subject, profile, threads }: SubjectOrder): Promise<Work> {
  const backend = await startBackend(subject.engine, threads);
  // `capture` asks the backend, and runs the step as it is where there is no such function.
  if (subject.mode === "eager") Object.assign(tf.backend(), { capture: undefined });
  else insistOnCapture(subject);
  const model = makeModel(profile);
  const stepSize = stepSizeOf(model, profile.batchSize); // standardization renames layers
  standardize(model, subject.kernels);
  const step = subject.work === "train" ? training(model, profile) : inference(model, profile);
  return {
    ready: { ...backend, parameterCount: countParameters(model), stepSize },
    step: async () => {
      const value = step();
      const [number = NaN] = await value.data();
      value.dispose();
      return number;
    },
    memory: () => ({
      peakBytes: process.resourceUsage().maxRSS * 1024,
      tensorCount: tf.memory().numTensors,
    }),
  };
}

/**
 * Steps that are dispatched one by one must not be reported as captured: on wasm, a step that cannot
 * be recorded would train unrecorded, with a warning.
 */
function insistOnCapture({ engine }: Subject): void {
  const backend = tf.backend();
  if (!("capture" in backend)) {
    throw new UnavailableError(`${engine} runs no step as one function here`);
  }
  Object.assign(backend, { runsUnrecorded: false });
}

/**
 * On processors alone, as the peers are; WebGPU's adapter is noted. Backends other than TensorFlow's
 * have one thread.
 */
async function startBackend(
  name: string,
  threads: number,
): Promise<Omit<Ready, "parameterCount">> {
  tf.enableProdMode(); // before TensorFlow.js prints its greeting
  const native = name === "tensorflow";
  const device = { intraOpThreads: threads, interOpThreads: threads, device: "cpu" } as const;
  if (native) registerTensorFlowBackend(device); // selected below
  const { version, gpu, oneDnn } = await selectBackend(name);
  return {
    versions: { "TensorFlow.js": tf.version_core, [name]: version },
    threads: native ? threads : 1,
    ...(oneDnn !== undefined && { oneDnn }),
    ...(name === "webgpu" && { note: `on ${gpu ?? "a software adapter"}` }),
  };
}

function standardize(model: tf.LayersModel, kernels: Subject["kernels"]): void {
  if (kernels === "generic") applyByGenericOps(model);
  else if (kernels !== "plain") applyWeightStandardization(model);
  if (kernels === "baked") bakeWeightStandardization(model);
}

/** The network of a profile, as it is before anything is standardized. */
export function makeModel(profile: NetworkProfile): tf.LayersModel {
  const { classes, width, imageSize, headChannels, lowLevelChannels, dilations, dropout } = profile;
  const inputShape: [number, number, number] = [imageSize, imageSize, 3];
  const shared = { classes, inputShape, seed: 0, normalization: normalizationOf(profile) };
  const depth = depthOf(profile);
  if (profile.model === "resnet") return resnet({ ...shared, depth, width });
  if (profile.model === "deeplab") {
    const head = { headChannels, lowLevelChannels, dilations, dropout };
    return deeplabv3plus({ ...shared, ...head, backbone: { depth, width } });
  }
  throw new RangeError(
    `Cannot make a model as model must be "resnet" or "deeplab": current value is "${profile.model}"`,
  );
}

/** Groups that fit are what the names mean; a number takes a factory. */
function normalizationOf({ normalization, groups }: NetworkProfile): Normalization {
  if (groups === 0) return normalization;
  if (normalization === "group") return (args) => groupNormalization({ ...args, groups });
  if (normalization === "batchChannel") {
    return (args) => batchChannelNormalization({ ...args, groups });
  }
  return normalization;
}

/** The model itself refuses a depth that was not published. */
function depthOf({ depth, blocks }: NetworkProfile): ResNetBackboneOptions["depth"] {
  if (depth !== 0) return depth as 50;
  return { block: "basic", counts: blocks as [number, number, number, number] };
}

/** The step as the Trainer runs it. */
function training(model: tf.LayersModel, profile: OverheadProfile): () => tf.Tensor {
  const { learningRate, momentum } = profile;
  const optimizer = sgd({ learningRate, momentum });
  const step = trainStep(model, optimizer, crossEntropy, {
    recompute: recomputeOf(profile),
  });
  const x = images(profile), y = labels(profile, model);
  const rate = tf.scalar(learningRate), seed = tf.tensor1d([0], "int32");
  return () => step(x, y, rate, seed);
}

/** A forward pass reduced to a number, so that reading large maps is not timed. */
function inference(model: tf.LayersModel, profile: OverheadProfile): () => tf.Tensor {
  const forward = capture((x: tf.Tensor) =>
    tf.mean(model.apply(x, { training: false }) as tf.Tensor)
  );
  const x = images(profile);
  settleStatistics(model, tf.slice(x, 0, Math.min(2, profile.batchSize)));
  return () => forward(x);
}

/**
 * Sets the moving statistics to those of a batch: with the initial ones an untrained network's
 * logits would overflow.
 */
function settleStatistics(model: tf.LayersModel, x: tf.Tensor): void {
  const layers = model.layers.filter((layer) => layer instanceof TorchBatchNormalization);
  // TensorFlow.js declares the momentum protected.
  const norms = layers as unknown as { momentum: number }[];
  const momenta = norms.map(({ momentum }) => momentum);
  for (const norm of norms) norm.momentum = 0;
  tf.tidy(() => void model.apply(x, { training: true }));
  norms.forEach((norm, i) => norm.momentum = momenta[i]!);
  x.dispose();
}

/** What of a profile makes a network and its batch. */
export type NetworkProfile = Omit<OverheadProfile, "threads" | "recompute">;

/** A batch of random images. */
export function images({ batchSize, imageSize }: NetworkProfile, seed = 1): tf.Tensor {
  return tf.randomNormal([batchSize, imageSize, imageSize, 3], 0, 1, "float32", seed);
}

/** A class for each logit vector: an image's, or a pixel's. */
export function labels(
  { batchSize, classes }: NetworkProfile,
  { outputs }: tf.LayersModel,
): tf.Tensor {
  const [, ...extent] = outputs[0]!.shape.slice(0, -1) as number[];
  const shape = [batchSize, ...extent];
  const count = shape.reduce((product, length) => product * length, 1);
  const values = Int32Array.from({ length: count }, (_, i) => (i * 7919) % classes);
  return tf.tensor(values, shape, "int32");
}
