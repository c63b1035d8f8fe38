import { join } from "node:path";
import type { Callback } from "../../../../src/training/callback.ts";
import type { State } from "../../../../src/training/engine.ts";
import { type CellId, cellName } from "../../../record/mod.ts";
import { type AppendFile, appendFile } from "../append_file.ts";
import { encodeEvent, type TensorBoardEvent } from "./event.ts";
import { encodeTfRecord } from "./tfrecord.ts";

/** A callback that holds a file. */
export interface TensorBoard extends Disposable {
  /** To be given to the Trainer. */
  readonly callback: Callback;
}

/**
 * Writes loss, learning rate, images per second and metrics of a cell for TensorBoard, into an event
 * file of its own in `<dir>/<cell>/`: `tensorboard --logdir <dir>` shows the cells beside each other.
 * A file that goes on after a checkpoint tells TensorBoard to forget later steps of the files before.
 */
export function tensorBoard(dir: string, cell: CellId, batchSize: number): TensorBoard {
  const path = join(dir, cellName(cell), fileName(Date.now()));
  let file: AppendFile | undefined;
  let firstStep = 1;
  const write = async (event: Unstamped) => {
    if (file === undefined) {
      file = await appendFile(path, 0);
      await write({ step: 0, kind: "version" });
      await write({ step: firstStep, kind: "start" });
    }
    await file.append(encodeTfRecord(encodeEvent({ wallTime: Date.now() / 1000, ...event })));
  };
  return {
    callback: async (event, state) => {
      if (event === "fitStart") firstStep = state.step + 1;
      else if (event === "stepEnd") await write(scalars(state, stepValues(state, batchSize)));
      else if (event === "evalEnd") await write(scalars(state, evaluationValues(state)));
    },
    [Symbol.dispose]: () => file?.[Symbol.dispose](),
  };
}

type Unstamped = TensorBoardEvent extends infer E ? E extends unknown ? Omit<E, "wallTime"> : never
  : never;

/** TensorBoard reads a folder's files in the order of their names. */
function fileName(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const rest = String(milliseconds % 1000).padStart(3, "0");
  return `events.out.tfevents.${seconds}.${rest}.${Deno.pid}`;
}

function scalars({ step }: State, values: Record<string, number>): Unstamped {
  const finite = Object.entries(values).filter(([, value]) => Number.isFinite(value));
  return { step, kind: "scalars", values: Object.fromEntries(finite) };
}

function stepValues(
  { loss, learningRate, stepDurationMs }: State,
  batchSize: number,
): Record<string, number> {
  return {
    "train/loss": loss,
    "train/learningRate": learningRate,
    "train/imagesPerSecond": 1000 * batchSize / stepDurationMs,
  };
}

function evaluationValues({ evaluation }: State): Record<string, number> {
  return Object.fromEntries(
    Object.entries(evaluation).map(([name, value]) => [`eval/${name}`, value]),
  );
}
