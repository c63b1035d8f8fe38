/**
 * `deno task doctor`: what this machine can do, as Markdown to paste into an issue.
 *
 * @module
 */
import { start } from "./cli/program.ts";
import { doctor } from "./doctor/command.ts";

if (import.meta.main) await start(doctor);
