/** Which weights are kept, and that a report is replaced whole or not at all. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { keptCells, mostKeptBytes } from "../../../benchmarks/reference/kept.ts";
import { putReport } from "../../../benchmarks/reference/put_report.ts";
import {
  type CellRecord,
  readResult,
  type Result,
  weightsPath,
  writeResult,
} from "../../../benchmarks/record/mod.ts";
import { writeReport } from "../../../benchmarks/report/mod.ts";
import { cell, result } from "../report/synthetic.ts";
import { exists } from "../suite_process.ts";
import { test } from "./here.ts";

/** A cell with weights of so many bytes. */
function weighed(arm: string, seed: number, bytes = 3, which = ["last"]): CellRecord {
  const kept = (name: string) => ({
    path: weightsPath({ arm, seed }, name as "last"),
    sha256: "0".repeat(64),
    bytes,
    step: 40,
  });
  return cell(arm, seed, { weights: Object.fromEntries(which.map((name) => [name, kept(name)])) });
}

const keysOf = (cells: readonly CellRecord[]) => cells.map(({ arm, seed }) => `${arm} ${seed}`);

Deno.test("keptCells() keeps the first cell of an arm that has weights, if small, and what is needed", () => {
  const cells = [
    cell("baseline", 0, { status: "failed" }),
    weighed("baseline", 1),
    weighed("baseline", 2),
    weighed("ws", 0, mostKeptBytes),
    weighed("ws", 1, mostKeptBytes),
    weighed("ws-all", 0, mostKeptBytes + 1),
    weighed("ws-all", 1, mostKeptBytes + 1),
  ];
  assert.deepEqual(keysOf(keptCells(cells)), ["baseline 1", "ws 0"]);
  const needed = [{ arm: "ws-all", seed: 1 }, { arm: "baseline", seed: 2 }];
  const kept = ["baseline 1", "baseline 2", "ws 0", "ws-all 1"];
  assert.deepEqual(keysOf(keptCells(cells, needed)), kept);
  assert.deepEqual(keptCells([cell("ws", 0)], [{ arm: "ws", seed: 0 }]), []);
});

/** Two shards of a run, with all their weights; where they lie. */
async function writeShards(folder: string): Promise<string[]> {
  const arms = ["baseline", "ws", "ws-all"];
  const all = [0, 1].flatMap((seed) => arms.map((arm) => weighed(arm, seed, 3, ["last", "best"])));
  const folders = ["shard-1", "shard-2"].map((name) => join(folder, "work", name));
  for (const [index, shard] of folders.entries()) {
    const cells = all.filter((_, i) => i % 2 === index);
    await writeResult(join(shard, "result.json"), result({ seeds: [0, 1], cells }));
    await Deno.mkdir(join(shard, "weights"));
    for (const { arm, seed } of cells) {
      for (const which of ["last", "best"] as const) {
        await Deno.writeTextFile(join(shard, weightsPath({ arm, seed }, which)), `${arm}${seed}`);
      }
    }
  }
  return folders;
}

const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

/** A report of one seed, as of an earlier run. */
async function writeEarlier(out: string): Promise<Result> {
  const earlier = result({ seeds: [7] });
  await writeResult(join(out, "result.json"), earlier);
  await writeReport(out, earlier);
  await Deno.mkdir(join(out, "weights"));
  await Deno.writeTextFile(join(out, "weights/ws-seed7-last.safetensors"), "earlier");
  await Deno.writeTextFile(join(out, "notes.txt"), "mine");
  return earlier;
}

test("merges shards beside the report that is there, and replaces it whole", async (folder) => {
  const shards = await writeShards(folder), out = join(folder, "reports/part");
  await writeEarlier(out);
  assert.deepEqual(await putReport(shards, out, [{ arm: "ws", seed: 1 }]), []);
  const { cells } = await readResult(out);
  assert.equal(cells.length, 6);
  assert.ok(cells.every(({ weights }) => weights?.last !== undefined), "all are recorded");
  assert.deepEqual(
    namesIn(join(out, "weights")),
    ["baseline-seed0", "ws-all-seed0", "ws-seed0", "ws-seed1"]
      .flatMap((name) => ["best", "last"].map((which) => `${name}-${which}.safetensors`)),
  );
  assert.equal(await Deno.readTextFile(join(out, "notes.txt")), "mine");
  assert.deepEqual(namesIn(join(folder, "reports")), ["part"]);
  assert.equal(namesIn(join(shards[0]!, "weights")).length, 6, "shards keep all");
});

test("leaves the report that is there as it is where shards cannot be merged", async (folder) => {
  const [one, two] = await writeShards(folder) as [string, string];
  const out = join(folder, "reports/part");
  const earlier = await writeEarlier(out), before = namesIn(out);
  const record = await readResult(two);
  await writeResult(join(two, "result.json"), { ...record, config: { imageSize: 1 } });
  await assert.rejects(
    putReport([one, two], out),
    /^UsageError: Cannot merge the runs as they differ/,
  );
  assert.deepEqual(await readResult(out), earlier);
  assert.deepEqual(namesIn(out), before);
});

test("ends a replacement that was cut off, at either side of it", async (folder) => {
  const shards = await writeShards(folder), out = join(folder, "reports/part");
  const earlier = await writeEarlier(out);
  const old = join(folder, "reports/.part.old");
  await Deno.rename(out, old); // the new one was not put there
  await assert.rejects(putReport([join(folder, "none")], out), /^UsageError: Cannot read/);
  assert.deepEqual(await readResult(out), earlier, "the old one is back");
  await Deno.mkdir(join(folder, "reports/.part.new/weights"), { recursive: true });
  await putReport(shards, out);
  await writeEarlier(old); // the new one was put there, and the old one stayed
  assert.deepEqual(await putReport(shards, out), []);
  assert.ok(!await exists(old) && await exists(join(out, "report.html")));
  assert.deepEqual(namesIn(join(folder, "reports")), ["part"]);
});
