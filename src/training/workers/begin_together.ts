import * as tf from "../../tf.ts";
import { check } from "../../check.ts";
import { capture } from "../capture.ts";
import { standardizationsOf, trainedVariables, weightsOf } from "../model_weights.ts";
import { sumInBuckets } from "./buckets.ts";
import { newScope, withSums } from "./sum_numbers.ts";
import { hasBeenHeard } from "./has_been_heard.ts";
import { decodeJson, encodeJson } from "./json_bytes.ts";
import type { WorkerGroup } from "./worker_group.ts";

/** What workers must have in common at the beginning of a `fit`. */
export interface Beginning {
  /** The model. */
  model: tf.LayersModel;
  /** Steps done before. */
  step: number;
  /** Values by the names of options. */
  settings: Readonly<Record<string, string | number>>;
  /** Whether this worker is to stop. */
  stops: boolean;
}

/** What a worker tells the others. */
interface Told {
  settings: Record<string, string>;
  /** Each weight: name, data type, shape, whether it is trained, how it is standardized. */
  model: string[];
  /** A digest of the weights' values. */
  weights: string;
  stops: boolean;
}

/**
 * Lets workers begin a `fit` alike. Where they have different weights before the first step, all get
 * those of worker 0: initial weights need no seed, and need be loaded by worker 0 alone.
 *
 * @param group the workers
 * @param beginning what this one has
 * @returns whether one of them is to stop
 * @throws {RangeError} if another worker has other settings, or another model, or other weights after
 *   the first step
 */
export async function beginTogether(group: WorkerGroup, beginning: Beginning): Promise<boolean> {
  const { model, step, settings, stops } = beginning;
  const weights = weightsOf(model);
  const all = Object.entries({ step, ...settings });
  const own: Told = {
    settings: Object.fromEntries(all.map(([name, value]) => [name, `${value}`])),
    model: inWords(model),
    weights: await digestOf(weights.values()),
    stops,
  };
  const told = (await group.exchange(encodeJson(own))).map((bytes) => decodeJson<Told>(bytes));
  const chief = told[0]!;
  const other = told.findIndex(({ weights }) => weights !== chief.weights);
  try {
    for (const [rank, { settings, model }] of told.entries()) {
      checkSettings(rank, settings, chief.settings);
      checkModel(rank, model, chief.model);
    }
    const wanted = `the weights of worker 0 at step ${step}: restore the same checkpoint on each`;
    const requirement = `fit in a group as worker ${other} must have ${wanted}`;
    check(other < 0 || step === 0, RangeError, requirement, "others");
  } catch (error) {
    await hasBeenHeard(group); // all of them throw it
    throw error;
  }
  if (other >= 0) await takeFromChief(group, [...weights.values()]);
  return told.some(({ stops }) => stops);
}

function checkSettings(
  rank: number,
  settings: Told["settings"],
  chief: Told["settings"],
): void {
  for (const name of Object.keys({ ...chief, ...settings })) {
    const [wanted = "none", is = "none"] = [chief[name], settings[name]];
    const requirement = `fit in a group as ${name} of worker ${rank} must be that of worker 0, ` +
      `${wanted}`;
    check(is === wanted, RangeError, requirement, is);
  }
}

function inWords(model: tf.LayersModel): string[] {
  const trained = new Set(trainedVariables(model));
  const formulas = standardizationsOf(model);
  return Array.from(weightsOf(model), ([name, weight]) => {
    const formula = formulas[`standardization of ${name}`];
    const { shape, dtype } = weight;
    const notes = [!trained.has(weight) && "not trained", formula && `standardized by ${formula}`];
    return [`${name} ${dtype}[${shape}]`, ...notes.filter(Boolean)].join(", ");
  });
}

/** Names the first weight that differs: all of them would fill pages. */
function checkModel(rank: number, model: readonly string[], chief: readonly string[]): void {
  const length = Math.max(model.length, chief.length);
  const at = Array.from({ length }).findIndex((_, i) => model[i] !== chief[i]);
  const requirement = `fit in a group as weight ${at} of worker ${rank}'s model must be that of ` +
    `worker 0's, ${chief[at] ?? "none"}`;
  check(at < 0, RangeError, requirement, model[at] ?? "none");
}

/** Gives every worker the chief's weights: the sum of these and of zeros. */
async function takeFromChief(group: WorkerGroup, weights: readonly tf.Variable[]): Promise<void> {
  const scope = newScope(group);
  const step = capture(() =>
    withSums(scope, () => {
      for (const dtype of new Set(weights.map(({ dtype }) => dtype))) {
        const some = weights.filter((weight) => weight.dtype === dtype);
        const own = some.map((weight) => group.rank === 0 ? weight : tf.zerosLike(weight));
        sumInBuckets(group, own).forEach((sum, i) => some[i]!.assign(sum!));
      }
      return null;
    })
  );
  try {
    await step.callAsync();
  } finally {
    step.dispose();
  }
}

async function digestOf(weights: Iterable<tf.Variable>): Promise<string> {
  const digests: string[] = [];
  for (const weight of weights) digests.push(await digest(await weight.data() as Float32Array));
  return await digest(digests.join("\n"));
}

async function digest(data: string | ArrayBufferView): Promise<string> {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const hash = await crypto.subtle.digest("SHA-256", bytes as BufferSource);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
