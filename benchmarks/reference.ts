/**
 * `deno task bench:reference`: the runs whose results are kept in `reports/`, one after the other.
 *
 * @module
 */
import { start } from "./cli/program.ts";
import { reference } from "./reference/command.ts";

if (import.meta.main) await start(reference);
