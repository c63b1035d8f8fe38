import { type Progress, progress } from "../cli/progress.ts";
import type { RunEvent } from "./run_event.ts";

/** Where a run says what it does, and how far it is. */
export interface RunOutput {
  /** Takes a line; an error with its stack is several. */
  log(line: string): void;
  /** Shows how far a cell, or the timing, is. */
  progress(batchSize: number): Progress;
  /** Is told of every step, evaluation and cell. */
  onProgress?(event: RunEvent): void | Promise<void>;
}

/** That of workers which are not the first: what they would say is said by it. */
export const silentOutput: RunOutput = {
  log: () => {},
  progress: () => ({ begin() {}, callback() {}, count() {}, end() {} }),
};

/** The command line's: all on stderr. */
export const consoleOutput: RunOutput = {
  log: (line) => console.error(line),
  progress,
};
