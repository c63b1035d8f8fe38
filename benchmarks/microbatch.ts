/**
 * `deno task bench:microbatch`: normalizations with statistics over 1, 2, 4, … images, whose gradients
 * add up to one step of the same batch; of a ResNet, or of DeepLabv3+ with `--task segmentation`.
 *
 * @module
 */
import { type Program, start } from "./cli/program.ts";
import { suiteRunner, taskProgram } from "./run/program.ts";
import { microbatch, microbatchSegmentation } from "./tasks/suites.ts";

/** The program. */
export const microbatchProgram: Program = taskProgram("microbatch", {
  classification: suiteRunner(microbatch),
  segmentation: suiteRunner(microbatchSegmentation),
});

if (import.meta.main) await start(microbatchProgram);
