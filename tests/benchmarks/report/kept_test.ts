/** The reports of runs that are kept: what their records give, and opened by what they are for. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rebuild } from "../../../benchmarks/report/rebuild.ts";
import { openRecord, weightsFolder } from "../../../benchmarks/record/mod.ts";
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

/**
 * Kept runs are files, and a folder of a few weights at most; a run of the user's own has other folders:
 * its cells, or suites in `latest`.
 */
function isKept(folder: string): boolean {
  const entries = [...Deno.readDirSync(folder)];
  return entries.some(({ isFile }) => isFile) &&
    entries.every(({ isFile, name }) => isFile || name === weightsFolder);
}

/** Every kept run: the name of its folder. */
const names = Array.from(Deno.readDirSync(kept))
  .filter(({ isDirectory, name }) => isDirectory && isKept(join(kept, name)))
  .map(({ name }) => name).sort();

/** All files of a folder and those below it, by their paths in it. */
async function filesIn(folder: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const entries = await Array.fromAsync(Deno.readDir(folder));
  for (const { name, isDirectory } of entries.toSorted((a, b) => a.name < b.name ? -1 : 1)) {
    const path = join(folder, name);
    if (!isDirectory) files.set(name, await Deno.readFile(path));
    else for (const [file, bytes] of await filesIn(path)) files.set(join(name, file), bytes);
  }
  return files;
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

Deno.test("a kept run may have weights, which count as its files", async () => {
  const folder = await Deno.makeTempDir({ prefix: "kept-" });
  try {
    await Deno.mkdir(join(folder, weightsFolder));
    assert.ok(!isKept(folder), "weights alone are no run");
    await Deno.writeTextFile(join(folder, "result.json"), "{}");
    await Deno.writeTextFile(join(folder, weightsFolder, "ws-seed0-last.safetensors"), "w");
    assert.ok(isKept(folder));
    const files = [...(await filesIn(folder)).keys()];
    assert.deepEqual(files, ["result.json", "weights/ws-seed0-last.safetensors"]);
    await Deno.mkdir(join(folder, "cells"));
    assert.ok(!isKept(folder), "a run of the user's own");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

for (const name of ["ade20k-camvid-64px-tensorflow", "detection", "overhead-resnet50-cpu"]) {
  Deno.test(`every file of the report ${name} opens`, async () => {
    for (const file of (await filesIn(join(kept, name))).keys()) {
      await openers[extname(file)]!(join(kept, name, file));
    }
  });
}
