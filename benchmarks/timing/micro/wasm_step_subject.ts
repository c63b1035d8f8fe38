/**
 * One side of `wasm_step_bench.ts` in a process of its own, see `../protocol.ts`:
 *
 *     deno run -A wasm_step_subject.ts STEP SIDE [CHECKOUT]
 *
 * The checkout's library is loaded where it lies; without one TensorFlow.js computes alone.
 *
 * @module
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as wasm from "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
import * as stock from "npm:@tensorflow/tfjs@4.22.0";
import { serve } from "../protocol.ts";
import { type Library, openStep, type Side } from "./wasm_steps.ts";

/** The library of a checkout, by its files: their names are those of the base, too. */
async function libraryOf(checkout: string | undefined): Promise<Library> {
  if (checkout === undefined) return { tf: stock } as unknown as Library; // all that `stock` uses
  const load = (name: string) => import(pathToFileURL(join(checkout, name)).href);
  const { trainStep } = await load("src/training/train_step.ts");
  return { ...await load("mod.ts"), trainStep };
}

if (import.meta.main) {
  console.log = console.info = console.error; // stdout belongs to the protocol
  const [step = "", side = "", checkout] = Deno.args;
  const library = await libraryOf(checkout);
  library.tf.enableProdMode();
  await library.tf.setBackend("wasm");
  const { run, parameterCount, heapBytes } = openStep(library, step, side as Side);
  const ready = {
    versions: { "TensorFlow.js": library.tf.version_core, wasm: wasm.version_wasm },
    threads: 1,
    parameterCount,
  };
  const memory = () => ({ peakBytes: heapBytes(), tensorCount: library.tf.memory().numTensors });
  const encoder = new TextEncoder();
  const reply = (line: string) => void Deno.stdout.writeSync(encoder.encode(`${line}\n`));
  await serve({ ready, step: run, memory }, Deno.stdin.readable, reply);
  Deno.exit(0);
}
