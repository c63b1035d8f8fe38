/**
 * `deno task predict --run DIR --arm NAME IMAGES… --out DIR`: what a trained arm makes of images.
 *
 * @module
 */
import { start } from "./cli/program.ts";
import { predict } from "./predict/command.ts";

if (import.meta.main) await start(predict);
