/** A suite of a small network on random pictures: a program whose cells take as long as is asked for. */
import { standardizationArms } from "../../../benchmarks/experiments/arms/standardization.ts";
import { start } from "../../../benchmarks/cli/program.ts";
import { suiteProgram } from "../../../benchmarks/run/program.ts";
import {
  type CommonProfile,
  plainTraining,
} from "../../../benchmarks/experiments/profiles/common.ts";
import type { LoadingOptions, Suite } from "../../../benchmarks/tasks/suite.ts";
import type { Task } from "../../../benchmarks/tasks/task.ts";
import { layers, losses, metrics, optimizers, schedules, tf } from "../../../mod.ts";

/** What `--set` can change. */
export interface SyntheticProfile extends CommonProfile {
  batchSize: number;
  learningRate: number;
  /** How long the data take to come, so that there is time to stop a run. */
  waitMs: number;
  /** While there is a file of this name, the eighth batch of seed 1 is an error of nobody's. */
  breakFile: string;
  /** Units of a layer that makes the checkpoint large. */
  units: number;
}

const quick: SyntheticProfile = {
  ...plainTraining,
  description: "seconds",
  duration: "12ba",
  evaluations: 3,
  seeds: [0],
  timingRounds: 0,
  intraOpThreads: 0,
  microbatchSize: 0,
  recompute: "none",
  checkpointInterval: "2ba",
  checkpointsToKeep: 2,
  batchSize: 4,
  learningRate: 0.1,
  waitMs: 0,
  breakFile: "",
  units: 4,
};

const classes = 3;
const stepsPerEpoch = 5;

/** Batches that depend on seed, epoch and step alone. */
function batches(profile: SyntheticProfile, seed: number, steps: number) {
  const { batchSize, waitMs, breakFile } = profile;
  return {
    batchesPerEpoch: steps,
    async *batches(epoch: number) {
      for (let step = 0; step < steps; step++) {
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        const isEighth = seed === 1 && epoch === 1 && step === 2;
        if (isEighth && breakFile !== "" && await isThere(breakFile)) {
          throw new TypeError("the batch\nis gone");
        }
        const draw = 1 + 1000 * seed + 10 * epoch + step; // TensorFlow.js takes 0 for no seed
        yield {
          x: tf.randomNormal([batchSize, 6, 6, 2], 0, 1, "float32", draw),
          y: tf.tensor1d(
            Array.from({ length: batchSize }, (_, i) => (i + draw) % classes),
            "int32",
          ),
        };
      }
    },
  };
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

function makeModel({ units }: SyntheticProfile, seed: number): tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: seed + 1 });
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 4, kernelSize: 3, kernelInitializer, inputShape: [6, 6, 2] }),
      layers.batchNormalization(),
      tf.layers.flatten(),
      tf.layers.dense({ units, kernelInitializer }),
      tf.layers.dense({ units: classes, kernelInitializer }),
    ],
  });
}

function taskOf(profile: SyntheticProfile, { skipBad = 0 }: LoadingOptions = {}): Task {
  return {
    data: {
      name: "noise",
      classes,
      classNames: ["a", "b", "c"],
      generated: true,
      trainingCount: stepsPerEpoch * profile.batchSize,
      validationCount: profile.batchSize,
      identity: "none",
    },
    panels: [],
    batchSize: profile.batchSize,
    mainMetric: "accuracy",
    warnings: [],
    trainDataloader: (seed) => ({
      ...batches(profile, seed, stepsPerEpoch),
      skipped: () =>
        Array.from(
          { length: skipBad },
          (_, i) => ({ name: `${seed}-${i}.jpg`, reason: "cut off" }),
        ),
    }),
    evalDataloader: () => batches(profile, 999, 1),
    makeModel: (seed) => makeModel(profile, seed),
    makeOptimizer: () => optimizers.sgd({ learningRate: profile.learningRate, momentum: 0.9 }),
    schedule: schedules.cosine({}),
    loss: losses.crossEntropy,
    makeMetrics: () => [new metrics.Accuracy()],
    predict: () => Promise.resolve([]),
  };
}

/** The suite. */
export const synthetic: Suite<SyntheticProfile> = {
  name: "synthetic",
  title: "A small network with and without weight standardization",
  profiles: { quick },
  arms: standardizationArms(0),
  networkSettings: [],
  makeModel: (profile, _classes, seed) => makeModel(profile, seed),
  open: (_data, loading) => ({
    task: (profile) => Promise.resolve(taskOf(profile, loading)),
    close: () => Promise.resolve(),
  }),
};

if (import.meta.main) await start(suiteProgram(synthetic));
