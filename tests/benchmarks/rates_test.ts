/** Arms with learning rates of their own, and arms crossed with rates, as their users meet them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { readResult } from "../../benchmarks/record/mod.ts";
import { mergeRuns } from "../../benchmarks/mod.ts";
import { judge } from "../../benchmarks/judge/claims/judge.ts";
import { encodeRgbPng } from "../../datasets/images/png.ts";
import { tiny } from "./ade20k_data.ts";
import { assertError, exists, suiteProcess } from "./suite_process.ts";

const { run, test } = suiteProcess("bench:ade20k");
const predict = suiteProcess("predict").run;

const small = `${tiny} --set timingRounds=0 --set panelImages=0`;

test("gives an arm values of its own, keeps them in the record, and judges its claims", async (folder) => {
  const out = join(folder, "run");
  const own = "--set ws.learningRate=0.4 --set ws.weightDecay=0.0001";
  const line = `${small} --arms baseline,ws --out ${out}`;
  const ended = await run(`${line} ${own}`);
  assert.equal(ended.code, 0, ended.stderr);
  const result = await readResult(out);
  assert.deepEqual(result.arms.map(({ name, settings }) => [name, settings]), [
    ["baseline", undefined],
    ["ws", { learningRate: 0.4, weightDecay: 0.0001 }],
  ]);
  assert.match(result.arms[1]!.description, /; learningRate=0\.4, weightDecay=0\.0001$/);
  const c2 = judge(result).find(({ id }) => id === "C2");
  assert.equal(c2?.verdict, "no verdict", "its arms ran, on generated data");
  const resumed = await run(`${line} ${own} --resume`);
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.equal((await readResult(out)).cells.length, 2);
  const other = await run(`${line} --set ws.learningRate=0.3 --resume`);
  assertError(other, 2, /differs in settings of the arm ws \(\{"learningRate":0\.4/);
});

test("crosses arms with rates: a grid, resumed, in shards that merge, and predicted with", async (folder) => {
  const line = `${small} --arms baseline,ws --set learningRates=0.05,0.2`;
  const shards = [join(folder, "1"), join(folder, "2")];
  for (const [i, out] of shards.entries()) {
    const ended = await run(`${line} --shard ${i + 1}/2 --out ${out}`);
    assert.equal(ended.code, 0, ended.stderr);
  }
  const out = join(folder, "merged");
  await mergeRuns(shards, out);
  const result = await readResult(out);
  const names = ["baseline@0.05", "baseline@0.2", "ws@0.05", "ws@0.2"];
  assert.deepEqual(result.arms.map(({ name }) => name), names);
  assert.deepEqual(
    result.cells.map(({ arm, status }) => [arm, status]),
    names.map((n) => [n, "done"]),
  );
  assert.deepEqual(result.contrasts?.map(({ name }) => name), [
    "ws@0.05 - baseline@0.05",
    "ws@0.2 - baseline@0.2",
  ]);
  assert.ok(await exists(join(out, "grid.svg")), "the metric against the rate");
  const grid = parse(await Deno.readTextFile(join(out, "grid.csv")), {
    columns: true,
  }) as Record<string, string>[];
  assert.deepEqual(
    grid.map((row) => [row.arm, row.learningRate, row.baseArm]),
    [
      ["baseline@0.05", "0.05", "baseline"],
      ["baseline@0.2", "0.2", "baseline"],
      ["ws@0.05", "0.05", "WS, last 15 ignored"],
      ["ws@0.2", "0.2", "WS, last 15 ignored"],
    ],
  );
  const c2 = judge(result).find(({ id }) => id === "C2");
  assert.match(c2!.reason, /^this run has no arm "(ws|baseline)"/);

  const [first] = shards;
  const whole = await run(`${line} --out ${first} --resume`);
  assert.equal(whole.code, 0, whole.stderr);
  const all = await readResult(first!);
  assert.deepEqual(
    all.cells.map(({ arm, metrics }) => [arm, metrics.mIoU]),
    result.cells.map(({ arm, metrics }) => [arm, metrics.mIoU]),
    "the same numbers, here or there",
  );

  const images = join(folder, "images");
  await Deno.mkdir(images);
  const gray = new Uint8Array(3 * 32 * 32).fill(128);
  await Deno.writeFile(join(images, "gray.png"), encodeRgbPng(gray, 32, 32));
  const asked = `--run ${first} --arm ws@0.2 --out ${join(folder, "p")} --backend wasm ${images}`;
  const predicted = await predict(asked);
  assert.equal(predicted.code, 0, predicted.stderr);
  assert.match(predicted.stderr, /^ws@0\.2, seed 0, last weights/m);
});
