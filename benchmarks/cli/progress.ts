import process from "node:process";
import { Presets, SingleBar } from "cli-progress";
import type { Event, State } from "../../src/training/engine.ts";

/** Shows on stderr how far a run is: a bar on a terminal, a line now and then elsewhere. */
export interface Progress {
  /** What the figures to come belong to, e.g. `"ws, seed 1 (2 of 6)"`. */
  begin(label: string): void;
  /** Follows a trainer. */
  readonly callback: (event: Event, state: State) => void;
  /** Follows something that is counted, such as rounds of a timing. */
  readonly count: (done: number, total: number) => void;
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
  let rate = newRate(0);
  const end = () => {
    current?.stop();
    current = undefined;
  };
  const begin = (format: string, total: number, value: number) => {
    current = new SingleBar({ format, stream: process.stderr }, Presets.legacy);
    current.start(total, value, { label, loss: "-", speed: "-", left: "-" });
  };
  const callback = (event: Event, state: State) => {
    if (event === "fitStart") {
      rate = newRate(state.step);
      const figures = "loss {loss} {speed} images/s {left} left";
      begin(`{label} [{bar}] {value}/{total} ${figures}`, state.totalSteps, state.step);
    } else if (event === "stepEnd") {
      const figures = rate.after(state, batchSize);
      current?.update(state.step, { ...figures, loss: state.loss.toFixed(3) });
    } else if (event === "fitEnd") {
      if (state.step < (current?.getTotal() ?? 0) && state.step === state.totalSteps) {
        current?.update(state.step, { left: "stopped early, nothing" });
      }
      end();
    }
  };
  const count = (done: number, total: number) => {
    if (current === undefined) begin("{label} [{bar}] {value}/{total}", total, done);
    current?.update(done);
  };
  return { begin: (text) => label = text, callback, count, end };
}

function lines(batchSize: number, write: (line: string) => void): Progress {
  let label = "";
  let rate = newRate(0);
  let planned = 0;
  let printed = performance.now();
  const isDue = (last: boolean) => {
    if (!last && performance.now() - printed < lineIntervalMs) return false;
    printed = performance.now();
    return true;
  };
  const callback = (event: Event, state: State) => {
    if (event === "fitStart") {
      rate = newRate(state.step);
      planned = state.totalSteps;
      if (state.step > 0) write(`${label}: goes on after step ${state.step}/${state.totalSteps}`);
    }
    if (event === "fitEnd" && state.step === state.totalSteps && state.step < planned) {
      write(`${label}: stopped early after step ${state.step}/${planned}`);
    }
    if (event !== "stepEnd") return;
    const { speed, left } = rate.after(state, batchSize);
    if (!isDue(state.step === state.totalSteps)) return;
    write(
      `${label}: step ${state.step}/${state.totalSteps}, loss ${state.loss.toFixed(3)}, ` +
        `${speed} images/s, ${left} left`,
    );
  };
  const count = (done: number, total: number) => {
    if (isDue(done === total)) write(`${label}: ${done}/${total}`);
  };
  return { begin: (text) => label = text, callback, count, end: () => {} };
}

/** Speed from the steps alone; time left from the clock, evaluations and decoding included. */
function newRate(firstStep: number) {
  const start = performance.now();
  let stepsMs = 0;
  return {
    after(state: State, batchSize: number): { speed: string; left: string } {
      stepsMs += state.stepDurationMs;
      const steps = state.step - firstStep;
      const speed = (1000 * batchSize * steps / stepsMs).toFixed(1);
      const elapsed = performance.now() - start;
      const left = elapsed * (state.totalSteps - state.step) / steps;
      return { speed, left: duration(left) };
    },
  };
}

/** A duration as people read it: `"42 s"`, `"3 min 5 s"`, `"2 h 10 min"`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
