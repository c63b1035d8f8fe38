import type { SelectedBackend } from "../../../src/backends/select.ts";
import type { Plan } from "../plan.ts";
import { duration } from "../../cli/progress.ts";
import { counted, grouped } from "../../ground/format.ts";
import { warningLine } from "../../judge/warnings/mod.ts";
import { availableBytes, type MemoryEstimate } from "./memory.ts";
import type { Estimate, Probe } from "./probe.ts";

/** What the text is made of. */
export interface PlanParts {
  plan: Plan;
  /** What it will take. */
  estimate: Estimate;
  /** What will compute. */
  backend: Pick<SelectedBackend, "name" | "version" | "gpu">;
}

/**
 * A plan as text.
 *
 * @param parts plan, estimate and backend
 * @returns lines for the terminal
 */
export function describePlan({ plan, estimate: { memory, probe }, backend }: PlanParts): string {
  const { suite, task, arms, seeds, cells, timingRounds } = plan;
  const { data } = task;
  return [
    `${suite}: ${cells.length} cells (${arms.map(({ name }) => name).join(", ")}; ` +
    `seeds ${seeds.join(", ")})`,
    `data: ${data.name}, ${grouped(data.trainingCount)} training and ` +
    `${grouped(data.validationCount)} validation images, ${grouped(data.classes)} classes`,
    `backend: ${[backend.name, backend.version, backend.gpu].filter(Boolean).join(" ")}`,
    `a cell: ${stepsText(plan)}, ${grouped(memory.parameterCount)} parameters, ` +
    `${counted(evaluationsOf(plan), "evaluation")}, ${checkpointsText(plan)}`,
    ...(timingRounds > 0
      ? [`timing: ${counted(timingRounds, "round")} of all arms there and back`]
      : []),
    `memory: ${memoryText(memory)}${peakText(plan, probe)}`,
    `time: ${typeof probe === "string" ? `not known: ${probe}` : timeText(plan, probe)}`,
    ...task.warnings.map(warningLine),
    ...cells.map(({ arm, seed }) => `  ${arm.name}, seed ${seed}`),
  ].join("\n");
}

function stepsText({ task: { batchSize }, course: { steps, microbatchSize } }: Plan): string {
  const parts = microbatchSize > 0 && microbatchSize < batchSize
    ? `, ${microbatchSize} at once`
    : "";
  return `${counted(steps, "step")} of ${grouped(batchSize)} images${parts}`;
}

function checkpointsText({ course: { checkpointInterval }, checkpointsToKeep }: Plan): string {
  if (Number.parseFloat(checkpointInterval) === 0) return "a checkpoint only where it is stopped";
  return `a checkpoint every ${checkpointInterval} (the last ${checkpointsToKeep} are kept)`;
}

/** What is not trained is evaluated once. */
function evaluationsOf({ course: { steps, evaluations } }: Plan): number {
  return steps > 0 ? Math.min(steps, evaluations) : 1;
}

function memoryText({ totalBytes, stateBytes, imageBytes, images }: MemoryEstimate): string {
  return `about ${bytesText(totalBytes)} by rule, ${bytesText(stateBytes)} for weights and what ` +
    `goes with them and ${bytesText(imageBytes)} for each of ${images} images at once ` +
    `(a lower microbatchSize takes less)${
      totalBytes > availableBytes()
        ? `; more than the ${bytesText(availableBytes())} to be had`
        : ""
    }`;
}

/** What was measured, where it was the run's own step. */
function peakText({ task }: Plan, probe: Probe | string): string {
  if (typeof probe === "string" || probe.images < task.batchSize) return "";
  return `; ${bytesText(probe.peakBytes)} at most when tried here, program and all`;
}

function timeText(plan: Plan, probe: Probe): string {
  const { task, cells, arms, course: { steps }, timingRounds } = plan;
  const { arm, images, stepMs, startMs, evaluationMs } = probe;
  const cellMs = startMs + steps * stepMs + evaluationsOf(plan) * evaluationMs;
  const timingMs = timingRounds > 0 ? arms.length * (startMs + (2 * timingRounds + 2) * stepMs) : 0;
  const scaled = images < task.batchSize ? `, scaled up from ${images} images` : "";
  return `about ${duration(cells.length * cellMs + timingMs)}: ${shortText(stepMs)} a step, ` +
    `${shortText(evaluationMs)} an evaluation, ${duration(cellMs)} a cell` +
    `${
      timingMs > 0 ? `, ${duration(timingMs)} for the timing` : ""
    } (${arm} on this machine${scaled})`;
}

function shortText(milliseconds: number): string {
  return milliseconds < 10_000 ? `${Math.round(milliseconds)} ms` : duration(milliseconds);
}

function bytesText(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
