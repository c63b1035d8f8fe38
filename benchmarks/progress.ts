import process from "node:process";
import { Presets, SingleBar } from "cli-progress";
import type { Callback, Event, State } from "../src/training/engine.ts";

/** Shows on stderr how far a run is: a bar on a terminal, a line now and then elsewhere. */
export interface Progress {
  /** What the figures to come belong to, e.g. `"ws, seed 1 (2 of 6)"`. */
  begin(label: string): void;
  /** Follows a trainer. */
  readonly callback: Callback;
  /** Ends the bar under way, so that other lines can be printed. */
  end(): void;
}

/** Milliseconds between two lines where there is no terminal. */
const lineIntervalMs = 10_000;

/**
 * The progress display that fits stderr.
 *
 * @param batchSize images a step
 * @param terminal whether stderr is a terminal
 * @param write prints a line where it is not
 * @returns the display
 */
export function progress(
  batchSize: number,
  terminal: boolean = Deno.stderr.isTerminal(),
  write: (line: string) => void = console.error,
): Progress {
  return terminal ? bar(batchSize) : lines(batchSize, write);
}

function bar(batchSize: number): Progress {
  let label = "";
  let current: SingleBar | undefined;
  let rate = newRate();
  const end = () => {
    current?.stop();
    current = undefined;
  };
  const callback = (event: Event, state: State) => {
    if (event === "fitStart") {
      rate = newRate();
      const format = "{label} [{bar}] {value}/{total} loss {loss} {speed} images/s {left} left";
      current = new SingleBar({ format, stream: process.stderr }, Presets.legacy);
      current.start(state.totalSteps, 0, { label, loss: "-", speed: "-", left: "-" });
    } else if (event === "stepEnd") {
      const figures = rate.after(state, batchSize);
      current?.update(state.step, { ...figures, loss: state.loss.toFixed(3) });
    } else if (event === "fitEnd") end();
  };
  return { begin: (text) => label = text, callback, end };
}

function lines(batchSize: number, write: (line: string) => void): Progress {
  let label = "";
  let rate = newRate();
  let printed = performance.now();
  const callback = (event: Event, state: State) => {
    if (event === "fitStart") rate = newRate();
    if (event !== "stepEnd") return;
    const { speed, left } = rate.after(state, batchSize);
    const last = state.step === state.totalSteps;
    if (!last && performance.now() - printed < lineIntervalMs) return;
    printed = performance.now();
    write(
      `${label}: step ${state.step}/${state.totalSteps}, loss ${state.loss.toFixed(3)}, ` +
        `${speed} images/s, ${left} left`,
    );
  };
  return { begin: (text) => label = text, callback, end: () => {} };
}

/** Speed from the steps alone; time left from the clock, evaluations and decoding included. */
function newRate() {
  const start = performance.now();
  let stepsMs = 0;
  return {
    after(state: State, batchSize: number): { speed: string; left: string } {
      stepsMs += state.stepDurationMs;
      const speed = (1000 * batchSize * state.step / stepsMs).toFixed(1);
      const elapsed = performance.now() - start;
      const left = elapsed * (state.totalSteps - state.step) / state.step;
      return { speed, left: duration(left) };
    },
  };
}

/**
 * A duration as people read it: `"42 s"`, `"3 min 5 s"`, `"2 h 10 min"`.
 *
 * @param milliseconds the duration
 * @returns the text
 */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
