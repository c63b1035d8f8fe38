/**
 * `deno task bench:overhead`: milliseconds and memory of a step, with and without weight
 * standardization, here and in other frameworks.
 *
 * The interpreters of `--peers` are the user's, so `--allow-run` has no scope.
 *
 * @module
 */
import { start } from "./cli/program.ts";
import { overhead } from "./timing/command.ts";

if (import.meta.main) await start(overhead);
