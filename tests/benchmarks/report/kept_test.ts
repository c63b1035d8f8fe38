/** The reports of runs that are kept: what their records give, and opened by what they are for. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rebuild } from "../../../benchmarks/report/rebuild.ts";
import { openRecord } from "../../../benchmarks/record/mod.ts";
import { chromium } from "../../../benchmarks/timing/micro/chromium.ts";
import { open, startChromium } from "./browser.ts";
import { assertCsv, assertPng, assertSvg, parseFigures } from "./opening.ts";

const kept = fileURLToPath(new URL("../../../reports", import.meta.url));

const openers: Record<string, (path: string) => Promise<void>> = {
  ".csv": async (path) => assertCsv(await Deno.readTextFile(path)),
  ".svg": async (path) => assertSvg(await Deno.readTextFile(path)),
  ".png": async (path) => assertPng(await Deno.readFile(path)),
  ".tex": async (path) => assert.match(await Deno.readTextFile(path), /\\begin\{tabular\}/),
  ".md": async (path) => assert.match(await Deno.readTextFile(path), /^# /),
  ".json": async (path) => {
    if (path.endsWith("result.json")) await openRecord(dirname(path));
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

/** Kept runs are files alone; a run of the user's own has folders: its cells, or suites in `latest`. */
function isKept(folder: string): boolean {
  const entries = [...Deno.readDirSync(folder)];
  return entries.length > 0 && entries.every(({ isFile }) => isFile);
}

/** Every kept run: the name of its folder. */
const names = Array.from(Deno.readDirSync(kept))
  .filter(({ isDirectory, name }) => isDirectory && isKept(join(kept, name)))
  .map(({ name }) => name).sort();

async function filesIn(folder: string): Promise<Map<string, Uint8Array>> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const sorted = entries.map(({ name }) => name).sort();
  return new Map(
    await Promise.all(
      sorted.map(async (name) => [name, await Deno.readFile(join(folder, name))] as const),
    ),
  );
}

Deno.test("the kept runs are found, and none of the user's own", () => {
  assert.ok(names.includes("ade20k-quick-wasm") && names.length >= 15, names.join());
});

for (const name of names) {
  Deno.test(`the report ${name} is what its record gives: deno task report reports/${name}`, async () => {
    const out = await Deno.makeTempDir({ prefix: "kept-" });
    try {
      await rebuild([join(kept, name)], out);
      const [rebuilt, stored] = [await filesIn(out), await filesIn(join(kept, name))];
      assert.deepEqual([...stored.keys()], [...rebuilt.keys()]);
      for (const [file, content] of rebuilt) {
        assert.ok(Buffer.compare(content, stored.get(file)!) === 0, `${file} differs`);
      }
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  });
}

for (const name of ["ade20k-camvid-64px-tensorflow", "detection", "overhead-resnet50-cpu"]) {
  Deno.test(`every file of the report ${name} opens`, async () => {
    for (const file of (await filesIn(join(kept, name))).keys()) {
      await openers[extname(file)]!(join(kept, name, file));
    }
  });
}
