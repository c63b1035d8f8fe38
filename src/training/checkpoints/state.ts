/**
 * The part of a checkpoint that is JSON. It comes from a file, so everything in it is checked
 * before it is used.
 *
 * @module
 */
import { jsonOf } from "../../check.ts";
import type { History } from "../history.ts";
import { CheckpointError } from "./checkpoint_error.ts";

const format = "weight-standardization/checkpoint";
const version = 1;
const series = ["losses", "learningRates", "stepDurationsMs", "waitDurationsMs"] as const;

/** What a run must have in common with a checkpoint to resume from it, by name. */
export type RunSettings = Record<string, string | number>;

/** A number in JSON: one that JSON lacks is a string, `"NaN"`, `"-Infinity"`, `"-0"`. */
export type JsonNumber = number | string;

/** What a checkpoint's state says of a run. */
export interface RunState {
  /** Optimizer steps done. */
  step: number;
  /** Steps of the whole run. */
  totalSteps: number;
  /** How often the optimizer has applied gradients. */
  iterations: number;
  /** What the run must have in common with the checkpoint. */
  settings: RunSettings;
  /** The course of the current `fit`. */
  history: History;
}

/** A run's state in JSON. Durations are those of the process in which each step was made. */
export interface CheckpointState extends Omit<RunState, "history"> {
  /** What this is. */
  format: "weight-standardization/checkpoint";
  /** Of the format. */
  version: 1;
  /** Epochs done. */
  epoch: number;
  /** As in {@linkcode RunState}. */
  history: HistoryOf<JsonNumber>;
}

/** A {@linkcode History} with another type of numbers. */
export interface HistoryOf<T> extends Record<(typeof series)[number], T[]> {
  /** Evaluations, each with the number of steps done before it. */
  evaluations: { step: number; metrics: Record<string, T> }[];
}

/**
 * A run's state as JSON.
 *
 * @param run the state
 * @param epoch epochs done
 * @returns the state, a copy
 */
export function writeState(run: RunState, epoch: number): CheckpointState {
  return { ...run, format, version, epoch, history: mapHistory(run.history, toJson) };
}

/**
 * Reads and checks a state.
 *
 * @param json what should be one
 * @returns the state
 * @throws {CheckpointError} if it is not a state, or of another version
 */
export function readState(json: unknown): RunState {
  const state = object(json, "state");
  for (const [name, wanted] of Object.entries({ format, version })) {
    if (state[name] !== wanted) fail(name, JSON.stringify(wanted), state[name]);
  }
  const [step, totalSteps, iterations] = ["step", "totalSteps", "iterations"]
    .map((name) => integer(state[name], name)) as [number, number, number];
  const history = mapHistory(state.history, fromJson);
  const { length } = history.losses;
  if (length > step) fail("losses", `${step} or fewer`, length); // a `fit` may begin at any step
  for (const name of series) {
    if (history[name].length !== length) fail(name, `${length} numbers`, history[name].length);
  }
  const settings = object(state.settings, "settings");
  for (const [name, value] of Object.entries(settings)) {
    const isSetting = typeof value === "string" || typeof value === "number";
    if (!isSetting) fail(`settings' ${name}`, "a text or a number", value);
  }
  return { step, totalSteps, iterations, settings: settings as RunSettings, history };
}

function toJson(value: unknown): JsonNumber {
  if (Object.is(value, -0)) return "-0";
  return Number.isFinite(value) ? value as number : String(value);
}

function fromJson(value: unknown, name: string): number {
  if (typeof value === "number") return value;
  if (typeof value === "string" && /^(NaN|-?Infinity|-0)$/.test(value)) return Number(value);
  return fail(name, "a number", value);
}

function mapHistory<T>(history: unknown, map: (value: unknown, name: string) => T): HistoryOf<T> {
  const given = object(history, "history");
  const mapped = series.map((name) => [name, list(given[name], name).map((v) => map(v, name))]);
  const evaluations = list(given.evaluations, "evaluations").map((value) => {
    const evaluation = object(value, "evaluations");
    const metrics = Object.entries(object(evaluation.metrics, "metrics"))
      .map(([name, metric]) => [name, map(metric, name)]);
    const step = integer(evaluation.step, "evaluations");
    return { step, metrics: Object.fromEntries(metrics) };
  });
  return { ...Object.fromEntries(mapped), evaluations };
}

function integer(value: unknown, name: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  return fail(name, "an integer >= 0", value);
}

function list(value: unknown, name: string): unknown[] {
  return Array.isArray(value) ? value : fail(name, "a list", value);
}

function object(value: unknown, name: string): Record<string, unknown> {
  return value instanceof Object && !Array.isArray(value)
    ? value as Record<string, unknown>
    : fail(name, "an object", value);
}

function fail(name: string, wanted: string, value: unknown): never {
  throw new CheckpointError(
    `Cannot restore a checkpoint as its state's ${name} must be ${wanted}: current value is ` +
      jsonOf(value, 80),
  );
}
