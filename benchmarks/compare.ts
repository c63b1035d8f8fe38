/**
 * `deno task bench:compare`: whether a change made steps slower or results worse.
 *
 * Both versions of the code are run by `deno`, with the permissions that their steps and suites need.
 *
 * @module
 */
import { endWith } from "./cli/exit.ts";
import { runRegression } from "./changes/command.ts";
import { abortSignal } from "./cli/signals/abort_signal.ts";

if (import.meta.main) await endWith(() => runRegression(Deno.args, abortSignal()));
