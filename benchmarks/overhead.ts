/**
 * `deno task bench:overhead`: milliseconds and memory of a training step, with and without weight
 * standardization, here and in other frameworks.
 *
 * The interpreters of `--peers` are the user's, so `--allow-run` has no scope.
 *
 * @module
 */
import { endWith } from "./exit.ts";
import { runOverhead } from "./overhead/command.ts";

if (import.meta.main) {
  const abort = new AbortController();
  const stop = () => {
    console.error("\nstopping; once more to stop at once");
    abort.abort();
    Deno.removeSignalListener("SIGINT", stop);
  };
  Deno.addSignalListener("SIGINT", stop);
  await endWith(() => runOverhead(Deno.args, abort.signal));
}
