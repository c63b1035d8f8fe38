/**
 * Times loading and running a full-size BiT in Chromium, on wasm and on WebGPU by software, each in
 * a browser of its own:
 *
 * ```sh
 * python tests/models/full_size/bit_reference.py FOLDER resnetv2_50x1_bit
 * deno run -A benchmarks/timing/micro/bit_chromium.ts FOLDER [PASSES] [PIXELS] [wasm|webgpu]
 * ```
 *
 * Memory is the most that the page's process has had, and on WebGPU that of the GPU's process, too.
 *
 * @module
 */
import { join, resolve as absolute } from "node:path";
import { pathToFileURL } from "node:url";
import type { PageTimes } from "./bit_page.ts";
import { bundle, chromium, openPage } from "./chromium.ts";

const [folder = ".", passes = "5", pixels = "224", only] = Deno.args;
if (chromium === undefined) throw new Error("Chromium is not found: install it, or set CHROMIUM");

const files = {
  "/wasm/": new URL(".", import.meta.resolve("npm:@tensorflow/tfjs-backend-wasm@4.22.0")),
  "/model.safetensors": pathToFileURL(join(absolute(folder), "model.safetensors")),
};

/** The most memory of a browser's processes of one kind. */
function peakBytes(browser: number, kind: string): number {
  let most = 0;
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const command = Deno.readTextFileSync(`/proc/${name}/cmdline`);
      const status = Deno.readTextFileSync(`/proc/${name}/status`);
      if (!command.includes(`--type=${kind}`) || !descends(Number(name), browser)) continue;
      most = Math.max(most, 1024 * Number(/VmHWM:\s*(\d+)/.exec(status)?.[1]));
    } catch {
      // It has ended since.
    }
  }
  return most;
}

function descends(process: number, ancestor: number): boolean {
  for (let at = process; at > 1;) {
    if (at === ancestor) return true;
    at = Number(/PPid:\s*(\d+)/.exec(Deno.readTextFileSync(`/proc/${at}/status`))?.[1]);
  }
  return false;
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

const temporary = await Deno.makeTempDir({ prefix: "bit-page-" });
try {
  const script = join(temporary, "page.js");
  await bundle(new URL("./bit_page.ts", import.meta.url), script);
  for (const backend of only === undefined ? ["wasm", "webgpu"] : [only]) {
    for (const isBaked of [false, true]) {
      await using opened = await openPage(script, files);
      const { page } = opened;
      page.on("pageerror", (error) => console.error(error));
      page.on("console", (message) => console.error(message.text()));
      // A call of the protocol must not last minutes, so the page calls back.
      const { promise, resolve } = Promise.withResolvers<PageTimes>();
      await page.exposeFunction("report", resolve);
      await page.evaluate(
        `void runBit("${backend}", ${Number(passes)}, ${Number(pixels)}, ${isBaked}).then(report)`,
      );
      const times = await promise;
      const sorted = times.passMs.toSorted((a, b) => a - b);
      const pid = page.browser().process()!.pid!;
      console.log(
        `${backend}, ${isBaked ? "baked" : "live"}: loaded in ${
          times.loadMs.toFixed(0)
        } ms, first ` +
          `pass ${times.firstMs.toFixed(0)} ms, then ${sorted[0]?.toFixed(0)}–` +
          `${sorted[sorted.length >> 1]?.toFixed(0)} ms, page ${
            mebibytes(peakBytes(pid, "renderer"))
          }, ` +
          `GPU's process ${mebibytes(peakBytes(pid, "gpu-process"))}, logits ${
            times.logits.toFixed(4)
          }`,
      );
    }
  }
} finally {
  await Deno.remove(temporary, { recursive: true });
}
