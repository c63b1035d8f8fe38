import type { SelectedBackend } from "../../../src/backends/select.ts";
import type { Plan, PlannedArm } from "../plan.ts";
import { duration } from "../../cli/progress.ts";
import { bytesText, counted, grouped, oneLine, percent } from "../../ground/format.ts";
import { type DiskSize, diskText } from "./disk.ts";
import { keptText } from "./kept_size.ts";
import { warningLine } from "../../judge/warnings/mod.ts";
import { availableBytes, type MemoryEstimate } from "./memory.ts";
import type { Estimate, Probe } from "./probe.ts";

/** A plan and what it will take. */
export interface Planned {
  plan: Plan;
  /** What will be written, where, and what is free there, where that is known. */
  disk: DiskSize & {
    out: string;
    tensorboard?: string | undefined;
    freeBytes: number | undefined;
  };
  estimate: Estimate;
  /** What will compute. */
  backend: Pick<SelectedBackend, "name" | "version" | "gpu" | "threads">;
}

export function describePlan(
  { plan, disk, estimate: { memory, probe }, backend }: Planned,
): string {
  const { suite, task, arms, seeds, cells, timingRounds, workers } = plan;
  const first = arms[0]!;
  const { data } = task;
  return [
    `${suite}: ${counted(cells.length, "cell")} (${arms.map(({ name }) => name).join(", ")}; ` +
    `seeds ${seeds.join(", ")})`,
    `data: ${data.name}, ${grouped(data.trainingCount)} training and ` +
    `${grouped(data.validationCount)} validation images, ${grouped(data.classes)} classes`,
    ...pilotLine(plan),
    `backend: ${backendText(backend)}`,
    ...(workers > 1 ? [workersLine(plan)] : []),
    `a cell: ${stepsText(first)}, ${grouped(memory.parameterCount)} parameters, ` +
    `${counted(evaluationsOf(first), "evaluation")}, ${checkpointsText(plan)}`,
    ...smoothnessLine(first),
    ...arms.flatMap((arm) => settingsLine(arm)),
    ...refusedLines(plan),
    ...(timingRounds > 0
      ? [`timing: ${counted(timingRounds, "round")} of all arms there and back`]
      : []),
    keptText(disk.weights),
    `disk: ${diskText(disk, disk)}${freeText(disk)}`,
    `memory${workers > 1 ? " of each worker" : ""}: ${memoryText(memory)}${peakText(plan, probe)}`,
    `time: ${typeof probe === "string" ? `not known: ${probe}` : timeText(plan, probe)}`,
    ...plan.warnings.map(warningLine),
    ...cells.map(({ arm, seed }) => `  ${arm.name}, seed ${seed}`),
  ].join("\n");
}

/** What the validation images are, where they are not the set's own. */
function pilotLine({ task: { data: { pilotShare } } }: Plan): string[] {
  if (pilotShare === undefined) return [];
  return [`a pilot: evaluated on the last ${percent(pilotShare)} of the training images`];
}

function backendText({ name, version, gpu, threads }: Planned["backend"]): string {
  const words = [name, version, gpu].filter(Boolean).join(" ");
  return threads === undefined ? words : `${words}, ${counted(threads, "thread")} an operation`;
}

/** What a run's numbers follow from, beside its settings: seeds, the backend, threads. */
export function trainsText({ seeds }: Plan, backend: Planned["backend"]): string {
  return `trains with ${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")} on ${
    backendText(backend)
  }`;
}

function freeText({ totalBytes, freeBytes }: Planned["disk"]): string {
  if (freeBytes === undefined) {
    return "; what is free there is not known (--allow-sys=statfs tells)";
  }
  const few = totalBytes > freeBytes ? ", so that the run would be refused" : "";
  return `; ${bytesText(freeBytes)} are free there${few}`;
}

function workersLine({ workers, arms }: Plan): string {
  const { task: { batchSize }, profile: { synchronizedBatchNorm: isShared } } = arms[0]!;
  return `workers: ${workers}, ${
    grouped(batchSize / workers)
  } images of each batch on each; batch ` +
    `normalization over ${isShared ? "all of them" : "each worker's own"} ` +
    `(synchronizedBatchNorm=${isShared})`;
}

/** A line about each arm that is left out. */
export function refusedLines({ refused }: Pick<Plan, "refused">): string[] {
  return refused.map(({ name, reason }) => oneLine(`left out: ${name}: ${reason}`));
}

/** What an arm sets; its cells may take longer or shorter than that of the first. */
function settingsLine({ name, settings, model, steps: count, task }: PlannedArm): string[] {
  const values = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  if (values.length === 0) return [];
  const steps = `${counted(count, "step")} of ${grouped(task.batchSize)} images`;
  return [
    `  ${name} sets ${values.join(", ")}${model === undefined ? "" : ", own model"}: ${steps}`,
  ];
}

function stepsText({ task: { batchSize }, steps, profile }: PlannedArm): string {
  const { microbatchSize } = profile;
  const parts = microbatchSize > 0 && microbatchSize < batchSize
    ? `, ${microbatchSize} at once`
    : "";
  return `${counted(steps, "step")} of ${grouped(batchSize)} images${parts}`;
}

function checkpointsText({ arms, checkpointsToKeep }: Plan): string {
  const { checkpointInterval } = arms[0]!.profile;
  if (Number.parseFloat(checkpointInterval) === 0) return "a checkpoint only where it is stopped";
  return `a checkpoint every ${checkpointInterval} (the last ${checkpointsToKeep} are kept)`;
}

/** An untrained model is evaluated once. */
function evaluationsOf({ steps, profile: { evaluations } }: PlannedArm): number {
  return steps > 0 ? Math.min(steps, evaluations) : 1;
}

/** Where smoothness is measured, at the first step and the last among others. */
function placesOf({ steps, task: { smoothness } }: PlannedArm): number {
  return smoothness === undefined ? 0 : Math.min(smoothness.points, steps + 1);
}

/** One where it begins, and one at each point of both lines. */
function gradientsOf({ task: { smoothness } }: PlannedArm): number {
  if (smoothness === undefined) return 0;
  return 1 + smoothness.stepSizes.length + smoothness.relativeSteps.length;
}

function smoothnessLine(arm: PlannedArm): string[] {
  const places = placesOf(arm);
  if (places === 0) return [];
  return [
    `smoothness: at ${counted(places, "place")} of each cell, ${gradientsOf(arm)} gradients each`,
  ];
}

function memoryText({ totalBytes, stateBytes, imageBytes, images }: MemoryEstimate): string {
  return `about ${bytesText(totalBytes)} by rule, ${bytesText(stateBytes)} for weights and what ` +
    `goes with them and ${bytesText(imageBytes)} for each of ${images} images at once ` +
    `(a lower microbatchSize takes less, and so does recompute=blocks, which the rule does not know)${
      totalBytes > availableBytes()
        ? `; more than the ${bytesText(availableBytes())} to be had`
        : ""
    }`;
}

/** The measured peak, where the run's own step was tried. */
function peakText({ task, workers }: Plan, probe: Probe | string): string {
  if (typeof probe === "string" || probe.images < task.batchSize / workers) return "";
  return `; ${bytesText(probe.peakBytes)} at most when tried here, program and all`;
}

/** What a run will take on this machine, in ms: a cell of an arm, the timing, and all of it. */
export function timesOf(plan: Plan, probe: Probe): {
  cellMs: (cell: PlannedArm) => number;
  timingMs: number;
  allMs: number;
} {
  const { task, cells, arms, timingRounds, workers } = plan;
  const { stepMs, startMs, evaluationMs, otherStepsMs } = probe;
  const stepOf = ({ profile: { microbatchSize } }: PlannedArm) =>
    otherStepsMs.get(microbatchSize) ?? stepMs;
  const cellMs = (cell: PlannedArm) =>
    startMs + cell.steps * stepOf(cell) * cell.task.batchSize / task.batchSize +
    evaluationsOf(cell) * evaluationMs +
    placesOf(cell) * gradientsOf(cell) * partMs(cell, stepOf(cell) * workers / task.batchSize);
  const cellsMs = cells.reduce((sum, cell) => sum + cellMs(cell.arm), 0);
  const timingMs = timingRounds > 0
    ? arms.reduce((sum, each) => sum + startMs + (2 * timingRounds + 2) * stepOf(each), 0)
    : 0;
  return { cellMs, timingMs, allMs: cellsMs + timingMs };
}

function timeText(plan: Plan, probe: Probe): string {
  const { task, arms, workers } = plan;
  const { arm, images, stepMs, evaluationMs, otherStepsMs } = probe;
  const { cellMs, timingMs, allMs } = timesOf(plan, probe);
  const others = [...otherStepsMs].map(([size, ms]) => `, ${shortText(ms)} in parts of ${size}`);
  const scaled = images < task.batchSize / workers ? `, scaled up from ${images} images` : "";
  return `about ${duration(allMs)}: ${shortText(stepMs)} a step${others.join("")}, ` +
    `${shortText(evaluationMs)} an evaluation, ${duration(cellMs(arms[0]!))} a cell` +
    `${
      timingMs > 0 ? `, ${duration(timingMs)} for the timing` : ""
    } (${arm} on this machine${scaled})${deviceText(allMs, workers)}`;
}

function deviceText(allMs: number, workers: number): string {
  if (workers === 1) return "";
  const hours = allMs * workers / 3.6e6;
  return `; ${hours < 10 ? hours.toPrecision(2) : grouped(Math.round(hours))} device-hours on ` +
    `${workers} workers, and the time in which they wait for each other`;
}

/** About what a gradient of the batch that smoothness is measured on takes: a step of it. */
function partMs(
  { task: { batchSize }, profile: { microbatchSize } }: PlannedArm,
  imageMs: number,
): number {
  return imageMs * (microbatchSize > 0 ? Math.min(microbatchSize, batchSize) : batchSize);
}

function shortText(milliseconds: number): string {
  return milliseconds < 10_000 ? `${Math.round(milliseconds)} ms` : duration(milliseconds);
}
