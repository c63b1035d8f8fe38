/**
 * `deno task bench:smoothness`: how smooth the loss is along the gradient while a ResNet trains, with
 * batch norm and group norm, each without and with weight standardization.
 *
 * @module
 */
import { start } from "./cli/program.ts";
import { suiteProgram } from "./run/program.ts";
import { smoothness } from "./tasks/suites.ts";

if (import.meta.main) await start(suiteProgram(smoothness));
