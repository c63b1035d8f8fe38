import { type EndingSignal, inheritedIgnores } from "./inherited.ts";

/**
 * The system's ways of asking a process to end: Ctrl-C, a terminal that is gone (a lost ssh), a
 * scheduler. On Windows the last is unknown, and a closed window leaves no time to save.
 */
const signals: readonly EndingSignal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGHUP", "SIGTERM"];

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
