import * as tf from "../../src/tf.ts";
import golden from "./golden/golden.json" with { type: "json" };
import { hashed } from "./golden_inputs.ts";
import { goldenOps } from "./golden_ops.ts";

/** What is kept of one tensor that PyTorch computed. */
interface Kept {
  /** Which one it is: `output`, `gradient of x`. */
  name: string;
  shape: number[];
  /** Value i of those kept is the tensor's number `i * step`, modulo its size. */
  step: number;
  /** The largest absolute value. */
  largest: number;
  rootMeanSquare: number;
  /** float32, in base64. */
  values: string;
}

/** An operation with its arguments, and what PyTorch makes of it. */
export interface GoldenCase {
  name: string;
  op: string;
  args: object;
  /** The inputs' shapes. */
  inputs: number[][];
  outputs: Kept[];
}

/** How far a backend's values are from PyTorch's. */
export interface Difference {
  /** The case's name. */
  name: string;
  /** The largest difference, in units of the tensor's largest value; undefined where not computed. */
  difference?: number | undefined;
  /** The largest relative difference of a root of the mean square, which sees all values. */
  whole?: number | undefined;
  /** Which value that is, with what was seen and wanted, or why nothing was computed. */
  at: string;
}

/** The cases: matrix products, convolutions, standardization, norms, pools, resizing, a loss. */
export const goldenCases: readonly GoldenCase[] = golden.cases as GoldenCase[];

/** PyTorch's version behind them. */
export const torchVersion: string = golden.torch;

/** The salt of the gradient from above. */
const upstreamSalt = 99;

/**
 * Computes a case on the current backend, with its gradients.
 *
 * @returns the largest difference; an error of the backend is one, too
 */
export async function checkCase(golden: GoldenCase): Promise<Difference> {
  let tensors: tf.Tensor[] = [];
  try {
    tensors = tf.tidy(() => compute(golden));
    const values = await Promise.all(tensors.map((tensor) => tensor.data()));
    const found = golden.outputs.map((kept, i) => farthest(kept, values[i]!));
    const worst = found.reduce((a, b) => b.difference > a.difference ? b : a);
    return { name: golden.name, ...worst, whole: Math.max(...found.map(({ whole }) => whole)) };
  } catch (error) {
    return { name: golden.name, at: error instanceof Error ? error.message : String(error) };
  } finally {
    tf.dispose(tensors);
  }
}

/** The output, and the gradients of `sum(output * upstream)` with respect to the inputs. */
function compute({ op, args, inputs, outputs }: GoldenCase): tf.Tensor[] {
  const run = (...tensors: tf.Tensor[]) => goldenOps[op]!(args as never, ...tensors);
  const tensors = inputs.map((shape, i) => hashed(shape, i + 1));
  const upstream = hashed(outputs[0]!.shape, upstreamSalt);
  return [run(...tensors), ...tf.grads(run)(tensors, upstream)];
}

/**
 * The value of those kept that is farthest from PyTorch's, and how far the root of the mean square is.
 * NaN where none was wanted counts as infinitely far.
 */
function farthest(kept: Kept, actual: ArrayLike<number>) {
  const { name, shape, step, largest, rootMeanSquare } = kept;
  const size = tf.util.sizeFromShape(shape);
  if (actual.length !== size) {
    const at = `${name}: ${actual.length} values, not ${size}`;
    return { difference: Infinity, whole: Infinity, at };
  }
  const root = Math.sqrt(Array.from(actual, (value) => value ** 2).reduce((a, b) => a + b) / size);
  let worst = { difference: 0, at: "all equal" };
  valuesOf(kept).forEach((wanted, i) => {
    const place = i * step % size;
    const difference = away(actual[place]!, wanted, largest);
    if (difference <= worst.difference) return;
    const index = tf.util.indexToLoc(place, shape.length, tf.util.computeStrides(shape));
    const seen = shown(actual[place]!);
    worst = { difference, at: `${name} at [${index}]: ${seen}, not ${shown(wanted)}` };
  });
  return { ...worst, whole: away(root, rootMeanSquare, rootMeanSquare) };
}

function away(seen: number, wanted: number, unit: number): number {
  const difference = Math.abs(seen - wanted) / unit;
  return Number.isNaN(difference) ? Infinity : difference;
}

function valuesOf({ values }: Kept): Float32Array {
  return new Float32Array(Uint8Array.from(atob(values), (c) => c.charCodeAt(0)).buffer);
}

function shown(value: number): string {
  return Number.isFinite(value) ? `${Number(value.toPrecision(7))}` : `${value}`;
}
