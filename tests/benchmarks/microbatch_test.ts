/** `bench:microbatch` as its users meet it; what all suites share is tested on `bench:ade20k`. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readResult, type Result } from "../../benchmarks/record/mod.ts";
import { encodeRgbPng } from "../../datasets/images/png.ts";
import { assertError, exists, suiteProcess, untimed } from "./suite_process.ts";

const { run, test: suiteTest } = suiteProcess("bench:microbatch");

/** The smallest runs that go the whole way; workers are of the tests of other suites. */
const tiny = "--set batchSize=4 --set microbatchSizes=1,2,4 --set duration=2ba --set warmup=1ba " +
  "--set generatedValidation=8 --set evaluations=1 --seeds 0 --backend wasm --loader-threads 0";
const pictures = `${tiny} --set imageSize=16 --set resizeTo=18 --set generatedTraining=20`;
const scenes = `--task segmentation ${
  tiny.replace("warmup=1ba", "warmup=0ba")
} --set imageSize=32 --set generatedTraining=8 --set panelImages=0`;

const recordOf = (out: string) => readResult(join(out, "result.json"));

function firstLosses({ cells }: Result, norm: string): number[] {
  return [4, 2, 1].map((size) =>
    cells.find(({ arm }) => arm === `${norm}-${size}`)!.curve[0]!.loss
  );
}

suiteTest(
  "trains each normalization at each size, on the same weights and images",
  async (folder) => {
    const out = join(folder, "run");
    const { code, stderr } = await run(`${pictures} --out ${out}`);
    assert.equal(code, 0, stderr);
    const result = await recordOf(out);
    const { arms, cells, grid, config } = result;
    const names = ["bn", "gn", "gn-ws", "bcn-ws"].flatMap((norm) =>
      [4, 2, 1].map((size) => `${norm}-${size}`)
    );
    assert.deepEqual(
      arms.map(({ name, refused }) => [name, refused]),
      names.map((name) => [name, undefined]),
    );
    assert.deepEqual(
      cells.map(({ status, steps, batchSize, microbatchSize, standardizedCount }) => [
        ...[status, steps, batchSize, microbatchSize, standardizedCount > 0],
      ]),
      names.map((name) => ["done", 2, 4, Number(name.at(-1)), name.includes("ws")]),
    );
    assert.deepEqual(config.microbatchSizes, [1, 2, 4]);
    assert.deepEqual(arms.at(-1)!.settings, {
      normalization: "estimatedBatchChannel",
      microbatchSize: 1,
    });
    assert.deepEqual(grid?.axes.map(({ levels }) => levels), [
      ["BN", "GN", "GN + WS", "BCN + WS"],
      [4, 2, 1],
    ]);
    for (const norm of ["gn", "gn-ws"]) {
      const [whole, ...parts] = firstLosses(result, norm);
      for (const loss of parts) {
        assert.ok(
          Math.abs(loss - whole!) < 1e-5,
          `${norm}: ${loss}, ${whole}`,
        );
      }
    }
    const [whole, ...parts] = firstLosses(result, "bn");
    for (const loss of parts) assert.ok(Math.abs(loss - whole!) > 1e-3, `bn: ${loss}, ${whole}`);
    const report = await Deno.readTextFile(join(out, "report.md"));
    assert.match(report, /\*\*Generated data: this shows that the suite runs\./);

    await Deno.writeFile(join(folder, "a.png"), encodeRgbPng(new Uint8Array(3 * 16 * 16), 16, 16));
    const predicted = join(folder, "predicted");
    const line = `--run ${out} --arm bcn-ws-1 --out ${predicted} --backend wasm ${folder}/a.png`;
    const predict = await suiteProcess("predict").run(line);
    assert.equal(predict.code, 0, predict.stderr);
    assert.ok(
      await exists(join(predicted, "top5.csv")),
      "an arm of the ladder is made again",
    );
  },
);

suiteTest("leaves out batch norm of one pixel of one image, and says why", async (folder) => {
  const out = join(folder, "whole");
  const plan = await run(`${scenes} --out ${out} --dry-run`);
  assert.equal(plan.code, 0, plan.stderr);
  const reason =
    /left out: bn-1: Cannot train as .*microbatchSize=1\) has one image, .*image_pool.* 2 images or more$/m;
  assert.match(plan.stdout, reason);
  assert.match(plan.stdout, /^microbatch-segmentation: 11 cells \(bn-4, bn-2, gn-4, /m);
  const { code, stderr } = await run(`${scenes} --out ${out}`);
  assert.equal(code, 0, stderr);
  assert.match(stderr, reason, "before anything is trained");
  const { arms, cells, warnings } = await recordOf(out);
  const codes = warnings.map(({ code }) => code);
  assert.deepEqual(codes.toSorted(), ["loss-by-parts", "stale-statistics"], "once for all arms");
  // Two steps hardly move a norm's statistics; the fewer parts, the fewer updates they get.
  const stale =
    /moves too slowly: after 2 updates .* in the arm bn-4; more than 5 % in \d+ other arms/;
  assert.match(warnings.find(({ code }) => code === "stale-statistics")!.message, stale);
  assert.equal(stderr.split("moves too slowly").length - 1, 1, "by the plan, and no cell");
  assert.deepEqual(arms.filter(({ refused }) => refused).map(({ name }) => name), ["bn-1"]);
  assert.match(arms[2]!.refused!, /^Cannot train as the last part of a batch/);
  assert.deepEqual(
    cells.map(({ arm, status }) => [arm, status]),
    arms.filter(({ name }) => name !== "bn-1").map(({ name }) => [name, "done"]),
  );
  const report = await Deno.readTextFile(join(out, "report.md"));
  assert.match(report, /^\| BN, 1 image \| 0 of 1 \| refused \|$/m);
  assert.match(report, /^- \*\*BN, 1 image\*\*: refused\. Cannot train as .*one pixel/m);

  const predicted = await suiteProcess("predict").run(
    `--run ${out} --arm bn-1 --out ${folder}/predicted ${folder}`,
  );
  assertError(predicted, 2, /the arm bn-1 as it was left out of .*: Cannot train as the last part/);

  const parts = ["1/2", "2/2"].map((shard) => [shard, join(folder, shard.replace("/", "of"))]);
  for (const [shard, part] of parts) {
    const { code, stderr } = await run(`${scenes} --shard ${shard} --out ${part}`);
    assert.equal(code, 0, stderr);
  }
  const merged = join(folder, "merged");
  const folders = parts.map(([, part]) => part).join(" ");
  const { run: report2 } = suiteProcess("report");
  const merge = await report2(`${folders} --out ${merged}`);
  assert.equal(merge.code, 0, merge.stderr);
  assert.deepEqual(await untimed(merged), await untimed(out), "shards are the whole");
  assert.deepEqual((await recordOf(merged)).arms, arms, "and tell what was refused");
  const [, half] = parts[0]!;
  const resumed = await run(`${scenes} --resume --out ${half}`);
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.deepEqual(await untimed(half!), await untimed(out), "the rest goes on where it was");
  const again = await run(`${scenes} --set microbatchSizes=1,2 --resume --out ${half}`);
  assertError(again, 2, /differs in arms/);
});

suiteTest("ends with 2 when sizes do not fit, and names the setting", async (folder) => {
  const wrong = async (line: string, message: RegExp, program = run) =>
    assertError(await program(`${line} --out ${folder}/out`), 2, message);
  const seen = (sizes: string) => `microbatchSizes=${sizes}, batchSize=16\n$`;
  const sizes = (sizes: string, wanted: string) =>
    wrong(
      `--set microbatchSizes=${sizes}`,
      new RegExp(`each of microbatchSizes must ${wanted}: current value is ${seen(sizes)}`),
    );
  await sizes("1,32", "be <= batchSize");
  await sizes("1,3", "divide batchSize, as 3 leaves a rest of 1");
  await sizes("0,1", "be a whole number >= 1");
  await sizes("2,2", "stand there once");
  await wrong("--set microbatchSize=2", /Cannot set microbatchSize as each arm has its own/);
  await wrong("--set normalization=group", /Cannot set normalization as each arm has its own/);
  await wrong("--task segmentaton", /Unknown task "segmentaton".*did you mean "segmentation"/);
  await wrong("--arms bn-1,bn-16", /Unknown arm "bn-16"/);
  await wrong(
    "--task segmentation --arms bn-1",
    /"bn-1": Cannot train as .*=1\) has one image, .* or more; choose other arms by --arms\n$/,
  );
  const { run: ade20k } = suiteProcess("bench:ade20k");
  await wrong("--set microbatchSize=1", /batchSize=8, microbatchSize=1\) has one .*; set /, ade20k);
  await wrong(
    "--set microbatchSize=9",
    /microbatchSize must be <= batchSize, 8: .* 9; set /,
    ade20k,
  );
  assert.ok(!await exists(join(folder, "out")), "nothing was written");
});
