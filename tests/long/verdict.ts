/**
 * Whether what a process held stayed the same.
 *
 * @module
 */
import { type Sample, warmUpParts } from "./watch.ts";

/** How much resident memory may grow after the warm-up. */
const mostGrowth = 0.05;

/** How much longer the last tenth may take than the first after the warm-up. */
const mostSlowDown = 0.5;

/** What became of a trial's figures from the end of its warm-up to its end. */
export interface Verdict {
  /** The largest resident memory over that at the end of the warm-up. */
  growth: number;
  /** The last tenth's time over the first's after the warm-up. */
  slowDown: number;
  /** What is wrong, a line each. */
  faults: string[];
}

/** What is judged beside counts: so short a form that V8 still compiles has neither. */
export interface Judged {
  /** Whether resident memory may not grow. */
  memory: boolean;
  /** Whether the end may not be slower than the beginning, which wants a machine of its own. */
  time: boolean;
}

/** Judges samples; what is not judged is told. */
export function verdictOf(samples: readonly Sample[], judged: Judged): Verdict {
  const [start, ...rest] = samples.slice(warmUpParts - 1) as [Sample, ...Sample[]];
  const faults: string[] = [];
  const growth = Math.max(...rest.map(({ rssBytes }) => rssBytes)) / start.rssBytes;
  if (judged.memory && !(growth <= 1 + mostGrowth)) {
    faults.push(`resident memory grew by ${((growth - 1) * 100).toFixed(1)} %, more than 5 %`);
  }
  for (const name of ["tensors", "handles", "descriptors"] as const) {
    const other = rest.find((sample) => sample[name] !== start[name]);
    if (other === undefined) continue;
    faults.push(`${name}: ${start[name]} after ${start.done}, ${other[name]} after ${other.done}`);
  }
  const tenth = (from: readonly Sample[]) => Math.min(...from.map(({ durationMs }) => durationMs));
  const slowDown = tenth(rest.slice(-2)) / tenth(rest.slice(0, 2));
  if (judged.time && slowDown > 1 + mostSlowDown) {
    faults.push(`the last tenth took ${slowDown.toFixed(2)} times as long as the first`);
  }
  return { growth, slowDown, faults };
}
