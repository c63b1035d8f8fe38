/**
 * `deno task bench:compare`: whether a change made steps slower or results worse.
 *
 * Both versions of the code are run by `deno`, with the permissions that their steps and suites need.
 *
 * @module
 */
import { endWith } from "./exit.ts";
import { runRegression } from "./regression/command.ts";

if (import.meta.main) {
  const abort = new AbortController();
  // Listened to until the end: what lies in the temporary folder is removed however often it comes.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => abort.abort());
  }
  await endWith(() => runRegression(Deno.args, abort.signal));
}
