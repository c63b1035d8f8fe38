import { isDeepStrictEqual } from "node:util";
import type { Algorithm } from "../../../src/training/engine.ts";
import type { StaleStatistics } from "../../../src/training/stale_statistics.ts";
import type { PairedCell } from "../../record/check_paired.ts";
import type { Warning } from "../../record/mod.ts";
import { OwnAlgorithm } from "../own_algorithm.ts";
import type { PlannedArm } from "../plan.ts";

/** How an arm began when it was rehearsed. */
export interface Rehearsed extends Required<PairedCell> {
  /** Its model's layers, as JSON without their names. */
  layers: string;
  /** Weights that its file of initial weights does not have. */
  notLoaded: string[];
  /** Statistics that its steps hardly move. */
  stale: StaleStatistics[];
  /** How often its steps update statistics. */
  updates: number;
  /** Of all its weights. */
  weightBytes: number;
}

/**
 * Arms that are one arm under two names: the same settings, algorithms and model. What cannot be told
 * apart by its text, such as two functions, counts as different.
 */
export function twinWarnings(arms: readonly PlannedArm[], cells: readonly Rehearsed[]): Warning[] {
  return arms.flatMap((arm, i) =>
    arms.slice(0, i).flatMap((other, j) => {
      if (!areTwins(arm, other) || !beganAlike(cells[i]!, cells[j]!)) return [];
      return [{
        code: "equal-arms",
        message: `The arms ${other.name} and ${arm.name} have the same settings, algorithms and ` +
          "model: nothing can differ",
        advice: "Change one of them, or leave it out",
      }];
    })
  );
}

function areTwins(a: PlannedArm, b: PlannedArm): boolean {
  return a.model === b.model && isDeepStrictEqual(a.profile, b.profile) &&
    a.algorithms.length === b.algorithms.length &&
    a.algorithms.every((algorithm, i) => isSame(plain(algorithm), plain(b.algorithms[i]!)));
}

/** A model's function receives the arm's name, so it may make another model. */
function beganAlike(a: Rehearsed, b: Rehearsed): boolean {
  return a.layers === b.layers && isDeepStrictEqual(a.initialWeights, b.initialWeights);
}

function plain(algorithm: Algorithm): Algorithm {
  return algorithm instanceof OwnAlgorithm ? algorithm.algorithm : algorithm;
}

function isSame(a: Algorithm, b: Algorithm): boolean {
  if (a === b) return true;
  return a.constructor === b.constructor && `${a}` === `${b}` && `${a}` !== `${{}}`;
}
