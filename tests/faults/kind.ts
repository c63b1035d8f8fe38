/**
 * What a kind of fault is: a way to break a run, and what may come of it.
 *
 * @module
 */
import type { Bench } from "./bench.ts";
import type { Draw } from "./draw.ts";
import type { Subject } from "./subjects.ts";

/** What came of breaking runs; an error that an attempt throws is a fault of ours. */
export interface Outcome {
  /** How often a run was broken. */
  tries: number;
  /** How often `--resume`, or the broken run itself, came to the undisturbed run's numbers. */
  resumed: number;
  /** How often it was refused, with a clear error and its documented exit code. */
  refused: number;
}

/** What an attempt is given. */
export interface Attempt {
  bench: Bench;
  subject: Subject;
  draw: Draw;
  /** Its number among those of its kind, from 0. */
  index: number;
  /** Whether seconds matter: as few processes as say something. */
  short: boolean;
}

/** A kind of fault. */
export interface Kind {
  /** What it is, in a line for the table. */
  readonly about: string;
  /** How many attempts the long form makes of it, of `kills` kills in all. */
  attempts(kills: number): number;
  /** Whether it can be tried with a run. */
  takes?(subject: Subject): boolean;
  /** Why it cannot be tried on this machine; nothing where it can. */
  missing?(): Promise<string | undefined>;
  /**
   * Breaks a run, and sees what becomes of it.
   *
   * @throws {Error} if something is corrupt, differs, hangs or is not clearly refused
   */
  attempt(attempt: Attempt): Promise<Outcome>;
}

/** The run had ended before anything could break it. */
export const missed: Outcome = { tries: 0, resumed: 0, refused: 0 };

/** One run was broken, and came to the undisturbed numbers. */
export const resumed: Outcome = { tries: 1, resumed: 1, refused: 0 };

/** One run was refused clearly, and came to the undisturbed numbers when what was wrong had been put right. */
export const refusedThenResumed: Outcome = { tries: 1, resumed: 1, refused: 1 };

/** Several outcomes together. */
export function sum(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce((all, each) => ({
    tries: all.tries + each.tries,
    resumed: all.resumed + each.resumed,
    refused: all.refused + each.refused,
  }), missed);
}
