/** Processes with a log each, and which shards a part has. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { runJob } from "../../../benchmarks/reference/jobs.ts";
import { makeShards, shardsOf } from "../../../benchmarks/reference/shards.ts";
import { test } from "./here.ts";

const running = new AbortController().signal;

test("keeps what a job says in its log, and tells how it ended", async (folder) => {
  const log = join(folder, "deep/shard-1.log");
  const job = (code: string, signal = running) =>
    runJob(["eval", "--quiet", code], { log, signal });
  assert.deepEqual(await job("console.log('a'); console.error('b')"), {
    ...{ code: 0, signal: null },
    said: (await Deno.readTextFile(log)).trim().split("\n").at(-1),
  });
  assert.deepEqual((await Deno.readTextFile(log)).trim().split("\n").sort(), ["a", "b"]);
  const failed = "console.error('error: why\\nand so on'); Deno.exit(3)";
  assert.deepEqual(await job(failed), { code: 3, signal: null, said: "why" });
  const broken =
    "console.error('  broke: ws, seed 1, step 5: why\\nbroken: once more'); Deno.exit(5)";
  assert.equal((await job(broken)).said, "broke: ws, seed 1, step 5: why");
  const killed = await job("console.log('last'); Deno.kill(Deno.pid, 'SIGKILL')");
  assert.deepEqual([killed.signal, killed.code], ["SIGKILL", 137]);
  assert.match(await Deno.readTextFile(log), /^a$[^]*^error: why\nand so on$/m, "one log for all");
});

test("asks a job to end, and starts none once it is asked", async (folder) => {
  const log = join(folder, "shard-1.log"), stop = new AbortController();
  const waits =
    "Deno.addSignalListener('SIGTERM', () => { console.log('saved'); Deno.exit(4); });" +
    "console.log('waits'); setInterval(() => {}, 1000)";
  const job = runJob(["eval", "--quiet", waits], { log, signal: stop.signal });
  while (!(await Deno.readTextFile(log).catch(() => "")).includes("waits")) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  stop.abort();
  assert.deepEqual(await job, { code: 4, signal: null, said: "saved" });
  await Deno.remove(log);
  const none = await runJob(["eval", "1"], { log, signal: stop.signal });
  assert.deepEqual([none.code, none.signal], [4, null]);
  await assert.rejects(Deno.stat(log), Deno.errors.NotFound);
});

test("cuts a part into as many shards as it began with", async (folder) => {
  const names = async (wanted: number) =>
    (await shardsOf(folder, wanted)).map(({ number, count }) => `${number}/${count}`);
  assert.deepEqual(await names(2), ["1/2", "2/2"]);
  await Deno.writeTextFile(join(folder, "shard-9.log"), "no shard");
  await makeShards(await shardsOf(folder, 3));
  for (const wanted of [1, 3, 8]) assert.deepEqual(await names(wanted), ["1/3", "2/3", "3/3"]);
  const [first] = await shardsOf(folder, 3);
  assert.equal(first!.folder, join(folder, "shard-1"));
  assert.equal(first!.log, join(folder, "shard-1.log"));
});
