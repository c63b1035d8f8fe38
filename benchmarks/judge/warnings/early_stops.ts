/**
 * What early stopping makes of a comparison: arms that trained for other lengths of time.
 *
 * @module
 */
import { counted } from "../../ground/format.ts";
import type { Result, Warning } from "../../record/mod.ts";

/**
 * The warning that cells call for that stopped early, and not all after the same number of steps.
 *
 * @param result the arms and their cells
 * @param label what an arm is called
 */
export function earlyStops(
  { arms, cells }: Pick<Result, "arms" | "cells">,
  label: (arm: string) => string,
): Warning[] {
  const done = cells.filter(({ status }) => status === "done");
  const stopped = done.filter(({ stoppedEarly }) => stoppedEarly === true);
  const lengths = new Set(done.map(({ steps }) => steps));
  if (stopped.length === 0 || lengths.size < 2) return [];
  const parts = arms.flatMap(({ name }) => {
    const steps = done.filter(({ arm }) => arm === name).map((cell) => cell.steps);
    return steps.length === 0 ? [] : [`${label(name)} after ${rangeText(steps)}`];
  });
  return [{
    code: "early-stops",
    message:
      `${counted(stopped.length, "cell")} of ${done.length} stopped early, and arms ended at ` +
      `other steps: ${parts.join(", ")}`,
    advice:
      "Differences are those of the training's length and of its learning rates, too, which had " +
      "not fallen to their end; times of steps compare, times of cells do not",
  }];
}

function rangeText(steps: readonly number[]): string {
  const [least, most] = [Math.min(...steps), Math.max(...steps)];
  return least === most ? `${least}` : `${least} to ${most}`;
}
