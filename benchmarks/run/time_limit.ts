/** What ends a run, until it is disposed of. */
export interface TimeLimit extends Disposable {
  /** Aborted when the time is over, or something else asks the run to end. */
  readonly signal: AbortSignal;
}

/** Longer timers end at once: their milliseconds are a whole number of 32 bits. */
const longestTimerMs = 2 ** 30;

/**
 * Asks a run to end after some hours, as an interruption does: what is under way is finished, and saved.
 *
 * @param maxHours from now on; nothing for no limit
 * @param signal what else asks it to end
 * @param say takes the line that says so
 */
export function timeLimit(
  maxHours: number | undefined,
  signal: AbortSignal,
  say: (line: string) => void,
): TimeLimit {
  if (maxHours === undefined) return { signal, [Symbol.dispose]() {} };
  const over = new AbortController();
  const end = performance.now() + maxHours * 3.6e6;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    const leftMs = end - performance.now();
    if (leftMs > 0) {
      timer = setTimeout(wait, Math.min(leftMs, longestTimerMs));
      return;
    }
    const hours = maxHours === 1 ? "hour" : "hours";
    const reason = new DOMException(`The limit of ${maxHours} ${hours} is over`, "TimeoutError");
    if (!signal.aborted) say(`--max-hours ${maxHours} is over: stopping after what is under way`);
    over.abort(reason);
  };
  wait();
  return {
    signal: AbortSignal.any([signal, over.signal]),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
