/**
 * `deno task bench:overhead`: milliseconds and memory of a step, with and without weight
 * standardization, here and in other frameworks.
 *
 * The interpreters of `--peers` are the user's, so `--allow-run` has no scope.
 *
 * @module
 */
import { endWith } from "./exit.ts";
import { runOverhead } from "./overhead/command.ts";
import { stopSignal } from "./signals/stop_signal.ts";

if (import.meta.main) await endWith(() => runOverhead(Deno.args, stopSignal()));
