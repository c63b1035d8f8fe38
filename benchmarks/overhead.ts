/**
 * `deno task bench:overhead`: milliseconds and memory of a step, with and without weight
 * standardization, here and in other frameworks.
 *
 * The interpreters of `--peers` are the user's, so `--allow-run` has no scope.
 *
 * @module
 */
import { endWith } from "./cli/exit.ts";
import { runOverhead } from "./timing/command.ts";
import { stopSignal } from "./cli/signals/stop_signal.ts";

if (import.meta.main) await endWith(() => runOverhead(Deno.args, stopSignal()));
