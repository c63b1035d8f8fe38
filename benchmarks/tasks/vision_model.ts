/**
 * The models and optimizers of the tasks on images: a suite's own network, or a model of one's own.
 *
 * @module
 */
import { reasonOf } from "../../datasets/errors.ts";
import type * as tf from "../../src/tf.ts";
import type { ResNetBackboneOptions } from "../../src/models/resnet_backbone.ts";
import * as optimizers from "../../src/training/optimizers.ts";
import type { ScheduledOptimizer } from "../../src/training/train_step.ts";
import type { ModelContext, ModelFactory } from "../experiments/arm.ts";
import type { VisionProfile } from "../experiments/profiles/vision.ts";
import { modelSeed } from "../experiments/seeds.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import { oneLine } from "../ground/format.ts";
import type { MakeModel } from "./suite.ts";

/** The network of a suite. */
export interface SuiteNetwork<P extends VisionProfile> {
  /** The profile's values that it is made by. */
  networkSettings: readonly string[];
  /** The output's shape without the batch. */
  logits(profile: P, classes: number): readonly number[];
  make(profile: P, classes: number, inputShape: InputShape, seed: number): tf.LayersModel;
}

/** `[height, width, channels]` */
type InputShape = ModelContext["inputShape"];

/** What makes the models of arms: the suite's network, or the arm's own function in its place. */
export function modelMaker<P extends VisionProfile>(network: SuiteNetwork<P>): MakeModel<P> {
  return (profile, classes, seed, { name, model: factory }) => {
    const inputShape: InputShape = [profile.imageSize, profile.imageSize, 3];
    if (factory === undefined) return network.make(profile, classes, inputShape, seed);
    const settings = Object.fromEntries(
      Object.entries(profile).filter(([key]) => !network.networkSettings.includes(key)),
    );
    const context = { classes, inputShape, seed: modelSeed(seed), arm: name, settings };
    const model = made(factory, context);
    checkLogits(model, network.logits(profile, classes), name);
    return model;
  };
}

/** What goes wrong in a user's own function is theirs to put right. */
function made(factory: ModelFactory, context: ModelContext): tf.LayersModel {
  try {
    return factory(context);
  } catch (error) {
    throw new UsageError(
      `Cannot make the model of the arm "${context.arm}" as its function throws: ` +
        oneLine(reasonOf(error)),
      { cause: error },
    );
  }
}

function checkLogits(model: tf.LayersModel, logits: readonly number[], arm: string): void {
  const shape = Array.isArray(model?.outputs) ? model.outputs[0]?.shape.slice(1) : undefined;
  const fits = shape?.length === logits.length &&
    shape.every((n, i) => n === null || n === logits[i]);
  if (fits) return;
  throw new UsageError(
    `Cannot use the model of the arm "${arm}" as its output must be logits [batch, ${
      logits.join(", ")
    }]: it is ${shape === undefined ? "no LayersModel" : `[batch, ${shape.join(", ")}]`}`,
  );
}

/** The ResNet that a profile asks for; its numbers come from `--set`, and are checked there. */
export function depthOf({ depth, blocks }: VisionProfile): ResNetBackboneOptions["depth"] {
  const asked = depth === 0 ? { block: "basic", counts: blocks } : depth;
  return asked as ResNetBackboneOptions["depth"];
}

const withMomentum = { "decoupled-sgdw": optimizers.decoupledSgdw, sgd: optimizers.sgd };

const withBetas = { "decoupled-adamw": optimizers.decoupledAdamw, adamw: optimizers.adamw };

/**
 * The optimizer that a profile asks for.
 *
 * @throws {UsageError} if its name is unknown (suggests the nearest)
 */
export function optimizerOf(profile: VisionProfile): ScheduledOptimizer {
  const { optimizer: name, learningRate, momentum, weightDecay, beta2, epsilon } = profile;
  if (Object.hasOwn(withMomentum, name)) {
    const make = withMomentum[name as keyof typeof withMomentum];
    return make({ learningRate, momentum, weightDecay });
  }
  if (Object.hasOwn(withBetas, name)) {
    const make = withBetas[name as keyof typeof withBetas];
    return make({ learningRate, beta1: momentum, beta2, epsilon, weightDecay });
  }
  throw unknownName("optimizer", name, Object.keys({ ...withMomentum, ...withBetas }));
}
