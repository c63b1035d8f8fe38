/**
 * What a run will write: into which files, and how much at most; and whether the disk has room for it.
 *
 * @module
 */
import { join } from "node:path";
import { durationInSteps } from "../../../src/training/duration.ts";
import { trainingOptionsOf } from "../../experiments/profiles/common.ts";
import { folderBytes, freeBytes } from "../../ground/disk.ts";
import { UsageError } from "../../ground/errors.ts";
import { bytesText, counted, oneLine } from "../../ground/format.ts";
import { weightsFolder } from "../../record/mod.ts";
import type { Plan, PlannedArm } from "../plan.ts";
import { slotsOf } from "../started_arm.ts";
import { type KeptSize, keptSize } from "./kept_size.ts";

/** The disk space of a run, in bytes: of weights and checkpoints their sizes, of texts about theirs. */
export interface DiskSize {
  weights: KeptSize;
  /** Checkpoints of the cell under way: those that are kept, and one that is being written. */
  checkpoints: { most: number; bytes: number };
  /** Records, logs, reports and pictures, by a rule that is rather too high. */
  textBytes: number;
  totalBytes: number;
}

/** Measured of kept reports: a step is in a record, the merged record, a log and a table. */
const stepBytes = 700;
/** Of a cell: its record's other fields, and its rows of tables and charts. */
const cellBytes = 40_000;
/** Of a report's forms, for charts and what is the same in each. */
const reportBytes = 600_000;
/** How often a panel is kept: in the record, in the reports and as a picture. */
const panelCopies = 3;

/**
 * What the cells of a plan will take.
 *
 * @param weightBytes how many bytes each arm's weights take, by its name
 */
export function diskSize(plan: Plan, weightBytes: ReadonlyMap<string, number>): DiskSize {
  const { cells, task } = plan;
  const weights = keptSize(plan, weightBytes);
  const most = checkpointsOf(plan);
  const sizes = plan.arms.map((arm) => copiesOf(arm) * (weightBytes.get(arm.name) ?? 0));
  const checkpoints = { most, bytes: most * Math.max(0, ...sizes) };
  const panelBytes = JSON.stringify(task.panels).length * (panelCopies + cells.length);
  const steps = cells.reduce((sum, { arm }) => sum + arm.steps, 0);
  const textBytes = reportBytes + panelBytes + cells.length * cellBytes + steps * stepBytes;
  const totalBytes = weights.bytes + checkpoints.bytes + textBytes;
  return { weights, checkpoints, textBytes, totalBytes };
}

/** No more than a cell writes; where none is written on the way, the one of a run that is stopped. */
function checkpointsOf({ arms, checkpointsToKeep }: Plan): number {
  const written = arms.filter(({ steps }) => steps > 0).map((arm) => {
    const { steps, task: { data, batchSize }, profile: { checkpointInterval } } = arm;
    const stepsPerEpoch = Math.max(1, Math.floor(data.trainingCount / batchSize));
    const interval = durationInSteps(checkpointInterval, stepsPerEpoch, "checkpointInterval");
    return interval > 0 ? Math.ceil(steps / interval) + 1 : 1;
  });
  return Math.min(checkpointsToKeep + 1, Math.max(0, ...written));
}

/** How many numbers a checkpoint has of each weight: itself, what its optimizer keeps, an average, the best. */
function copiesOf({ task, profile, steps }: PlannedArm): number {
  if (steps === 0) return 0;
  const { movingAverage, earlyStopping } = trainingOptionsOf(profile, task.mainMetric);
  const optimizer = task.makeOptimizer();
  const slots = slotsOf(optimizer);
  optimizer.dispose();
  return 1 + slots + Number(movingAverage !== undefined) + Number(earlyStopping !== undefined);
}

/**
 * The same in a line.
 *
 * @param tensorboard the folder of event files, which may lie on another disk
 */
export function diskText(
  { weights, checkpoints, totalBytes }: DiskSize,
  { out, tensorboard }: { out: string; tensorboard?: string | undefined },
): string {
  const parts = [
    "records in result.json and cells/",
    "logs/",
    ...(weights.files > 0
      ? [`${weightsFolder}/ (${bytesText(weights.bytes)} in ${counted(weights.files, "file")})`]
      : []),
    ...(checkpoints.most > 0
      ? [
        `checkpoints/ of the cell under way (${bytesText(checkpoints.bytes)} in ` +
        `${counted(checkpoints.most, "checkpoint")} at most)`,
      ]
      : []),
    "and reports",
  ];
  const events = tensorboard === undefined ? "" : `, and TensorBoard's files into ${tensorboard}`;
  return oneLine(
    `writes into ${out}, about ${bytesText(totalBytes)} at most: ${parts.join(", ")}${events}`,
  );
}

/** What becomes of what lies in the folder. */
interface Earlier {
  /** Whether its checkpoints give way to new ones as the run goes on. */
  resumes: boolean;
  /** Whether it is removed when the run begins. */
  replaces: boolean;
}

/**
 * Refuses a run that the disk has no room for. What it will remove of an earlier one counts as room.
 *
 * @throws {UsageError} that says how much is there and how much is needed; not where that is unknown
 */
export async function checkRoom(
  { totalBytes, checkpoints, weights }: DiskSize,
  out: string,
  { resumes, replaces }: Earlier,
): Promise<void> {
  const free = await freeBytes(out);
  if (free === undefined) return;
  const given = [
    ...(resumes || replaces ? ["checkpoints"] : []),
    ...(replaces ? ["cells", "logs", weightsFolder] : []),
  ];
  let room = free;
  for (const folder of given) room += await folderBytes(join(out, folder));
  if (totalBytes <= room) return;
  const advice = [
    ...(weights.files > 0 ? ["--keep none writes no weights"] : []),
    ...(checkpoints.most > 2 ? ["--set checkpointsToKeep=1 fewer checkpoints"] : []),
    "--out DIR takes another disk",
  ];
  throw new UsageError(
    `Cannot begin as ${out} has ${bytesText(room)} of space and the run may need ` +
      `${bytesText(totalBytes)}, ${bytesText(weights.bytes)} of it for weights and ` +
      `${bytesText(checkpoints.bytes)} for checkpoints: ${advice.join(", ")}; or make room`,
  );
}
