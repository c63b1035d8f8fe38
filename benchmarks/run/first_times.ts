import type { Callback } from "../../src/training/callback.ts";
import { duration } from "../cli/progress.ts";
import { counted } from "../ground/format.ts";
import { median } from "../judge/statistics/summary.ts";
import type { Plan } from "./plan.ts";
import { timesOf } from "./plan/describe.ts";

/** Steps after which the time is told; before, kernels are compiled and memory is taken. */
const slowSteps = 2, toldAfter = 6;

/**
 * Says how long a run will take once its first steps have shown it, and again once an evaluation has:
 * nothing is tried before the run for that.
 *
 * @param plan with the cells that are left
 * @param say takes the lines
 * @param maxHours when it is ended before
 * @returns what watches the first cell
 */
export function firstTimes(
  plan: Plan,
  say: (line: string) => void,
  maxHours = Infinity,
): Callback {
  const stepsMs: number[] = [];
  let isOver = false, lastStep = 0;
  const tell = (evaluationMs: number | undefined) => {
    const timed = stepsMs.slice(slowSteps);
    const stepMs = median(timed.length > 0 ? timed : stepsMs);
    const probe = {
      ...{ arm: "", images: 0, peakBytes: 0, otherStepsMs: new Map(), stepMs },
      startMs: Math.max(0, (stepsMs[0] ?? 0) - stepMs),
      evaluationMs: evaluationMs ?? 0,
    };
    const { allMs } = timesOf(plan, probe);
    const evaluation = evaluationMs === undefined
      ? "evaluations not yet counted"
      : `${Math.round(evaluationMs)} ms an evaluation`;
    const limit = allMs > maxHours * 3.6e6 ? `; --max-hours ${maxHours} ends it before` : "";
    say(
      `time: about ${duration(allMs)} for ${counted(plan.cells.length, "cell")}` +
        `${plan.timingRounds > 0 ? " and the timing" : ""}: ${stepMs.toPrecision(3)} ms a step, ` +
        `${evaluation}${limit}`,
    );
  };
  return (event, { stepDurationMs, waitDurationMs }) => {
    if (isOver) return;
    if (event === "stepEnd") {
      stepsMs.push(stepDurationMs + waitDurationMs);
      lastStep = performance.now();
      if (stepsMs.length === toldAfter) tell(undefined);
    } else if (event === "evalEnd" && stepsMs.length > 0) {
      isOver = true;
      tell(performance.now() - lastStep);
    } else if (event === "fitEnd") isOver = true;
    else if (event === "checkpoint") lastStep = performance.now(); // it is no part of an evaluation
  };
}
