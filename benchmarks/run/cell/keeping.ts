import { join } from "node:path";
import type * as tf from "../../../src/tf.ts";
import type { Callback } from "../../../src/training/callback.ts";
import type { History } from "../../../src/training/history.ts";
import {
  type CellId,
  type CellRecord,
  type KeepMode,
  keptBy,
  type Warning,
  weightsPath,
  type WhichWeights,
} from "../../record/mod.ts";
import { writeAtomic } from "../../ground/files.ts";
import { sha256 } from "../../ground/sha256.ts";
import { encodeModel, textsOf } from "../../tasks/model_weights.ts";
import type { SavedCell } from "../checkpoints/store.ts";

/** What is kept of which cell, and where. */
export interface KeepingOptions {
  /** The run's folder. */
  outDir: string;
  cell: CellId;
  mode: KeepMode;
  /** The metric by which an evaluation is best: its largest value, the first of equal ones. */
  metric: string;
  /** The files' metadata about the run. */
  texts: Readonly<Record<string, string>>;
  /** Where the cell resumes from. */
  saved: SavedCell | undefined;
  /** Called before a file is written. */
  begin(): Promise<void>;
}

/** Keeps the weights of a cell. */
export interface Keeper {
  /** Watches the evaluations for the best one. */
  readonly callback: Callback;
  /**
   * Keeps the weights that the cell ended with, where they are wanted: those of the last step, or
   * those that early stopping restored.
   *
   * @throws {UsageError} if they cannot be written, e.g. as the disk is full
   */
  end(model: tf.LayersModel, history: History): Promise<void>;
  /** What the record says of the files, with a warning if the best weights are lost. */
  kept(history: History): Promise<Pick<CellRecord, "weights" | "warnings">>;
}

/** Keeps nothing: another worker keeps what this one would. */
export const keepsNothing: Keeper = {
  callback: () => {},
  end: () => Promise.resolve(),
  kept: () => Promise.resolve({ warnings: [] }),
};

type Weights = NonNullable<CellRecord["weights"]>;

/** Keeps the weights of a cell in the run's folder, each file written whole or not at all. */
export function keeperOf(options: KeepingOptions): Keeper {
  const { outDir, cell, mode, metric, texts, saved, begin } = options;
  const wanted = keptBy(mode);
  const weights: Weights = {};
  const keep = async (which: WhichWeights, model: tf.LayersModel, step: number, value: number) => {
    const metadata = { ...texts, step: `${step}`, metric, value: `${value}` };
    const bytes = await encodeModel(model, metadata);
    const path = weightsPath(cell, which);
    await begin();
    await writeAtomic(join(outDir, path), bytes);
    weights[which] = { path, sha256: await sha256(bytes), bytes: bytes.length, step };
  };
  let best = bestOf(evaluationsOf(saved), metric)?.value ?? -Infinity;
  return {
    async callback(event, { model, step, evaluation: { [metric]: value = NaN } }) {
      if (event !== "evalEnd" || !(value > best)) return;
      best = value;
      if (wanted.includes("best")) await keep("best", model, step, value);
    },
    async end(model, { losses, evaluations, restored }) {
      const { step, metrics = {} } = restored ??
        { step: losses.length, metrics: evaluations.at(-1)?.metrics };
      if (wanted.includes("last")) await keep("last", model, step, metrics[metric] ?? NaN);
    },
    async kept({ evaluations }) {
      const step = bestOf(evaluations, metric)?.step;
      if (wanted.includes("best") && weights.best === undefined) {
        Object.assign(weights, await earlierBest(options, step));
      }
      const isLost = saved !== undefined && step !== undefined && wanted.includes("best") &&
        weights.best === undefined;
      return {
        ...(Object.keys(weights).length > 0 && { weights }),
        warnings: isLost ? [lostBest(step)] : [],
      };
    },
  };
}

/** The best weights that an earlier process kept; nothing if they are of another evaluation. */
async function earlierBest(
  { outDir, cell, saved }: KeepingOptions,
  step: number | undefined,
): Promise<Weights> {
  if (saved === undefined || step === undefined) return {};
  const path = weightsPath(cell, "best");
  try {
    const bytes = await Deno.readFile(join(outDir, path));
    if (textsOf(bytes).step !== `${step}`) return {};
    return { best: { path, sha256: await sha256(bytes), bytes: bytes.length, step } };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof TypeError) return {};
    throw error;
  }
}

function lostBest(step: number): Warning {
  return {
    code: "best-weights-lost",
    message:
      `The best evaluation, at step ${step}, was before the run went on, and its weights were ` +
      "not kept, or are not there any more",
    advice: "Take the last weights, or run the cell anew with --keep best",
  };
}

interface Evaluated {
  step: number;
  value: number;
}

function bestOf(
  evaluations: readonly { step: number; metrics: Readonly<Record<string, number | string>> }[],
  metric: string,
): Evaluated | undefined {
  const values = evaluations.map(({ step, metrics }) => ({ step, value: Number(metrics[metric]) }));
  return values.filter(({ value }) => Number.isFinite(value))
    .reduce<Evaluated | undefined>(
      (best, each) => best === undefined || each.value > best.value ? each : best,
      undefined,
    );
}

function evaluationsOf(saved: SavedCell | undefined) {
  return saved?.checkpoint.state.history.evaluations ?? [];
}
