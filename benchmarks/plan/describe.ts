import type { Plan } from "../plan.ts";
import { duration } from "../progress.ts";
import type { MemoryEstimate } from "./memory.ts";
import type { Estimate, Probe } from "./probe.ts";

/**
 * A plan as text.
 *
 * @param plan the plan
 * @param estimate what it will take
 * @returns lines for the terminal
 */
export function describePlan(plan: Plan, { memory, probe }: Estimate): string {
  const { suite, task, arms, seeds, cells, course, checkpointsToKeep, timingRounds } = plan;
  const { data } = task;
  return [
    `${suite}: ${cells.length} cells (${arms.map(({ name }) => name).join(", ")}; ` +
    `seeds ${seeds.join(", ")})`,
    `data: ${data.name}, ${data.trainingCount} training and ${data.validationCount} validation ` +
    `images, ${data.classes} classes`,
    `a cell: ${course.steps} steps of ${task.batchSize} images, ${memory.parameterCount} ` +
    `parameters, ${evaluationsOf(plan)} evaluations, a checkpoint every ` +
    `${course.checkpointInterval} (the last ${checkpointsToKeep} are kept)`,
    ...(timingRounds > 0 ? [`timing: ${timingRounds} rounds of all arms there and back`] : []),
    `memory: ${memoryText(memory)}${peakText(plan, probe)}`,
    `time: ${typeof probe === "string" ? `not known: ${probe}` : timeText(plan, probe)}`,
    ...cells.map(({ arm, seed }) => `  ${arm.name}, seed ${seed}`),
  ].join("\n");
}

/** What is not trained is evaluated once. */
function evaluationsOf({ course: { steps, evaluations } }: Plan): number {
  return steps > 0 ? Math.min(steps, evaluations) : 1;
}

function memoryText({ totalBytes, stateBytes, imageBytes, images }: MemoryEstimate): string {
  return `about ${bytesText(totalBytes)} by rule, ${bytesText(stateBytes)} for weights and what ` +
    `goes with them and ${bytesText(imageBytes)} for each of ${images} images at once ` +
    "(a lower microbatchSize takes less)";
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
