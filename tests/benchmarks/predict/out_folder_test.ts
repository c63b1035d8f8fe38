import assert from "node:assert/strict";
import { join } from "node:path";
import { takeOutFolder } from "../../../benchmarks/predict/out_folder.ts";
import { put, withFolder } from "../../datasets/files.ts";
import { exists } from "../suite_process.ts";

Deno.test("takeOutFolder() replaces nothing that an input lies in, whatever it is called", () =>
  withFolder(async (out) => {
    const hidden = join(out, "masks/..0/1.png");
    await put(out, "masks/..0/1.png", new Uint8Array(1));
    for (const input of [hidden, join(out, "masks")]) {
      await assert.rejects(takeOutFolder({ out, force: true }, [input]), {
        name: "UsageError",
        message: /^Cannot replace the predictions as .* is among them, and is read/,
      });
    }
    assert.ok(await exists(hidden));
    using _taken = await takeOutFolder({ out, force: true }, [join(out, "elsewhere.png")]);
    assert.ok(!await exists(hidden), "other inputs are in nobody's way");
  }));
