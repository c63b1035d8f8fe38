/**
 * `deno task bench:norms`: six normalizations of a ResNet, each without and with weight
 * standardization, on the data and by the recipe of `bench:imagenet`.
 *
 * @module
 */
import { start } from "./cli/program.ts";
import { suiteProgram } from "./run/program.ts";
import { norms } from "./tasks/suites.ts";

if (import.meta.main) await start(suiteProgram(norms));
