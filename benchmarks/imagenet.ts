/**
 * `deno task bench:imagenet`: a ResNet with and without weight standardization on ImageNet, or on
 * any classified images in a layout that `openClassified` knows.
 *
 * @module
 */
import { start } from "./cli/program.ts";
import { suiteProgram } from "./run/program.ts";
import { imagenet } from "./tasks/suites.ts";

if (import.meta.main) await start(suiteProgram(imagenet));
