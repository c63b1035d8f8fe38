import { check } from "../check.ts";
import type { Checkpoint } from "./checkpoints/checkpoint.ts";
import { openCheckpoint } from "./checkpoints/run_checkpoint.ts";
import type { Checkpointable } from "./callback.ts";
import type { State } from "./engine.ts";
import { fitRun } from "./fit_loop.ts";
import type { History } from "./history.ts";
import type { TrainerOptions } from "./trainer_options.ts";
import { TrainingRun } from "./training_run.ts";

export type { TrainerOptions } from "./trainer_options.ts";

/**
 * Trains and evaluates a LayersModel. Algorithms change the training at its events, callbacks watch
 * it. Where the backend can, a step is captured and runs as one function.
 *
 * @see mosaicml/composer, `composer/trainer`
 */
export class Trainer implements Checkpointable {
  readonly #run: TrainingRun;

  /**
   * Applies the algorithms that match `init`.
   *
   * @param options what to train, with what, for how long
   * @throws {TypeError} if model, optimizer or loss is missing or invalid, or if there is a schedule
   *   for an optimizer that cannot follow one
   * @throws {RangeError} if an option is unknown, a number or duration is out of range, two metrics have one name, or one
   *   that is watched is not there
   */
  constructor(options: TrainerOptions) {
    this.#run = new TrainingRun(options, this);
    this.#run.applyAlgorithms("init");
  }

  /** Where the run stands. */
  get state(): Readonly<State> {
    return this.#run.state;
  }

  /** The course of the current `fit`, or of the last one; empty before the first. */
  get history(): Readonly<History> {
    return this.#run.history;
  }

  /**
   * Trains for `maxDuration`. A second call trains on, for as long again, from the batch where the
   * first one ended; the schedule then goes by the longer run. After {@linkcode restore} it goes on
   * to the end of the `fit` that the checkpoint was taken of. {@linkcode Event} has the order of
   * events.
   *
   * @returns the course of what this call trained; after `restore` with what was trained before
   * @throws {TypeError} if there is no `trainDataloader`, or no `evalDataloader` for `earlyStopping`,
   *   the model has no trainable weights, a batch has no images, or another `fit` is running
   * @throws {RangeError} if it gives fewer batches than it says, or the optimizer's learning rate
   *   was set to something else than its `initialLearningRate`, which a schedule is for
   * @throws {NonFiniteLossError} if the loss becomes NaN or infinite
   * @throws {NonFiniteWeightsError} if a weight is where an evaluation is due, or at the end
   * @throws {WorkerLostError} if another worker of the group is lost
   */
  async fit(): Promise<History> {
    return await this.#run.fitAlone(() => fitRun(this.#run));
  }

  /**
   * Evaluates the model on every batch of `evalDataloader`, in inference mode.
   *
   * @returns each metric's result by its name, or its results where it has several
   * @throws {TypeError} if there is no `evalDataloader`
   */
  async evaluate(): Promise<Record<string, number>> {
    return await this.#run.evaluate();
  }

  /**
   * The run as it stands: weights, what the optimizer keeps, step, seed and history. A new process
   * that makes the same model, optimizer and Trainer, restores it and calls `fit` trains what this
   * one would have trained, bit for bit on the same backend: the same weights and the same history,
   * durations aside. That holds as far as all randomness comes from seeds: TensorFlow.js's own
   * dropout draws from `Math.random`, this library's from the step's seed.
   *
   * Called during a step, it waits for that step's end, and the next step waits for it.
   *
   * @returns the checkpoint, a copy
   * @throws {NonFiniteLossError} if the last loss is not finite
   * @throws {NonFiniteWeightsError} if a weight is not: so no checkpoint is ever of a broken run
   * @throws {TypeError} if the optimizer has no `getWeights`, as `tf.train.adamax`
   *
   * @example
   * ```ts
   * import { losses, optimizers, tf, Trainer } from "@weight-standardization/tfjs";
   * import assert from "node:assert/strict";
   *
   * const trainDataloader = {
   *   batchesPerEpoch: 4,
   *   *batches(epoch: number) {
   *     for (let i = 0; i < 4; i++) {
   *       yield { x: tf.randomUniform([8, 2], 0, 1, "float32", 4 * epoch + i), y: tf.zeros([8], "int32") };
   *     }
   *   },
   * };
   * const make = () => {
   *   const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
   *   const dense = tf.layers.dense({ units: 2, inputShape: [2], kernelInitializer });
   *   return new Trainer({
   *     model: tf.sequential({ layers: [dense] }),
   *     optimizer: optimizers.sgd({ learningRate: 0.5, momentum: 0.9 }),
   *     loss: losses.crossEntropy,
   *     trainDataloader,
   *     checkpointInterval: "2ba",
   *     callbacks: [async (event, state, trainer) => {
   *       if (event === "checkpoint" && state.step === 2) kept = await trainer.checkpoint();
   *     }],
   *   });
   * };
   * let kept: Awaited<ReturnType<Trainer["checkpoint"]>> | undefined;
   * const { losses: whole } = await make().fit();
   *
   * const resumed = make();
   * await resumed.restore(kept!);
   * assert.deepEqual((await resumed.fit()).losses, whole);
   * ```
   */
  checkpoint(): Promise<Checkpoint> {
    return this.#run.checkpoint();
  }

  /**
   * Goes back to where a checkpoint was taken, so that `fit` goes on from there. Options, model and
   * optimizer must be those of the run that it was taken of. Functions cannot be compared: the same
   * loss, with the same label smoothing, and the same batches are the caller's to give. The backend may
   * be another, and the numbers are then close, not equal.
   *
   * Everything is checked before anything changes.
   *
   * @param checkpoint from {@linkcode checkpoint}, or parsed from where it was kept
   * @throws {CheckpointError} if it is damaged: cut off, no checkpoint, of another format version
   * @throws {RangeError} if seed, durations, microbatches or the optimizer's settings are others
   * @throws {TypeError} if the model has other weights or is standardized otherwise, the optimizer
   *   is not new, or this Trainer has trained already, or does so now
   */
  async restore(checkpoint: Checkpoint): Promise<void> {
    const run = this.#run;
    const { step } = run.state;
    check(step === 0, TypeError, "restore as the Trainer must be at step 0, before fit()", step);
    run.checkIdle("restore");
    await run.resume(openCheckpoint(checkpoint, run.snapshot()));
  }

  /**
   * Frees what it holds beside the model and the optimizer: the weights that `movingAverage` and
   * `earlyStopping` keep. The model keeps the weights that it has; without those two options there is
   * nothing to free. The Trainer is not to be used afterwards.
   */
  dispose(): void {
    this.#run.dispose();
  }
}
