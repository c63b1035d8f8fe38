/**
 * Records a step: runs it once with every variable and every input replaced by a tensor without
 * values, while operations go to a graph.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { cString } from "./attributes.ts";
import { CaptureError, disposedVariableError } from "../../training/recording/capture_error.ts";
import { listTensors } from "../../training/recording/container.ts";
import { DATA_TYPES } from "./dtypes.ts";
import {
  interceptMathRandom,
  interceptOptimizers,
  interceptVariables,
  type KnownOptimizer,
  type Restore,
} from "../../training/recording/interceptions.ts";
import type { RecordableBackend } from "./recordable_backend.ts";
import { Recorder } from "./recorder.ts";
import { Recording, removeFunction, runFunction, type Source, tensorOf } from "./recording.ts";

/** A variable during the recording. */
interface Stand {
  readonly variable: tf.Variable;
  /** Its value, to which it returns: for one that the step created, the initial value. */
  readonly value: tf.Tensor;
  /** The memory of the tensor without values that stands in for it. */
  readonly standIn: tf.DataId;
}

/** Everything of one recording, until the function is made. */
class Session {
  readonly held: Deno.PointerValue[] = [];
  readonly optimizers = new Set<KnownOptimizer>();
  readonly recorder: Recorder<Source>;
  readonly stands: Stand[] = [];
  readonly created: Stand[] = [];
  readonly #backend: RecordableBackend;

  constructor(backend: RecordableBackend) {
    this.#backend = backend;
    this.recorder = new Recorder<Source>(backend.eager, (handle) => {
      this.held.push(handle);
      return { kind: "held", handle };
    });
  }

  /** A tensor without values, of the shape and type of another. */
  standIn(tensor: tf.Tensor, source: Source): tf.Tensor {
    const isNew = source.kind === "variable" && source.isNew;
    const dtype = DATA_TYPES[tensor.dtype];
    const metadata = this.recorder.placeholder(tensor.shape, dtype, source, isNew);
    return this.#backend.createOutputTensor(metadata);
  }

  /** Lets a tensor without values stand in for a variable's value. */
  replace(variable: tf.Variable, isNew: boolean): void {
    const value = tf.keep(variable.clone());
    const standIn = this.standIn(variable, { kind: "variable", variable, isNew });
    variable.assign(standIn);
    standIn.dispose();
    (isNew ? this.created : this.stands).push({ variable, value, standIn: variable.dataId });
  }

  /** Restores the values of the variables that existed before. */
  restore(): void {
    for (const { variable, value } of this.stands) {
      if (!variable.isDisposed) variable.assign(value);
    }
  }

  /** Gives the variables that the step created their initial values. */
  initialize(inputs: readonly tf.Tensor[]): void {
    const created = this.created.filter(({ variable }) => !variable.isDisposed);
    const recorded = created.filter(({ value }) => this.#backend.idOf(value) < 0);
    for (const { variable, value } of created) {
      if (this.#backend.idOf(value) >= 0) variable.assign(value);
    }
    if (recorded.length === 0) return;
    const values = this.#compute(recorded.map(({ value }) => this.#backend.idOf(value)), inputs);
    recorded.forEach(({ variable }, i) => variable.assign(values[i] as tf.Tensor));
    values.forEach((value) => value.dispose());
  }

  /** The variables that the step assigned. */
  written(): tf.Variable[] {
    const all = [...this.stands, ...this.created];
    const disposed = all.find(({ variable }) => variable.isDisposed)?.variable;
    if (disposed !== undefined) {
      throw disposedVariableError(disposed);
    }
    return all
      .filter(({ variable, standIn }) => variable.dataId !== standIn)
      .map(({ variable }) => variable);
  }

  /** After a failure: gives every variable a value, and frees what was held. */
  abandon(inputs: readonly tf.Tensor[]): void {
    try {
      this.initialize(inputs);
    } catch {
      this.created.forEach(({ variable }) => variable.dispose());
    }
    this.held.forEach((handle) => this.#backend.eager.library.TFE_DeleteTensorHandle(handle));
  }

  /** Frees what only the recording needed. */
  dispose(): void {
    this.recorder.dispose();
    for (const { value } of [...this.stands, ...this.created]) value.dispose();
  }

  /** Computes recorded values once, by a separate function. */
  #compute(ids: number[], inputs: readonly tf.Tensor[]): tf.Tensor[] {
    if (ids.some((id) => this.recorder.dependsOnNew(id))) {
      throw new CaptureError(
        "Cannot capture a step that creates a variable from the value of another variable that " +
          "it creates: create them before the step",
      );
    }
    const isOld = (source: Source) => source.kind !== "variable" || !source.isNew;
    const { name, sources, outputs } = this.recorder.toFunction(ids, isOld);
    const { library, context, status } = this.#backend.eager;
    const operation = library.TFE_NewOp(context, cString(name), status.pointer);
    status.check("TFE_NewOp");
    try {
      const handles = sources.map((source) =>
        source.kind === "held" ? source.handle : this.#backend.handleOf(tensorOf(source, inputs))
      );
      return runFunction(this.#backend, operation, name, handles, outputs);
    } finally {
      library.TFE_DeleteOp(operation);
      removeFunction(this.#backend, name);
    }
  }
}

/**
 * Records a step. Afterwards every variable has its previous value; those that the step
 * created have their initial values.
 *
 * @throws where the step cannot be captured; it then has had no effect
 */
export function record<Inputs extends tf.Tensor[]>(
  backend: RecordableBackend,
  step: (...inputs: Inputs) => unknown,
  inputs: Inputs,
): Recording {
  const session = new Session(backend);
  try {
    const { outputs, written, result } = trace(session, backend, step, inputs);
    session.initialize(inputs);
    const { held, optimizers } = session;
    session.recorder.order(outputs);
    const recorded = session.recorder.toFunction(outputs);
    try {
      return new Recording(backend, { function: recorded, written, result, held, optimizers });
    } catch (error) {
      removeFunction(backend, recorded.name);
      throw error;
    }
  } catch (error) {
    session.abandon(inputs);
    throw error;
  } finally {
    session.dispose();
  }
}

/** What a step did: ids of all it computed, the variables among them first. */
interface Trace {
  readonly outputs: number[];
  readonly written: tf.Variable[];
  readonly result: unknown;
}

/** Runs the step on stand-ins. */
function trace<Inputs extends tf.Tensor[]>(
  session: Session,
  backend: RecordableBackend,
  step: (...inputs: Inputs) => unknown,
  inputs: Inputs,
): Trace {
  const engine = tf.engine();
  return backend.recordWith(session.recorder, () => {
    const restores: Restore[] = [() => session.restore()];
    engine.startScope("capture");
    restores.push(() => engine.endScope());
    try {
      const variables = Object.values(engine.registeredVariables);
      variables.forEach((variable) => session.replace(variable, false));
      restores.push(...intercept(session, backend));
      const standIns = inputs.map((input, index) =>
        session.standIn(input, { kind: "input", index })
      );
      const result = step(...standIns as Inputs);
      const written = session.written();
      const outputs = [...written, ...listTensors(result)].map((tensor) => backend.idOf(tensor));
      session.recorder.keep(outputs);
      return { outputs, written, result };
    } finally {
      restores.reverse().forEach((restore) => restore());
    }
  });
}

function intercept(session: Session, backend: RecordableBackend): Restore[] {
  return [
    interceptMathRandom(),
    interceptVariables((variable) => session.replace(variable, true)),
    interceptOptimizers((optimizer) => {
      session.optimizers.add(optimizer);
      if (optimizer.c === undefined) return;
      session.recorder.declare(backend.idOf(optimizer.c), { kind: "learningRate", optimizer });
    }),
  ];
}
