/**
 * Random numbers inside a training step. A step that is recorded once and replayed many times
 * (`capture`) must not bake its random numbers in, and two arms of a comparison must draw the same
 * ones; so they come from one seed a step, which the training loop passes in, and from the number
 * of draws made within that step.
 *
 * @module
 */
import * as tf from "./tf.ts";
import { sharedBatch } from "./workers.ts";

/** What a backend offers where its random op takes the seed as a tensor (and can be recorded). */
interface StatelessRandom {
  statelessRandomUniform?(shape: number[], seed: tf.Tensor1D): tf.Tensor;
}

/** The seed of a step, and how often it was drawn from. */
interface StepSeed {
  seed: tf.Tensor1D;
  draws: number;
}

let current: StepSeed | undefined;

/**
 * Runs `step` so that every {@linkcode randomUniform} inside it derives from `seed`.
 *
 * @param seed int32 `[1]`: the step's seed
 * @param step the training step
 * @returns what `step` returns
 */
export function withStepSeed<T>(seed: tf.Tensor1D, step: () => T): T {
  const outer = current;
  current = { seed, draws: 0 };
  try {
    return step();
  } finally {
    current = outer;
  }
}

/**
 * Uniform values in `[0, 1)`. Inside {@linkcode withStepSeed} the n-th draw depends on the step's
 * seed and on n alone; outside it, on `Math.random`.
 *
 * The first axis is the images', or pixels' of one image after the other's. Where workers share a
 * batch, each draws the rows that the whole batch would have at its images.
 *
 * @param shape the result's shape
 * @returns a float32 tensor of that shape
 */
export function randomUniform(shape: number[]): tf.Tensor {
  if (current === undefined) return tf.randomUniform(shape);
  const draw = current.draws++;
  const seed = current.seed;
  const [rows = 1, ...row] = shape;
  const before = (sharedBatch()?.group.rank ?? 0) * rows;
  return tf.tidy(() => {
    if (before === 0 || shape.length === 0) return drawn(shape, seed, draw);
    // Values do not depend on how many follow: the images of later workers need not be drawn.
    const all = drawn([before + rows, ...row], seed, draw);
    return tf.slice(all, before, rows);
  });
}

function drawn(shape: number[], seed: tf.Tensor1D, draw: number): tf.Tensor {
  const backend = tf.backend() as StatelessRandom;
  if (backend.statelessRandomUniform !== undefined) {
    const pair = tf.concat([seed, tf.tensor1d([draw], "int32")]) as tf.Tensor1D;
    return backend.statelessRandomUniform(shape, pair);
  }
  return tf.randomUniform(shape, 0, 1, "float32", `${seed.dataSync()[0]}/${draw}`);
}

/** Random numbers that were drawn, to be drawn again. */
export interface Draws {
  /** The step's seed and its count of draws before them, if there was a seed. */
  readonly step: StepSeed | undefined;
  /** What `Math.random` gave, from which TensorFlow.js seeds its own random ops. */
  readonly numbers: readonly number[];
}

/**
 * Runs `body`, and notes what random numbers it draws.
 *
 * @param body what draws them
 * @returns what it returns, and the draws, for {@linkcode repeatDraws}
 */
export function noteDraws<T>(body: () => T): { value: T; draws: Draws } {
  const step = current && { ...current };
  const numbers: number[] = [];
  const random = Math.random;
  Math.random = () => {
    const number = random();
    numbers.push(number);
    return number;
  };
  try {
    return { value: body(), draws: { step, numbers } };
  } finally {
    Math.random = random;
  }
}

/**
 * Runs a body again, so that it draws what it drew before. Draws around it go on as if it had not
 * run.
 *
 * @param draws from {@linkcode noteDraws}
 * @param body the same body
 * @returns what it returns
 */
export function repeatDraws<T>({ step, numbers }: Draws, body: () => T): T {
  const outer = current;
  const random = Math.random;
  const rest = numbers.values();
  current = step && { ...step };
  Math.random = () => {
    const number = rest.next().value;
    if (number !== undefined) return number;
    throw new Error("Cannot repeat random numbers as more are drawn than the first time");
  };
  try {
    return body();
  } finally {
    Math.random = random;
    current = outer;
  }
}
