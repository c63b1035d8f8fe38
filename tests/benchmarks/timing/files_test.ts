/** Reports of timings: those that are kept, and files that are left over. */
import * as assert from "node:assert/strict";
import { basename, join } from "node:path";
import { openRecord } from "../../../benchmarks/record/mod.ts";
import { reportFiles, writeReport } from "../../../benchmarks/report/mod.ts";
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

Deno.test("writeReport() makes the reports of every record that is kept", async () => {
  await withFolder(async (folder) => {
    const kept = (await Array.fromAsync(Deno.readDir(reports)))
      .filter(({ name }) => name.startsWith("overhead-")).map(({ name }) => join(reports, name));
    assert.ok(kept.length >= 5);
    for (const report of kept) {
      const { record } = await openRecord(report, "timings");
      const paths = await writeReport(folder, record);
      const names = ["report.md", "report.html", "report.tex", "overhead.csv"];
      assert.deepEqual(paths.map((path) => basename(path)), names);
      const csv = await Deno.readTextFile(join(folder, "overhead.csv"));
      assert.equal(csv, await Deno.readTextFile(join(report, "overhead.csv")), report);
      assert.match(await Deno.readTextFile(join(folder, "report.md")), /## Time and memory/);
    }
  });
});

Deno.test("writeReport() removes a chart left over", async () => {
  await withFolder(async (folder) => {
    const names = async () =>
      (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
    await writeReport(folder, sweptResult());
    assert.ok((await names()).includes("overhead.svg"));
    await writeReport(folder, resultOf([recordOf("plain", blocksOf(2, 5))]));
    assert.deepEqual(await names(), ["overhead.csv", "report.html", "report.md", "report.tex"]);
  });
});

Deno.test("reportFiles() gives the same bytes for the same record", async () => {
  assert.deepEqual(await reportFiles(sweptResult()), await reportFiles(sweptResult()));
});
