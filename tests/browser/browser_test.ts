/** The library in a real browser: bundled, on each backend that a browser has. */
import * as assert from "node:assert/strict";
import { join } from "node:path";
import type { Training } from "../wasm/recorded_training.ts";
import { bundle, chromium, openPage } from "../../benchmarks/timing/micro/chromium.ts";
import type { PageReport } from "./page.ts";

const files = {
  "/pytorch.json": new URL("../fixtures/pytorch.json", import.meta.url),
  "/convolutions.json": new URL("../standardization/fixtures/convolutions.json", import.meta.url),
  "/stock_gradients.json": new URL("../gradients/fixtures/stock_gradients.json", import.meta.url),
  "/wasm/": new URL(".", import.meta.resolve("npm:@tensorflow/tfjs-backend-wasm@4.22.0")),
};

Deno.test({
  name: "mod.ts matches PyTorch and trains in Chromium",
  ignore: chromium === undefined,
  fn: async (context) => {
    const folder = await Deno.makeTempDir({ prefix: "browser-test-" });
    try {
      const script = join(folder, "page.js");
      await bundle(new URL("page.ts", import.meta.url), script);
      await using browser = await openPage(script, files);
      await context.step("the Trainer's step is recorded on wasm", async () => {
        const { recorded, eager } = await browser.page.evaluate("trainOnWasm()") as {
          recorded: Training;
          eager: Training;
        };
        assert.equal(recorded.calls, 1);
        assert.equal(eager.calls, 20);
        assert.deepEqual(recorded.losses, eager.losses);
        assert.deepEqual([recorded.leaked, eager.leaked], [0, 0]);
      });
      for (const backend of ["wasm", "webgl", "webgpu"]) {
        await context.step(backend, async () => {
          const report = await browser.page.evaluate(`runPage("${backend}")`) as PageReport;
          assert.equal(report.backend, backend);
          assert.deepEqual(report.failures, []);
          assert.ok(report.cases > 50);
          assert.ok(report.losses.at(-1)! < 0.8 * report.losses[0]!, `losses ${report.losses}`);
          assert.equal(report.leaked, 0, "tensors left behind");
          const { plain, captured } = report.steps;
          captured.forEach((loss, i) => assert.ok(Math.abs(loss - plain[i]!) < 1e-6));
          assert.ok(plain.at(-1)! < plain[0]!);
          assert.equal(report.runs, backend === "wasm" ? 1 : 5); // recorded there
        });
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
