/**
 * Records a step: runs it once, on what stands in for variables and inputs, and watches the kernels
 * that it calls.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { listTensors } from "../../training/recording/container.ts";
import {
  interceptMathRandom,
  interceptOptimizers,
  interceptVariables,
  type KnownOptimizer,
  type Restore,
} from "../../training/recording/interceptions.ts";
import type { ArenaMemory } from "./arena_memory.ts";
import type { SwitchedBackend } from "./backend_methods.ts";
import { fuse } from "./fusions.ts";
import { layOutOnce } from "./laid_out.ts";
import { planOf } from "./plan.ts";
import { Recording } from "./recording.ts";
import { Stands } from "./stands.ts";
import { Tape } from "./tape.ts";
import type { Outcome } from "./values.ts";
import { refuseReading, watchedMethods, watchKernels } from "./watch.ts";

/**
 * Records a step. Afterwards every variable has its previous value; those that the step created
 * have their initial values.
 *
 * @param switched the backend
 * @param arena the memory for it
 * @param step the step
 * @param inputs what it is called with
 * @returns the recording
 * @throws where the step cannot be captured; it then has had no effect
 */
export function record<Inputs extends tf.Tensor[]>(
  switched: SwitchedBackend,
  arena: ArenaMemory,
  step: (...inputs: Inputs) => unknown,
  inputs: Inputs,
): Recording {
  const tape = new Tape(switched), { constants } = tape;
  try {
    const trace = watch(switched, tape, step, inputs);
    return new Recording(switched, arena, {
      ...trace,
      plan: planOf(fuse(layOutOnce(tape.calls, trace), trace), trace),
      constants,
    });
  } catch (error) {
    constants.dispose();
    throw error;
  }
}

/** What a step did. */
interface Trace extends Outcome {
  readonly result: unknown;
  readonly optimizers: ReadonlySet<KnownOptimizer>;
}

/** Runs the step on stand-ins. */
function watch<Inputs extends tf.Tensor[]>(
  switched: SwitchedBackend,
  tape: Tape,
  step: (...inputs: Inputs) => unknown,
  inputs: Inputs,
): Trace {
  const engine = tf.engine(), stands = new Stands(switched, tape);
  const optimizers = new Set<KnownOptimizer>();
  return switched.with(watchedMethods(switched, tape, stands), () => {
    const restores: Restore[] = [
      () => stands.left().forEach((dataId) => switched.abandon(dataId, true)),
      () => stands.restore(),
    ];
    engine.startScope("capture");
    restores.push(() => engine.endScope());
    try {
      Object.values(engine.registeredVariables).forEach((each) => stands.replace(each, false));
      restores.push(
        interceptMathRandom(),
        interceptVariables((variable) => stands.replace(variable, true)),
        interceptOptimizers((optimizer) => {
          optimizers.add(optimizer);
          if (optimizer.c === undefined) return;
          tape.declare(optimizer.c.dataId, { kind: "learningRate", optimizer });
        }),
        refuseReading(),
        watchKernels(tape),
      );
      const standIns = inputs.map((input, index) =>
        stands.standIn(input, { kind: "input", index })
      );
      const result = step(...standIns as Inputs);
      const written = stands.written().map((variable) => ({
        variable,
        value: tape.valueOf(variable),
      }));
      const results = listTensors(result).map(({ dataId, shape, dtype }) => ({
        dataId,
        shape,
        dtype,
        value: tape.valueOf({ dataId, shape, dtype }),
      }));
      // The step is done: what it has kept of its own values is not what it will be.
      restores.unshift(() => abandonKept(switched, tape));
      return { written, results, result, optimizers };
    } finally {
      restores.reverse().forEach((restore) => restore());
    }
  });
}

/** Frees what the step computed and kept, but for the variables that it has created. */
function abandonKept(switched: SwitchedBackend, tape: Tape): void {
  const variables = Object.values(tf.engine().registeredVariables);
  const used = new Set(variables.map(({ dataId }) => dataId));
  for (const dataId of tape.computed()) {
    const isLeft = switched.backend.dataIdMap.has(dataId) && !used.has(dataId);
    if (isLeft) switched.abandon(dataId, false);
  }
}
