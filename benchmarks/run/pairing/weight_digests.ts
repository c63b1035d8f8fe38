import type * as tf from "../../../src/tf.ts";
import { unnumbered } from "../../../src/training/model_weights.ts";
import { sha256 } from "../../ground/sha256.ts";

/** Longer ones would make records large; two of these are equal by chance once in 10¹⁹. */
const digits = 16;

/**
 * A hash of each weight of a model, so that two models can be held against each other when neither
 * is there any more.
 *
 * @returns the first 64 bits of SHA-256 over the values' bytes, in hex, by the weight's name and
 * shape, `conv1/kernel [3, 3, 3, 16]`; the second of one name and shape ends in `#2`
 */
export async function weightDigests(model: tf.LayersModel): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  const seen = new Map<string, number>();
  for (const weight of model.weights) {
    const name = `${unnumbered(weight.originalName)} [${weight.shape.join(", ")}]`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    digests[count === 1 ? name : `${name} #${count}`] = await digestOf(weight.read());
  }
  return digests;
}

async function digestOf(tensor: tf.Tensor): Promise<string> {
  const { buffer, byteOffset, byteLength } = await tensor.data();
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return (await sha256(bytes)).slice(0, digits);
}

/** The names, in order, of weights that one model lacks or whose values differ. */
export function changedWeights(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]);
}
