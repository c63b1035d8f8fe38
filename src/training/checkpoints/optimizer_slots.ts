/**
 * What an optimizer keeps from step to step: its own list of weights, and variables that it keeps
 * beside them, such as the powers of Adam's betas, which its `setWeights` computes another way.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import type { NamedVariables } from "../model_weights.ts";

/** The type and shape of a tensor. */
export type TensorForm = Pick<tf.Tensor, "dtype" | "shape">;

/** How many steps a weight has taken, which this library's Adam keeps of each. */
const stepCount: TensorForm = { dtype: "float32", shape: [] };

/** Whether a slot of that name is such a count. */
const countsSteps = (name: string) => name.endsWith("/steps");

/** Before the names of slots in the file; a listed one's number follows. */
const prefix = "optimizer/";

/**
 * What an optimizer keeps, as it is now.
 *
 * @param optimizer the optimizer
 * @returns copies by their names in the file, which the caller disposes of, without the count of
 * iterations
 * @throws {TypeError} if the optimizer does not tell
 */
export async function slotsOf(optimizer: tf.Optimizer): Promise<Map<string, tf.Tensor>> {
  const [iterations, ...slots] = await optimizer.getWeights().catch((cause) => {
    const name = optimizer.getClassName();
    throw new TypeError(
      `Cannot checkpoint as the optimizer must have getWeights: ${name} has none`,
      { cause },
    );
  });
  iterations?.tensor.dispose();
  // Of a slot's name only what it is: the variable's part differs from process to process.
  const listed = slots.map(({ name, tensor }, i): [string, tf.Tensor] => [
    `${prefix}${i}/${name.split("/").at(-1)}`,
    tensor,
  ]);
  const all = [...listed, ...ownVariables(optimizer)];
  return new Map(all.map(([name, tensor]) => [name, tensor.clone()]));
}

/**
 * What a new optimizer would keep, if it had kept the slots of a file: one for each variable, or
 * several such lists one after the other.
 *
 * @param optimizer the optimizer
 * @param variables those that it will update
 * @param names of the file's tensors
 * @returns for each slot's name what has its type and shape, the listed ones first, in order
 */
export function expectedSlots(
  optimizer: tf.Optimizer,
  variables: readonly tf.Variable[],
  names: Iterable<string>,
): Map<string, TensorForm> {
  const place = (name: string) => Number.parseInt(name.slice(prefix.length));
  const listed = [...names].filter((name) => /^optimizer\/\d/.test(name));
  listed.sort((a, b) => place(a) - place(b));
  const lists = Math.ceil(listed.length / variables.length);
  // A list that is cut short lacks names at its end.
  const wanted = Array.from({ length: lists * variables.length }, (_, i) => {
    const name = listed[i] ?? `${prefix}${i}`;
    return [name, countsSteps(name) ? stepCount : variables[i % variables.length]!] as const;
  });
  return new Map<string, TensorForm>([...wanted, ...ownVariables(optimizer)]);
}

/**
 * Gives a new optimizer what another kept.
 *
 * @param optimizer the optimizer
 * @param iterations how often the other had applied gradients
 * @param slots what it kept, by name, in order; they are disposed of
 */
export async function setSlots(
  optimizer: tf.Optimizer,
  iterations: number,
  slots: ReadonlyMap<string, tf.Tensor>,
): Promise<void> {
  const own = ownVariables(optimizer);
  const listed = [...slots].filter(([name]) => !own.has(name))
    .map(([name, tensor]) => ({ name, tensor }));
  const count = tf.scalar(iterations, "int32");
  try {
    await optimizer.setWeights([{ name: "iter", tensor: count }, ...listed]);
    for (const [name, variable] of own) variable.assign(slots.get(name)!);
  } finally {
    tf.dispose([count, ...slots.values()]);
  }
}

function ownVariables(optimizer: tf.Optimizer): NamedVariables {
  const entries = Object.entries(optimizer).map(([key, value]) => [`${prefix}own/${key}`, value]);
  return new Map(
    entries.filter((entry): entry is [string, tf.Variable] => entry[1] instanceof tf.Variable),
  );
}
