/**
 * Sides of `wasm_step_bench.ts` in pages of Chromium, each with a browser of its own.
 *
 * @module
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundle, chromium, openPage } from "./chromium.ts";
import { UsageError } from "../../ground/errors.ts";
import type { Block, Memory } from "../protocol.ts";
import type { Side } from "./wasm_steps.ts";

/** A side that runs: a page, or a process. */
export interface RunningSide {
  run(count: number): Promise<Block>;
  memory(): Promise<Memory>;
  end(): Promise<void>;
}

const steps = new URL("./wasm_steps.ts", import.meta.url);
const files = {
  "/wasm/": new URL(".", import.meta.resolve("npm:@tensorflow/tfjs-backend-wasm@4.22.0")),
};

/**
 * Looks for Chromium.
 *
 * @throws {UsageError} if there is none
 */
export function checkChromium(): void {
  if (chromium !== undefined) return;
  throw new UsageError(
    "Cannot open a page as no Chromium is found: install `chromium`, or set CHROMIUM to its path",
  );
}

/** The page's program: a block of steps, and the memory, on request. */
function script(step: string, side: Side, checkout: string | undefined): string {
  const [library, trainStep] = checkout === undefined
    ? ["npm:@tensorflow/tfjs@4.22.0", undefined]
    : ["mod.ts", "src/training/train_step.ts"].map((name) => pathToFileURL(join(checkout, name)));
  return `
    import * as imported from "${library}";
    ${trainStep === undefined ? "" : `import { trainStep } from "${trainStep}";`}
    import { setWasmPaths } from "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
    import { openStep } from "${steps}";
    const library = ${trainStep === undefined ? "{ tf: imported }" : "{ ...imported, trainStep }"};
    let step;
    // A bundle is no module: functions of its own are global, too, and none is named so.
    globalThis.timedSide = {
      async open() {
        setWasmPaths("/wasm/");
        await library.tf.setBackend("wasm");
        step = openStep(library, "${step}", "${side}");
      },
      async run(count) {
        const durationsMs = [];
        let value = NaN;
        for (let i = 0; i < count; i++) {
          const start = performance.now();
          value = await step.run();
          durationsMs.push(performance.now() - start);
        }
        return { durationsMs, value };
      },
      memory: () => ({ peakBytes: step.heapBytes(), tensorCount: library.tf.memory().numTensors }),
    };`;
}

/** Bundles a side and opens its page. */
export async function openSidePage(
  step: string,
  side: Side,
  checkout: string | undefined,
): Promise<RunningSide> {
  await using resources = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "wasm-step-" });
  resources.defer(() => Deno.remove(folder, { recursive: true }));
  const [entry, output] = [join(folder, "entry.ts"), join(folder, "page.js")];
  await Deno.writeTextFile(entry, script(step, side, checkout));
  await bundle(pathToFileURL(entry), output);
  const { page } = resources.use(await openPage(output, files));
  await page.evaluate("timedSide.open()");
  const owned = resources.move();
  return {
    run: async (count) => await page.evaluate(`timedSide.run(${count})`) as Block,
    memory: async () => await page.evaluate("timedSide.memory()") as Memory,
    end: () => owned.disposeAsync(),
  };
}
