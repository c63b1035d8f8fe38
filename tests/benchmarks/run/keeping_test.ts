/** The weights that a run keeps: which, when they are written, and what becomes of them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { sha256 } from "../../../benchmarks/ground/sha256.ts";
import { cellPath, readCell, readResult } from "../../../benchmarks/record/mod.ts";
import { textsOf } from "../../../benchmarks/tasks/model_weights.ts";
import { assertError, ended, exists, suiteProcess, written } from "../suite_process.ts";

const { spawn, run, test } = suiteProcess(
  "bench:ade20k",
  "tests/benchmarks/run/synthetic_suite.ts",
);
const slow = "--set waitMs=60";
const line = (out: string) => `--backend cpu --arms ws --keep both ${slow} --out ${out}`;
const cell = { arm: "ws", seed: 0 };
const path = (out: string, which: string) => join(out, `weights/ws-seed0-${which}.safetensors`);

/** The files' bytes, last and best, once the record is held against them. */
async function kept(out: string): Promise<Uint8Array[]> {
  const { weights, evaluations, steps } = await readCell(cellPath(out, cell));
  const values = evaluations.map(({ metrics }) => metrics.accuracy!);
  const best = evaluations[values.indexOf(Math.max(...values))]!.step;
  const files: Uint8Array[] = [];
  for (const [which, step] of [["last", steps], ["best", best]] as const) {
    const bytes = await Deno.readFile(path(out, which));
    const told = { path: `weights/ws-seed0-${which}.safetensors`, bytes: bytes.length, step };
    assert.deepEqual(weights?.[which], { ...told, sha256: await sha256(bytes) });
    files.push(bytes);
  }
  const texts = textsOf(files[1]!);
  const facts = { suite: "synthetic", arm: "ws", seed: "0", step: `${best}`, metric: "accuracy" };
  assert.partialDeepStrictEqual(texts, { ...facts, value: `${Math.max(...values)}` });
  assert.equal(JSON.parse(texts.config!).units, 4);
  return files;
}

test("keeps the last and the best weights, the same ones after a kill", async (folder) => {
  const [whole, killed] = [join(folder, "whole"), join(folder, "killed")];
  const { code, stderr } = await run(line(whole));
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^writes into .*, weights\/ \(0\.0 MB in 2 files\)/m);
  const process = spawn(line(killed));
  const checkpoint = join(killed, "checkpoints/ws-seed0/step-00000006.json");
  await written(checkpoint, process);
  process.kill("SIGKILL");
  await ended(process);
  assert.ok(await exists(path(killed, "best")) && !await exists(path(killed, "last")));
  assert.equal((await run(`${line(killed)} --resume`)).code, 0);
  assert.deepEqual(await kept(killed), await kept(whole));
});

test("tells no best weights where another course's lie there", async (folder) => {
  const process = spawn(line(folder));
  await written(join(folder, "checkpoints/ws-seed0/step-00000006.json"), process);
  process.kill("SIGINT");
  await ended(process);
  await Deno.writeTextFile(path(folder, "best"), "of something else");
  assert.equal((await run(`${line(folder)} --resume`)).code, 0);
  const { weights, evaluations, warnings } = await readCell(cellPath(folder, cell));
  const [early, ...late] = evaluations.map(({ metrics }) => metrics.accuracy!);
  const isEarly = late.every((value) => value <= early!);
  assert.equal(weights?.best === undefined, isEarly);
  assert.equal(await exists(path(folder, "best")), !isEarly);
  assert.deepEqual(warnings.map(({ code }) => code), isEarly ? ["best-weights-lost"] : []);
});

test("clears what --force replaces, keeps nothing with none, and says sizes before", async (folder) => {
  const short = line(folder).replace(slow, "");
  assert.equal((await run(short)).code, 0);
  const dry = await run(`${short} --force --dry-run`);
  assert.match(
    dry.stdout,
    /^weights: last and best of each cell are kept, about 0\.0 MB in 2 files/m,
  );
  assert.ok(await exists(path(folder, "last")));
  const none = await run(`${short.replace("both", "none")} --force`);
  assert.equal(none.code, 0, none.stderr);
  assert.ok(!await exists(join(folder, "weights")));
  assert.equal((await readCell(cellPath(folder, cell))).weights, undefined);
  assertError(await run(short.replace("both", "bets")), 2, /Unknown --keep "bets".*mean "best"\?/);
});

test("keeps the last weights by default, and takes them along where runs are merged", async (folder) => {
  const shard = (i: number) => `--backend cpu --shard ${i}/2 --out ${folder}/${i}`;
  for (const i of [1, 2]) assert.equal((await run(shard(i))).code, 0);
  const whole = join(folder, "whole");
  const { run: report } = suiteProcess("report");
  const merged = await report(`${folder}/1 ${folder}/2 --out ${whole}`);
  assert.equal(merged.code, 0, merged.stderr);
  const { cells } = await readResult(join(whole, "result.json"));
  assert.deepEqual(cells.map(({ weights }) => Object.keys(weights!)), [["last"], ["last"]]);
  for (const { weights } of cells) {
    const bytes = await Deno.readFile(join(whole, weights!.last!.path));
    assert.equal(await sha256(bytes), weights!.last!.sha256);
  }
  assert.equal((await report(`${folder}/1 ${folder}/2 --out ${whole}`)).code, 0);
  assert.equal([...Deno.readDirSync(join(whole, "weights"))].length, 2, "and no temporary file");
  await Deno.remove(join(folder, "2/weights"), { recursive: true });
  const again = await report(`${folder}/1 ${folder}/2 --out ${folder}/again`);
  assert.equal(again.code, 0);
  assert.match(
    again.stderr,
    /^warning: kept weights are not in .*2\/weights\/ws-seed0-last\.safetensors: there is no such file$/m,
  );
  await Deno.remove(join(folder, "1/weights"), { recursive: true });
  assert.equal((await report(`${folder}/1 ${folder}/2 --out ${folder}/none`)).code, 0);
  assert.ok(![...Deno.readDirSync(join(folder, "none"))].some(({ name }) => name === "weights"));
});
