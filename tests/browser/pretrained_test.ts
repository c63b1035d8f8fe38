/** Pretrained networks in a real browser: fetched, kept in its cache, computed on each backend. */
import * as assert from "node:assert/strict";
import { join } from "node:path";
import { bundle, chromium, openPage } from "../../benchmarks/timing/micro/chromium.ts";
import * as tf from "../../src/tf.ts";
import { assertClose } from "../backends.ts";
import { bitImages, expectedOfBit } from "../models/fixtures/bit.ts";
import type { PretrainedReport } from "./pretrained_page.ts";

const fixture = (name: string) => new URL(`../models/fixtures/bit/${name}`, import.meta.url);
const files = {
  "/timm.safetensors": fixture("timm.safetensors"),
  "/google.npz": fixture("google.npz"),
  "/wasm/": new URL(".", import.meta.resolve("npm:@tensorflow/tfjs-backend-wasm@4.22.0")),
};

Deno.test({
  name: "loadPretrained() fetches, keeps and computes in Chromium",
  ignore: chromium === undefined,
  fn: async (context) => {
    const folder = await Deno.makeTempDir({ prefix: "pretrained-browser-test-" });
    try {
      await tf.setBackend("cpu");
      const images = JSON.stringify(Array.from(bitImages().dataSync()));
      const expected = expectedOfBit("logits.timm").dataSync();
      const script = join(folder, "page.js");
      await bundle(new URL("pretrained_page.ts", import.meta.url), script);
      await using browser = await openPage(script, files);
      for (const [backend, file] of [["wasm", "/google.npz"], ["webgpu", "/timm.safetensors"]]) {
        await context.step(`${file} on ${backend}`, async () => {
          const call = `loadAndRun("${backend}", "${file}", ${images})`;
          const report = await browser.page.evaluate(call) as PretrainedReport;
          assert.equal(report.backend, backend);
          assert.match(report.description, /timm, epsilon 1e-8, .* with 8 groups, 5 classes$/);
          const size = (await Deno.stat(files[file as keyof typeof files])).size;
          assert.equal(report.loadedBytes, size);
          assertClose(report.logits, expected, 1e-4 * Math.max(...expected.map(Math.abs)));
        });
      }
      await context.step("a second time from the browser's cache", async () => {
        const { asked, kept } = await browser.page.evaluate("loadTwice()") as {
          asked: (string | null)[];
          kept: string[];
        };
        assert.deepEqual(asked, [null, "bytes=0-0"]);
        assert.deepEqual(kept, ["/timm.safetensors"]);
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
