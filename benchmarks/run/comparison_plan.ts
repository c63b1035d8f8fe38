import { describePlan, type Planned, timesOf } from "./plan/describe.ts";
import { inProgramWords } from "./check_compare_options.ts";

/** What {@linkcode compare} would do, and what that takes on this machine. */
export interface ComparisonPlan {
  /** The cells to train, in their order, with their optimizer steps and the examples of a step. */
  cells: { arm: string; seed: number; steps: number; batchSize: number }[];
  /** Arms that cannot be trained as they are set, and why; a suite that is not for such ends there. */
  refused: { name: string; reason: string }[];
  /** What is odd, and what to do about it. */
  warnings: { code: string; message: string; advice: string }[];
  /** What computes. */
  backend: string;
  /** The memory of a training step by a rule, in bytes: weights, gradients and layers' outputs. */
  memoryBytes: number;
  /** The disk space of the weights that are kept, in bytes. */
  weightBytes: number;
  /** The disk space of all that is written, in bytes, at most: checkpoints, records and reports, too. */
  diskBytes: number;
  /** All of it, in ms, by a few steps that were tried; nothing where they could not be. */
  durationMs?: number;
  /** The same in words, as `--dry-run` prints it. */
  text: string;
}

/** A plan as programs get it. */
export function comparisonPlan(planned: Planned): ComparisonPlan {
  const { plan, disk, estimate: { memory, probe }, backend } = planned;
  return {
    cells: plan.cells.map(({ arm: { name, steps, task }, seed }) => ({
      arm: name,
      seed,
      steps,
      batchSize: task.batchSize,
    })),
    refused: plan.refused.map(({ name, reason }) => ({ name, reason })),
    warnings: [...plan.warnings],
    backend: backend.name,
    memoryBytes: memory.totalBytes,
    weightBytes: disk.weights.bytes,
    diskBytes: disk.totalBytes,
    ...(typeof probe !== "string" && { durationMs: timesOf(plan, probe).allMs }),
    text: inProgramWords(describePlan(planned)),
  };
}
