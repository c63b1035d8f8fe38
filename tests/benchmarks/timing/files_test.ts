/** Records on disk: those that are kept, and broken ones. */
import * as assert from "node:assert/strict";
import { basename, join } from "node:path";
import {
  overheadFiles,
  readOverhead,
  rebuildOverhead,
  writeOverhead,
} from "../../../benchmarks/timing/files.ts";
import { blocksOf, recordOf, resultOf, sweptResult } from "./synthetic.ts";

const reports = new URL("../../../reports", import.meta.url).pathname;

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "overhead-files-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("rebuildOverhead() makes the reports of every record that is kept", async () => {
  await withFolder(async (folder) => {
    const kept = (await Array.fromAsync(Deno.readDir(reports)))
      .filter(({ name }) => name.startsWith("overhead-")).map(({ name }) => join(reports, name));
    assert.ok(kept.length >= 5);
    for (const report of kept) {
      const paths = await rebuildOverhead(report, folder);
      assert.deepEqual(paths.slice(0, 2).map((path) => basename(path)), [
        "overhead.csv",
        "overhead.md",
      ]);
      const csv = await Deno.readTextFile(join(folder, "overhead.csv"));
      assert.equal(csv, await Deno.readTextFile(join(report, "overhead.csv")), report);
      assert.match(await Deno.readTextFile(join(folder, "overhead.md")), /## Time and memory/);
    }
  });
});

Deno.test("writeOverhead() writes what readOverhead() reads, and removes a chart left over", async () => {
  await withFolder(async (folder) => {
    const swept = sweptResult();
    const written = await writeOverhead(folder, swept);
    assert.ok(written.some((path) => path.endsWith("overhead.svg")));
    assert.deepEqual(await readOverhead(folder), swept);
    const single = resultOf([recordOf("plain", blocksOf(2, 5))]);
    await writeOverhead(folder, single);
    const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
    assert.deepEqual(names, ["overhead.csv", "overhead.json", "overhead.md"]);
  });
});

Deno.test("overheadFiles() gives the same bytes for the same record", async () => {
  assert.deepEqual(await overheadFiles(sweptResult()), await overheadFiles(sweptResult()));
});

Deno.test("readOverhead() says what is wrong with a file", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "overhead.json");
    const wrong = (message: RegExp) =>
      assert.rejects(readOverhead(folder), { name: "UsageError", message });
    await wrong(/overhead\.json" as there is no such file/);
    const text = JSON.stringify(sweptResult());
    await Deno.writeTextFile(path, text.slice(0, text.length / 2));
    await wrong(/not JSON, perhaps truncated/);
    await Deno.writeTextFile(path, JSON.stringify({ ...sweptResult(), schemaVersion: 7 }));
    await wrong(/as schemaVersion is not what schemaVersion 1 wants/);
    const broken = sweptResult();
    broken.rows![1]!.subjects[0]!.blocks[0]!.durationsMs[0] = -1;
    await Deno.writeTextFile(path, JSON.stringify(broken));
    await wrong(/as rows\.1\.subjects\.0\.blocks\.0\.durationsMs\.0 is not/);
    await Deno.writeTextFile(path, "[]");
    await wrong(/overhead\.json" as /);
  });
});
