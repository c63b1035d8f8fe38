import { type EndingSignal, inheritedIgnores } from "./inherited.ts";
import { followStarter, isLocalWorker } from "./starter.ts";

/**
 * The system's ways of asking a process to end: Ctrl-C, a terminal that is gone (a lost ssh), a
 * scheduler. On Windows the last is unknown, and a closed window leaves no time to save.
 */
const signals: readonly EndingSignal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGHUP", "SIGTERM"];

/** One Ctrl-C may arrive twice: from the terminal, and passed on by the task runner above. */
const sameRequestMs = 500;

/**
 * Calls a function at each signal that asks the process to end, but for those that it was started
 * with as ignored (`nohup`): these stay so.
 *
 * @returns ends that: from then on the signals end the process at once
 */
export function listenToStops(stop: () => void): () => void {
  const heard = signals.filter((signal) => !inheritedIgnores.signals.has(signal));
  heard.forEach((signal) => Deno.addSignalListener(signal, stop));
  inheritedIgnores.restore();
  return () => heard.forEach((signal) => Deno.removeSignalListener(signal, stop));
}

/**
 * Asks a run to end when the process is asked to: the first Ctrl-C, SIGHUP or SIGTERM aborts the
 * signal, so that the run can save what it has; a second one ends the process at once.
 */
export function stopSignal(): AbortSignal {
  const abort = new AbortController();
  const stop = () => {
    if (abort.signal.aborted) return;
    abort.abort();
    if (!isLocalWorker()) { // whoever started it has said so
      console.error("\nstopping after what is under way; once more to stop at once");
    }
    Deno.unrefTimer(setTimeout(end, sameRequestMs));
  };
  const end = listenToStops(stop);
  followStarter(stop);
  return abort.signal;
}

/**
 * The same for a program that has to clear up behind itself: it listens to its end, so that what
 * lies in a temporary folder is removed however often it is asked.
 */
export function abortSignal(): AbortSignal {
  const abort = new AbortController();
  listenToStops(() => abort.abort());
  return abort.signal;
}
