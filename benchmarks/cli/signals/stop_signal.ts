import { listenToStops } from "./listen.ts";

/** One Ctrl-C may arrive twice: from the terminal, and passed on by the task runner above. */
const sameRequestMs = 500;

/**
 * Asks a run to end when the process is asked to: the first Ctrl-C, SIGHUP or SIGTERM aborts the
 * signal, so that the run can save what it has; a second one ends the process at once.
 */
export function stopSignal(): AbortSignal {
  const abort = new AbortController();
  const end = listenToStops(() => {
    if (abort.signal.aborted) return;
    abort.abort();
    console.error("\nstopping after this step; once more to stop at once");
    Deno.unrefTimer(setTimeout(end, sameRequestMs));
  });
  return abort.signal;
}
