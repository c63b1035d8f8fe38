/** The system's way of asking a process to end; Windows knows the first alone. */
const signals: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM"];

/** One Ctrl-C may arrive twice: from the terminal, and passed on by the task runner above. */
const sameRequestMs = 500;

/**
 * Asks a run to end when the process is asked to: the first Ctrl-C or SIGTERM aborts the signal, so
 * that the run can save what it has; a second one ends the process at once.
 *
 * @returns the signal
 */
export function stopSignal(): AbortSignal {
  const abort = new AbortController();
  const stop = () => {
    if (abort.signal.aborted) return;
    abort.abort();
    console.error("\nstopping after this step; once more to stop at once");
    const timer = setTimeout(
      () => signals.forEach((signal) => Deno.removeSignalListener(signal, stop)),
      sameRequestMs,
    );
    Deno.unrefTimer(timer);
  };
  signals.forEach((signal) => Deno.addSignalListener(signal, stop));
  return abort.signal;
}
