/**
 * `deno task bench:ade20k`: DeepLabv3+ with and without weight standardization on ADE20k, PASCAL VOC,
 * or any data set in the layout of either.
 *
 * @module
 */
import { start } from "./cli/program.ts";
import { suiteProgram } from "./run/program.ts";
import { ade20k } from "./tasks/suites.ts";

if (import.meta.main) await start(suiteProgram(ade20k));
