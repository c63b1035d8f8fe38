import * as tf from "../../tf.ts";
import {
  readSafetensors,
  type Safetensors,
  type SafetensorsTensor,
  writeSafetensors,
} from "../../models/safetensors.ts";
import { check } from "../../check.ts";
import type { EarlyStopping } from "../early_stopping.ts";
import type { State } from "../engine.ts";
import type { MovingAverage } from "../moving_average.ts";
import { type History, NonFiniteLossError, NonFiniteWeightsError } from "../history.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { CheckpointError } from "./checkpoint_error.ts";
import { standardizationsOf, trainedVariables, weightsOf } from "../model_weights.ts";
import { expectedSlots, setSlots, slotsOf, type TensorForm } from "./optimizer_slots.ts";
import { readState, type RunSettings, type RunState, writeState } from "./state.ts";
import { decodeTensor, describe, encodeTensor } from "./tensors.ts";

/** A run, as a checkpoint sees it. */
export interface CheckpointedRun {
  state: State;
  /** The course of the current `fit`. */
  history: History;
  /** What another run must have in common with it. */
  settings: RunSettings;
  /** The average of its weights, where there is to be one. */
  average?: MovingAverage | undefined;
  /** What keeps its best weights, where something does. */
  stopping?: EarlyStopping | undefined;
}

/**
 * Takes a checkpoint. No step may run meanwhile.
 *
 * @param run the run
 * @returns the checkpoint
 * @throws {NonFiniteLossError} if the last loss is not finite
 * @throws {NonFiniteWeightsError} if a weight is not, or what the optimizer keeps of one
 */
export async function takeCheckpoint(
  run: CheckpointedRun,
): Promise<Checkpoint> {
  const { state, history, settings } = run;
  const { model, optimizer, step, totalSteps } = state;
  if (!Number.isFinite(history.losses.at(-1) ?? 0)) throw new NonFiniteLossError(history);
  const slots = await slotsOf(optimizer);
  try {
    const tensors = await encodeAll([...tensorsOf(run), ...slots], history);
    const { iterations } = optimizer;
    const all = { ...settings, ...standardizationsOf(model) };
    const written = { step, totalSteps, iterations, settings: all, history };
    return {
      weights: writeSafetensors({ tensors, metadata: new Map([["step", `${step}`]]) }),
      state: writeState(written, state.epoch),
    };
  } finally {
    tf.dispose([...slots.values()]);
  }
}

/** Before the names of the weights' averages in the file, and of the best weights. */
const prefixes = { averages: "average/", best: "best/" } as const;

/** The weights, as they are trained, and the copies that are kept of them, by their names in the file. */
function tensorsOf(
  { state: { model }, history: { evaluations }, average, stopping }: CheckpointedRun,
): Map<string, tf.Tensor> {
  const { trained, averages } = average?.tensors() ?? {};
  return new Map<string, tf.Tensor>([
    ...Array.from(
      weightsOf(model),
      ([name, weight]) => [name, trained?.get(name) ?? weight] as const,
    ),
    ...prefixed(prefixes.averages, averages),
    ...prefixed(prefixes.best, stopping?.tensors(evaluations)),
  ]);
}

/** What a checkpoint of that step, with these evaluations, has beside the weights. */
function copiesOf(
  weights: ReadonlyMap<string, tf.Tensor>,
  { average, stopping }: CheckpointedRun,
  { step, history: { evaluations } }: RunState,
): [string, tf.Tensor][] {
  const hasAverage = average?.hasBegun(step) ?? false;
  const hasBest = stopping?.keepsBest(evaluations) ?? false;
  return [
    ...hasAverage ? prefixed(prefixes.averages, weights) : [],
    ...hasBest ? prefixed(prefixes.best, weights) : [],
  ];
}

function prefixed<T>(prefix: string, tensors: ReadonlyMap<string, T> = new Map()): [string, T][] {
  return Array.from(tensors, ([name, tensor]) => [`${prefix}${name}`, tensor]);
}

async function encodeAll(
  values: readonly [name: string, tensor: tf.Tensor][],
  history: History,
): Promise<Map<string, SafetensorsTensor>> {
  const tensors = new Map<string, SafetensorsTensor>();
  for (const [name, tensor] of values) {
    const { entry, finite } = await encodeTensor(tensor);
    if (!finite) throw new NonFiniteWeightsError(name, history);
    tensors.set(name, entry);
  }
  return tensors;
}

/** A checkpoint that fits the run. */
export interface OpenedCheckpoint {
  /** What it says of the run. */
  state: RunState;
  /** Gives the weights their values, and the optimizer what it keeps. */
  assign(): Promise<void>;
}

/**
 * Reads a checkpoint and compares it with the run that is to resume from it. Nothing changes.
 *
 * @param checkpoint the checkpoint
 * @param run the run, before its first step
 * @returns what it holds
 * @throws {CheckpointError} if it is damaged
 * @throws {RangeError} if a setting of the run differs
 * @throws {TypeError} if the model or the optimizer differs
 */
export function openCheckpoint(
  checkpoint: Checkpoint,
  run: CheckpointedRun,
): OpenedCheckpoint {
  const { state: { model, optimizer }, settings, average, stopping } = run;
  const state = readState(checkpoint?.state);
  const tensors = readWeights(checkpoint.weights, state.step);
  const here: RunSettings = { ...alone, ...settings, ...standardizationsOf(model) };
  const there: RunSettings = { ...alone, ...state.settings };
  const names = Object.keys({ ...here, ...there });
  checkAlike(RangeError, names, (name) => there[name], (name) => here[name]);
  const weights = weightsOf(model);
  const copies = new Map(copiesOf(weights, run, state));
  const slots = expectedSlots(optimizer, trainedVariables(model), tensors.keys());
  checkAlike(
    TypeError,
    [...weights.keys(), ...copies.keys(), ...slots.keys(), ...tensors.keys()],
    (name) => describe(tensors.get(name)),
    (name) => describe(weights.get(name) ?? copies.get(name) ?? slots.get(name)),
  );
  const { iterations } = optimizer;
  check(iterations === 0, TypeError, "restore as the optimizer must be at iteration 0", iterations);
  const decode = (name: string, { dtype }: TensorForm) => decodeTensor(tensors.get(name)!, dtype);
  const assign = () => {
    weights.forEach((variable, name) => tf.tidy(() => variable.assign(decode(name, variable))));
    const decoded = (prefix: string) =>
      new Map(
        Array.from(weights, ([name, like]) => [name, decode(`${prefix}${name}`, like)] as const),
      );
    const first = [...weights.keys()][0];
    if (copies.has(`${prefixes.averages}${first}`)) {
      tf.tidy(() => average!.restore(decoded(prefixes.averages)));
    }
    if (copies.has(`${prefixes.best}${first}`)) stopping!.restore(decoded(prefixes.best));
    const values = new Map([...slots].map(([name, like]) => [name, decode(name, like)]));
    return setSlots(optimizer, state.iterations, values);
  };
  return { state, assign };
}

/** What a run that says nothing of workers has. */
const alone: RunSettings = { workers: 1 };

function readWeights(bytes: Uint8Array, step: number): Safetensors["tensors"] {
  let file: Safetensors;
  try {
    file = readSafetensors(bytes);
  } catch (cause) {
    throw new CheckpointError(
      `Cannot restore a checkpoint as its weights are damaged: ${(cause as Error).message}`,
      { cause },
    );
  }
  const of = file.metadata.get("step");
  if (of === `${step}`) return file.tensors;
  throw new CheckpointError(
    `Cannot restore a checkpoint as its weights must be of its state's step ${step}: ` +
      `they are of step ${of}`,
  );
}

function checkAlike(
  Kind: new (message: string) => Error,
  names: readonly string[],
  there: (name: string) => string | number | undefined,
  here: (name: string) => string | number | undefined,
): void {
  for (const name of names) {
    const [wanted = "none", is = "none"] = [there(name), here(name)];
    check(is === wanted, Kind, `restore as ${name} must be that of the checkpoint, ${wanted}`, is);
  }
}
