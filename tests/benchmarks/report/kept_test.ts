/** The reports of runs that are kept, made anew and opened by what they are for. */
import assert from "node:assert/strict";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rebuild } from "../../../benchmarks/report.ts";
import { readResult } from "../../../benchmarks/record/mod.ts";
import { chromium } from "../../browser/chromium.ts";
import { open, startChromium } from "./browser.ts";
import { assertCsv, assertPng, assertSvg, parseFigures } from "./opening.ts";

const kept = fileURLToPath(new URL("../../../reports", import.meta.url));

const openers: Record<string, (path: string) => Promise<void>> = {
  ".csv": async (path) => assertCsv(await Deno.readTextFile(path)),
  ".svg": async (path) => assertSvg(await Deno.readTextFile(path)),
  ".png": async (path) => assertPng(await Deno.readFile(path)),
  ".md": async (path) => assert.match(await Deno.readTextFile(path), /^# /),
  ".json": async (path) => {
    if (path.endsWith("result.json")) await readResult(path);
    else parseFigures(await Deno.readTextFile(path));
  },
  ".html": async (path) => {
    const { size } = await Deno.stat(path);
    assert.ok(size <= 1_000_000, `${path} has ${size} bytes`);
    if (chromium === undefined) return;
    await using started = await startChromium();
    const { requests, messages } = await open(started.browser, path, { width: 360 });
    assert.deepEqual([requests, messages], [[], []]);
  },
};

for (const name of ["ade20k-camvid-64px-tensorflow", "ade20k-quick-wasm"]) {
  Deno.test(`every file of the report ${name} opens`, async () => {
    const out = await Deno.makeTempDir({ prefix: "kept-" });
    try {
      await rebuild([join(kept, name)], out);
      const files = (await Array.fromAsync(Deno.readDir(out))).map(({ name }) => name);
      assert.equal(files.length, 11);
      for (const file of files) await openers[extname(file)]!(join(out, file));
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  });
}
