/** What the library adds to a page's script, beyond TensorFlow.js. */
import * as assert from "node:assert/strict";
import { join } from "node:path";
import { bundle } from "../../benchmarks/timing/micro/chromium.ts";

const TENSORFLOW = "npm:@tensorflow/tfjs@4.22.0";

/** The minified size of a module with all that it imports but TensorFlow.js. */
async function bundledBytes(entry: string): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "bundle-size-test-" });
  try {
    const output = join(folder, "bundle.js");
    const flags = ["--minify", `--external=${TENSORFLOW}`];
    await bundle(new URL(entry, import.meta.url), output, ...flags);
    const text = await Deno.readTextFile(output);
    assert.deepEqual(
      [...new Set(Array.from(text.matchAll(/\bfrom ?"([^"]+)"/g), ([, name]) => name))],
      [TENSORFLOW],
      "imports that are left",
    );
    return new TextEncoder().encode(text).length;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a page that standardizes its model bundles 195 kB at most", async () => {
  const bytes = await bundledBytes("standardize_a_model.ts");
  assert.ok(bytes > 10_000 && bytes <= 195_000, `${bytes} bytes`);
});

Deno.test("a page with every name of mod.ts bundles 350 kB at most", async () => {
  const bytes = await bundledBytes("../../mod.ts");
  assert.ok(bytes > 10_000 && bytes <= 350_000, `${bytes} bytes`);
});
