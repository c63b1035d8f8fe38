import * as tf from "../../tf.ts";
import { isTaped } from "../../gradients/engine_scope.ts";
import { runAfter } from "../../gradients/run_after.ts";
import { runCalls } from "./layer_calls.ts";
import type { Block } from "./partition.ts";
import { type FirstRun, repeat, runFirst, valueOf, weightsOf } from "./repeat.ts";
import { nestedGradients, runTaped, tapeNodes } from "./tape.ts";

/**
 * Runs a block of layers so that only what it takes is kept for the gradient, which runs it again.
 *
 * @param block the block
 * @param values the tensors that it takes, by their ids
 * @param isOthers whether a tensor is somebody else's, who may dispose of it
 * @returns its outputs
 */
export function runBlock(
  block: Block,
  values: ReadonlyMap<number, tf.Tensor>,
  isOthers: (id: number) => boolean,
): tf.Tensor[] {
  const weights = weightsOf(block.calls.map(({ layer }) => layer));
  const trained = weights.filter(({ trainable }) => trainable);
  const taken = block.inputs.map((id) => values.get(id) as tf.Tensor);
  const read = trained.map(valueOf);
  const others = block.inputs.map(isOthers);
  let first: FirstRun | undefined;
  return runTaped({
    inputs: [...taken, ...read],
    copied: taken.filter((_, i) => others[i]),
    forward() {
      const { value, ...rest } = runFirst(weights, () => runOnce(block, taken));
      first = rest;
      return value;
    },
    owned: () => [
      ...taken.filter((_, i) => !others[i]).map((tensor) => tf.keep(tensor)),
      ...first!.before.values(),
    ],
    gradient: (needed, dys, copies) =>
      tf.tidy(() => {
        const kept = copies.values();
        const sources = taken.map((tensor, i) => others[i] ? kept.next().value! : tensor);
        const xs = [...sources, ...read].map((x) => runAfterAll(ownOnTape(x), dys));
        const given = new Map(trained.map((weight, i) => [weight, xs[taken.length + i]!]));
        const again = () => {
          const start = tapeNodes().length;
          const outputs = repeat(first!, given, () => runOnce(block, xs.slice(0, taken.length)));
          checkVariables(block, start, xs);
          return outputs;
        };
        const gradients = nestedGradients(again, xs.filter((_, i) => needed[i]), dys).values();
        return xs.map((x, i) => (needed[i] && gradients.next().value) || tf.zerosLike(x));
      }),
  });
}

/** What the block gives. */
function runOnce(block: Block, taken: readonly tf.Tensor[]): tf.Tensor[] {
  const values = new Map(block.inputs.map((id, i) => [id, taken[i]!]));
  const all = runCalls(block.calls, values, new Set(block.outputs));
  return block.outputs.map((id) => all.get(id)!);
}

/**
 * Inside of another gradient, the tape that is running tells how what the block takes depends on each
 * other: of that, a gradient by the block's own work must not know.
 */
function ownOnTape(x: tf.Tensor): tf.Tensor {
  return isTaped() ? tf.clone(x) : x;
}

/** Where a step is recorded, what is ready runs: without this the block would run at once again. */
function runAfterAll(x: tf.Tensor, dys: readonly (tf.Tensor | null)[]): tf.Tensor {
  return dys.reduce((waiting: tf.Tensor, dy) => dy === null ? waiting : runAfter(waiting, dy), x);
}

/** Throws where layers use a variable that is none of their weights: its gradient would be lost. */
function checkVariables(block: Block, start: number, known: readonly tf.Tensor[]): void {
  const used = tapeNodes().slice(start).flatMap(({ inputs }) => Object.values(inputs));
  const lost = used.find((x) => x instanceof tf.Variable && x.trainable && !known.includes(x));
  if (lost === undefined) return;
  const names = block.calls.map(({ layer }) => layer.name);
  throw new TypeError(
    "Cannot recompute blocks as each variable of a layer must be one of its weights: current value " +
      `is ${(lost as tf.Variable).name} in one of ${names.join(", ")}; make it by addWeight()`,
  );
}
