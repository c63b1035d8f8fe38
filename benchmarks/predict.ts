/**
 * `deno task predict --run DIR --arm NAME IMAGES… --out DIR`: what a trained arm makes of images.
 *
 * @module
 */
import { endWith } from "./cli/exit.ts";
import { stopSignal } from "./cli/signals/stop_signal.ts";
import { predict } from "./predict/command.ts";

if (import.meta.main) {
  const signal = stopSignal();
  await endWith(() => predict(Deno.args, signal));
}
