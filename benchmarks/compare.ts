/**
 * `deno task bench:compare`: whether a change made steps slower or results worse.
 *
 * Both versions of the code are run by `deno`, with the permissions that their steps and suites need.
 *
 * @module
 */
import { changes } from "./changes/command.ts";
import { start } from "./cli/program.ts";

if (import.meta.main) await start(changes);
