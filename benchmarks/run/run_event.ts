import type { Callback } from "../../src/training/callback.ts";
import { place } from "./logging/log_callback.ts";

/** Which cell a run is at. */
export interface RunPlace {
  /** The arm's name. */
  arm: string;
  seed: number;
  /** The how manieth it is of those that were left to run, from 1. */
  cell: number;
  /** How many were left to run when the run began, or went on. */
  cells: number;
  /** Optimizer steps taken of it, those before a run went on included. */
  step: number;
  /** Its optimizer steps in all. */
  totalSteps: number;
  /** Passes over the data, with a fraction. */
  epoch: number;
}

/** What a comparison tells a program while it goes. */
export type RunEvent =
  | RunPlace & { event: "cellStart" }
  /** After a step: its loss (the mean over the batch) and its learning rate. */
  | RunPlace & { event: "step"; loss: number; learningRate: number }
  /** After an evaluation: its metrics, such as `mIoU` in percent. */
  | RunPlace & { event: "evaluation"; metrics: Record<string, number> }
  /** When a cell ended, and why where that was not its end. */
  | RunPlace & {
    event: "cellEnd";
    status: "done" | "failed" | "broken" | "interrupted";
    error?: string;
  }
  /** After a round of the arms' steps, timed in turn. */
  | { event: "timing"; round: number; rounds: number };

/** Tells of a cell's steps and evaluations. */
export function eventCallback(
  cell: Pick<RunPlace, "arm" | "seed" | "cell" | "cells">,
  tell: (event: RunEvent) => void | Promise<void>,
): Callback {
  return async (event, state) => {
    const at: RunPlace = { ...cell, ...place(state), totalSteps: state.totalSteps };
    if (event === "fitStart") await tell({ event: "cellStart", ...at });
    else if (event === "stepEnd") {
      await tell({ event: "step", ...at, loss: state.loss, learningRate: state.learningRate });
    } else if (event === "evalEnd") {
      await tell({ event: "evaluation", ...at, metrics: { ...state.evaluation } });
    }
  };
}
