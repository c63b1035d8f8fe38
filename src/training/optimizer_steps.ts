import * as tf from "../tf.ts";
import { type AccumulatedStep, accumulatedStep } from "./accumulated_step.ts";
import { type Batch, disposeBatch } from "./dataloader.ts";
import type { Loss } from "./losses.ts";
import { checkImages, imageCount, microbatches } from "./microbatches.ts";
import { type StepOptions, type TrainStep, trainStep } from "./train_step.ts";
import { freeTape } from "./recording/free_tape.ts";
import { type StepKind, stepKindOf } from "./workers/step_kind.ts";

/** The parts of an optimizer step. */
export interface OptimizerStepsOptions extends StepOptions {
  /** The model. */
  model: tf.LayersModel;
  /** The optimizer. */
  optimizer: tf.Optimizer;
  /** The loss. */
  loss: Loss;
  /** Seeds the random numbers of the steps. */
  seed: number;
  /** Parts that a dataloader gives for each step. */
  partsPerStep: number;
  /** Images in a microbatch at most. */
  microbatchSize: number;
  /** Whether this worker is to stop; asked before a step in a group. */
  stops?: (() => boolean) | undefined;
  /** Called after the weights have taken a step, with the number of steps done. */
  afterStep?: ((step: number) => void) | undefined;
}

/** What a step reports. */
export interface StepResult {
  /** The loss. */
  loss: number;
  /** How many microbatches it had. */
  microbatches: number;
  /** Without the wait. */
  stepDurationMs: number;
  /** For the batch. */
  waitDurationMs: number;
  /** In a group: how many workers were to stop when they began it. */
  stops: number;
}

/** What has been added up of a step. */
interface Added {
  images: number;
  microbatches: number;
  waitDurationMs: number;
  /** What its first microbatch is counted as, among those of all workers. */
  first?: number;
}

/** Runs optimizer steps: fused into one function, or over microbatches where there are several. */
export class OptimizerSteps {
  readonly #options: OptimizerStepsOptions;
  /** By whether what workers have is one batch. */
  readonly #fused = new Map<boolean, TrainStep>();
  #accumulated: AccumulatedStep | undefined;

  /** @param options model, optimizer, loss, and how a batch comes in parts */
  constructor(options: OptimizerStepsOptions) {
    this.#options = options;
  }

  /**
   * Runs one step.
   *
   * @param parts where its batch comes from, in one part or several, which are disposed of
   * @param step the number of steps before it, for its seed
   * @param learningRate its learning rate; NaN where the optimizer has its own
   * @returns what it reports; nothing if the batches ended before the step was complete
   * @throws {TypeError} if a part has no images, or has to be cut and has not a label for each
   */
  async run(
    parts: AsyncIterator<Batch, void>,
    step: number,
    learningRate: number,
  ): Promise<StepResult | undefined> {
    const start = performance.now();
    const rate = tf.scalar(Number.isNaN(learningRate) ? 0 : learningRate);
    const sum: Added = { images: 0, microbatches: 0, waitDurationMs: 0 };
    let loss: tf.Tensor | undefined;
    try {
      for (let part = 0; part < this.#options.partsPerStep; part++) {
        const asked = performance.now();
        const { value: batch } = await parts.next();
        sum.waitDurationMs += performance.now() - asked;
        if (batch === undefined) return undefined;
        checkImages(batch);
        const kind = await this.#kindOf(batch);
        if (kind.isWhole) {
          loss = await this.#runFused(batch, step, rate, kind);
          sum.microbatches = 1;
        } else await this.#add(batch, step, sum, kind);
      }
      loss ??= await this.#apply(rate, sum.images);
      this.#options.afterStep?.(step + 1);
      const [value = NaN, stops = 0] = await loss.data();
      const { waitDurationMs, microbatches } = sum;
      const stepDurationMs = performance.now() - start - waitDurationMs;
      return { loss: value, microbatches, stepDurationMs, waitDurationMs, stops };
    } catch (error) {
      freeTape();
      throw error;
    } finally {
      tf.dispose([rate, loss]);
    }
  }

  /** Frees the steps. */
  dispose(): void {
    this.#fused.forEach((step) => step.dispose());
    this.#accumulated?.dispose();
  }

  async #kindOf(batch: Batch): Promise<StepKind> {
    try {
      return await stepKindOf(imageCount(batch), this.#options);
    } catch (error) {
      disposeBatch(batch);
      throw error;
    }
  }

  /** In a group without stopping the event loop, as it may wait for other workers. */
  async #runFused(
    batch: Batch,
    step: number,
    rate: tf.Scalar,
    { isOneBatch }: StepKind,
  ): Promise<tf.Tensor> {
    const { group } = this.#options;
    const first = isOneBatch ? 0 : group?.rank ?? 0;
    const seed = this.#seed(step, first), stop = this.#stop();
    try {
      const fused = this.#fusedFor(isOneBatch);
      const run = group === undefined ? fused : fused.callAsync;
      return await run(batch.x, batch.y, rate, seed, ...stop);
    } finally {
      tf.dispose([batch.x, batch.y, seed, ...stop]);
    }
  }

  #fusedFor(isOneBatch: boolean): TrainStep {
    const { model, optimizer, loss } = this.#options;
    const step = this.#fused.get(isOneBatch) ??
      trainStep(model, optimizer, loss, { ...this.#options, isOneBatch });
    this.#fused.set(isOneBatch, step);
    return step;
  }

  async #add(batch: Batch, step: number, sum: Added, kind: StepKind): Promise<void> {
    const { model, optimizer, loss, microbatchSize } = this.#options;
    sum.first ??= this.#firstMicrobatch(kind);
    for (const part of microbatches(batch, microbatchSize)) {
      this.#accumulated ??= accumulatedStep(model, optimizer, loss, this.#options);
      if (sum.microbatches === 0) this.#accumulated.begin();
      const seed = this.#seed(step, sum.first + sum.microbatches++);
      try {
        await this.#accumulated.add(part.x, part.y, seed);
      } finally {
        seed.dispose();
      }
      sum.images += imageCount(part);
    }
  }

  async #apply(rate: tf.Scalar, images: number): Promise<tf.Tensor> {
    const count = tf.scalar(images), stop = this.#stop();
    try {
      return await this.#accumulated!.apply(rate, count, ...stop);
    } finally {
      tf.dispose([count, ...stop]);
    }
  }

  /**
   * The microbatches of workers before this one: its own are those that the whole batch would have on one
   * worker, and draw the same random numbers.
   */
  #firstMicrobatch({ microbatches }: StepKind): number {
    const { partsPerStep, group } = this.#options;
    return (group?.rank ?? 0) * partsPerStep * microbatches;
  }

  /** In a group, whether this worker is to stop, as a step takes it. */
  #stop(): tf.Scalar[] {
    const { group, stops } = this.#options;
    return group === undefined ? [] : [tf.scalar(stops?.() ? 1 : 0)];
  }

  /**
   * Neighbouring seeds, steps and microbatches must not share random numbers: multiply by odd
   * constants, in 32 bits.
   */
  #seed(step: number, microbatch: number): tf.Tensor1D {
    const mixed = Math.imul(this.#options.seed, 0x9e3779b1) + Math.imul(step, 0x85ebca6b) +
      Math.imul(microbatch, 0xc2b2ae35);
    return tf.tensor1d([mixed | 0], "int32");
  }
}
