/** A sweep as its users meet it: row by row, interrupted, gone on with. */
import * as assert from "node:assert/strict";
import { join } from "node:path";
import { openRecord } from "../../../benchmarks/record/mod.ts";
import { linesOf } from "../../../benchmarks/ground/lines.ts";
import { suiteProcess } from "../suite_process.ts";

const overhead = suiteProcess("bench:overhead");
const read = async (folder: string) => (await openRecord(folder, "timings")).record;
const tiny = "--profile backends --backends wasm --arms plain,ws,infer-plain --rounds 2 " +
  "--set warmupSteps=1";
const sweep = `${tiny} --sweep batchSize=2,3 --sweep imageSize=16`;

overhead.test("sweeps row by row, and goes on after Ctrl-C", async (folder) => {
  const line = `${sweep} --out ${folder}`;
  const child = overhead.spawn(line);
  for await (const text of linesOf(child.stderr)) {
    if (text.startsWith("batchSize 3, imageSize 16: wasm captured: plain: ready")) {
      child.kill("SIGINT");
    }
  }
  await child.stdout.cancel();
  assert.equal((await child.status).code, 4);
  const half = await read(folder);
  assert.ok(!half.complete);
  assert.deepEqual(half.rows.map(({ complete }) => complete), [true, false]);
  const refused = await overhead.run(line);
  assert.deepEqual([refused.code, /--resume goes on/.test(refused.stderr)], [2, true]);
  const other = await overhead.run(`${line} --set steps=2 --resume`);
  assert.match(other.stderr, /differs in config\.steps \(\d+ and 2\); ask for the same/);
  assert.equal(other.code, 2);
  assert.deepEqual(await read(folder), half, "nothing is lost by a wrong command");

  const end = await overhead.run(`${line} --resume`);
  assert.equal(end.code, 0, end.stderr);
  assert.doesNotMatch(end.stderr, /batchSize 2,/);
  const { rows, complete, command } = await read(folder);
  assert.ok(complete);
  assert.deepEqual(rows[0], half.rows[0], "the first row is the one of before");
  assert.deepEqual(rows.map(({ values }) => values), [
    { batchSize: 2, imageSize: 16 },
    { batchSize: 3, imageSize: 16 },
  ]);
  assert.doesNotMatch(command, /--resume|\n/);
  for (const { subjects } of rows) {
    for (const { name, status, tensors, blocks } of subjects) {
      assert.deepEqual([status, blocks.length], ["done", 4], name);
      assert.ok(tensors!.before > 0 && tensors!.after === tensors!.before, `${name} leaks`);
    }
  }
  assert.match(await Deno.readTextFile(join(folder, "overhead.svg")), /^<svg /);
});

overhead.test("lists what a sweep would run", async (folder) => {
  const { code, stdout } = await overhead.run(`${sweep} --dry-run --out ${folder}/out`);
  assert.equal(code, 0);
  assert.match(stdout, /^plain +wasm captured: plain\n[^]*row: batchSize 3, imageSize 16\n$/);
  await assert.rejects(Deno.stat(join(folder, "out")), Deno.errors.NotFound);
});

overhead.test("ends with 2 and one line when a sweep is wrong", async (folder) => {
  const wrong = async (options: string, message: RegExp) => {
    const { code, stderr } = await overhead.run(`${tiny} ${options} --out ${folder}/out`);
    assert.match(stderr, message);
    assert.deepEqual([code, stderr.trim().split("\n").length], [2, 1]);
  };
  await wrong("--sweep batchSize", /--sweep wants key=number,number…/);
  await wrong("--sweep", /--sweep wants a value/);
  await wrong("--sweep bachSize=2", /did you mean "batchSize"/);
  await wrong("--sweep batchSize=0", /batchSize wants a whole number >= 1/);
  await wrong("--resume", /no --resume without --sweep/);
  await Deno.mkdir(join(folder, "out"));
  await Deno.writeTextFile(join(folder, "out", "overhead.json"), "{");
  await wrong("--sweep batchSize=2 --resume", /perhaps truncated/);
});
