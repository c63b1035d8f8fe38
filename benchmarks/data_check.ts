/**
 * `deno task data:check DIR`: what a data set holds, and all that is wrong with it.
 *
 * @module
 */
import { start } from "./cli/program.ts";
import { dataCheck } from "./data_check/command.ts";

if (import.meta.main) await start(dataCheck);
