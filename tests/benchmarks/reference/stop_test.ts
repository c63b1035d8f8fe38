/** Parts that are stopped, and go on; shards that break, or are killed. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { lockFolder } from "../../../benchmarks/ground/lock.ts";
import type { ReferencePart } from "../../../benchmarks/reference/part.ts";
import { readCells, readResult, writeResult } from "../../../benchmarks/record/mod.ts";
import { exists } from "../suite_process.ts";
import { here, test } from "./here.ts";
import { tinyParts, writeSets } from "./tiny_parts.ts";

const [scenes] = tinyParts as [ReferencePart];

/** A part of two cells, long enough to be stopped in their middle. */
const long: ReferencePart = {
  ...scenes,
  name: "long",
  words: [...scenes.words.slice(0, -1), "0", "--set", "duration=120ba"],
};

const lineIn = async (folder: string) =>
  `${await writeSets(folder)} --out ${folder}/reports --work ${folder}/work --jobs 2`;

/** Waits until both cells of the long part have taken a step, as their logs tell. */
async function underWay(work: string): Promise<void> {
  const logs = ["shard-1/logs/baseline-seed0.jsonl", "shard-2/logs/ws-seed0.jsonl"];
  for (let tries = 0; tries < 30_000; tries++) {
    const texts = logs.map((log) => Deno.readTextFile(join(work, log)).catch(() => ""));
    if ((await Promise.all(texts)).every((text) => text.includes('"loss"'))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no cell of ${work} began`);
}

test("goes on inside of cells: after a stop, after --max-hours, with other --jobs", async (folder) => {
  const line = await lineIn(folder), parts = [long], work = join(folder, "work/long");
  const stop = new AbortController();
  const running = here(line, { parts, signal: stop.signal });
  await underWay(work);
  stop.abort();
  const stopped = await running;
  assert.equal(stopped.ending, "interrupted", stopped.errors);
  assert.match(stopped.errors, /^long: stopped; the same command goes on$/m);
  const shards = ["shard-1", "shard-2"].map((name) => join(work, name));
  const cells = (await Promise.all(shards.map(readCells))).flat();
  const caught = cells.filter(({ status }) => status === "interrupted");
  assert.ok(caught.length > 0 && cells.length === 2, "one may have been faster");
  const steps = new Map(caught.map((cell) => [cell.arm, cell.steps]));
  for (const step of steps.values()) assert.ok(step > 0 && step < 120, `${step}`);
  assert.ok(!await exists(join(folder, "reports/long")), "nothing is merged that is not done");

  const limited = await here(`${line} --max-hours 0.0001`, { parts });
  assert.equal(limited.ending, "interrupted", limited.errors);
  assert.match(limited.errors, /^--max-hours 0\.0001 is over: stopping/m);

  const last = await here(line.replace("--jobs 2", "--jobs 1"), { parts });
  assert.equal(last.ending, "done", last.errors);
  assert.match(last.out, /^long: begins, 2 shards/m);
  const whole = await readResult(join(folder, "reports/long"));
  assert.deepEqual(whole.cells.map(({ status }) => status), ["done", "done"]);
  for (const { arm, resumedAt } of whole.cells) assert.equal(resumedAt?.[0], steps.get(arm));
});

test("says that a shard was killed, lets the others end, and goes on", async (folder) => {
  const line = await lineIn(folder), parts = [long], work = join(folder, "work/long");
  const running = here(line, { parts });
  await underWay(work);
  const lock = await Deno.readTextFile(join(work, "shard-1/.lock"));
  Deno.kill(Number(/process (\d+)/.exec(lock)![1]), "SIGKILL");
  const { ending, errors } = await running;
  assert.equal(ending, "broken");
  assert.match(
    errors,
    /^error: Cannot finish long as its shard 1 was ended by SIGKILL, perhaps for lack of memory: .*; its lines are in .*shard-1\.log; what is done is kept: .* with fewer --jobs it takes less memory$/m,
  );
  const [other] = await readCells(join(work, "shard-2"));
  assert.equal(other?.status, "done");
  const again = await here(line, { parts });
  assert.equal(again.ending, "done", again.errors);
  assert.match(again.out, /^ {2}long: 1 cell \(1 more is done\)/m);
});

test("says what a shard said that cannot go on, and keeps the report that is there", async (folder) => {
  const line = await lineIn(folder), parts = [scenes];
  assert.equal((await here(line, { parts })).ending, "done");
  const path = join(folder, "work/scenes/shard-2/result.json");
  const record = await readResult(path);
  await writeResult(path, { ...record, config: { ...record.config, dropout: 0.5 } });
  const report = join(folder, "reports/scenes/report.html");
  const before = await Deno.readTextFile(report);
  const { ending, errors } = await here(`${line} scenes`, { parts });
  assert.equal(ending, "usage");
  assert.match(
    errors,
    /^error: Cannot finish scenes as its shard 2 ended with exit code 2: Cannot go on with the run .* differs in config\.dropout .*shard-2\.log; what is done is kept: the same command goes on once that is mended, or begins anew where .*work\/scenes is removed$/m,
  );
  assert.equal(await Deno.readTextFile(report), before);
});

test("lets no other run into a part at the same time", async (folder) => {
  const line = await lineIn(folder), work = join(folder, "work/scenes");
  await Deno.mkdir(work, { recursive: true });
  {
    using _lock = await lockFolder(work);
    const message = /^Cannot write into .*scenes as another run does .* with --work DIR$/;
    await assert.rejects(here(`${line} scenes`), { name: "UsageError", message });
    assert.match((await here(`${line} --dry-run scenes`)).out, /^budget: 1 part, 4 cells/);
  }
  assert.deepEqual([...Deno.readDirSync(work)], [], "nothing was begun");
});
