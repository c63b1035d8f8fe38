/** `bench:smoothness` as its users meet it: what is measured, kept, resumed and merged. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { cellPath, readCell, readResult, type Result } from "../../benchmarks/record/mod.ts";
import { assertError, ended, exists, suiteProcess, untimed, written } from "./suite_process.ts";

const { run, spawn, test } = suiteProcess("bench:smoothness");
const imagenet = suiteProcess("bench:imagenet");
const report = suiteProcess("report");

/**
 * The smallest run that goes the whole way; the second suite takes it too. Workers, which the tests of
 * `bench:imagenet` have, take as long to start as all of it.
 */
const shared = "--set duration=4ba --set warmup=1ba --set imageSize=16 --set resizeTo=18 " +
  "--set batchSize=8 --set generatedTraining=20 --set generatedValidation=8 " +
  "--set timingRounds=0 --set evaluations=1 --set checkpointInterval=1ba --seeds 0 --backend wasm " +
  "--loader-threads 0";
const tiny = `${shared} --set smoothnessPoints=3 --set smoothnessSteps=0.5,2 ` +
  "--set smoothnessRelativeSteps=0.02";

const arms = ["bn", "bn-ws", "gn", "gn-ws"];

/** What was measured, by arm. */
const measured = ({ cells }: Result) =>
  Object.fromEntries(cells.map(({ arm, smoothness }) => [arm, smoothness]));

let made: Promise<string> | undefined;

/** The folder of a whole run, made once: it stays as it is. */
function wholeRun(): Promise<string> {
  return made ??= (async () => {
    const folder = await Deno.makeTempDir({ prefix: "smoothness-whole-" });
    globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
    const { code, stderr, stdout } = await run(`${tiny} --out ${folder}`);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /report\.md/);
    return folder;
  })();
}

test("measures each arm at places of its training, and changes nothing of it", async (folder) => {
  const [one, other] = [await wholeRun(), join(folder, "other")];
  const result = await readResult(join(one, "result.json"));
  assert.deepEqual(result.cells.map(({ arm }) => arm), arms);
  for (const { status, smoothness } of result.cells) {
    assert.equal(status, "done");
    assert.deepEqual(smoothness!.map(({ step, epoch }) => [step, epoch]), [[0, 0], [2, 1], [4, 2]]);
    for (const { gradient, relative, ...place } of smoothness!) {
      const rate = 0.016; // the profile's, for batches of 16
      assert.deepEqual(gradient.points.map(({ size }) => size), [0.5 * rate, 2 * rate]);
      assert.deepEqual(relative.points.map(({ size }) => size), [0.02]);
      const numbers = [place.loss, place.weightNorm, gradient.gradientNorm, relative.gradientNorm];
      assert.ok(numbers.every((number) => number > 0), `${numbers}`);
      for (const { size, distance } of gradient.points) {
        assert.ok(Math.abs(distance / (size * gradient.gradientNorm) - 1) < 1e-5);
      }
    }
  }
  assert.notDeepEqual(measured(result).bn, measured(result)["bn-ws"]);
  const plain = await imagenet.run(`${shared} --arms norms --out ${other}`);
  assert.equal(plain.code, 0, plain.stderr);
  const trained = (run: Result) =>
    run.cells.map((
      { arm, curve, metrics, initialWeights },
    ) => [arm, curve, metrics, initialWeights]);
  const unmeasured = await readResult(join(other, "result.json"));
  assert.deepEqual(trained(result), trained(unmeasured), "the same losses to the last digit");
  assert.ok(unmeasured.cells.every(({ smoothness }) => smoothness === undefined));
  assert.ok(!await exists(join(other, "smoothness.csv")));
});

test("reports it in every form, without a verdict, and rebuilds the report", async (folder) => {
  const read = async (file: string) => await Deno.readTextFile(join(await wholeRun(), file));
  const text = await read("report.md");
  for (
    const part of [
      "**Generated data: this shows that the suite runs. It says nothing about Weight Standardization.**",
      "## Smoothness",
      "### Along the gradient",
      "### Layerwise",
      "### Arms compared",
      "| BN + WS − BN | along the gradient | β-smoothness | 1 |",
      "| GN + WS − GN | layerwise | Lipschitz constant | 1 |",
      'src="smoothness.svg"',
      'src="smoothness-layerwise.svg"',
    ]
  ) assert.ok(text.includes(part), part);
  assert.doesNotMatch(text, /\*\*(not )?reproduced\*\*/);
  assert.match(await read("report.html"), /β-smoothness/);
  assert.match(await read("report.tex"), /\$\\beta\$-smoothness/);
  const rows: Record<string, string>[] = parse(await read("smoothness.csv"), { columns: true });
  assert.equal(rows.length, arms.length * 3 * (3 + 2), "starts, and points of both lines");
  assert.deepEqual(new Set(rows.map(({ walk }) => walk)), new Set(["gradient", "relative"]));
  assert.ok((await read("result.csv")).includes("bn-ws,0,smoothness/relative/beta,"));
  await Deno.copyFile(join(await wholeRun(), "result.json"), join(folder, "result.json"));
  assert.equal((await report.run(folder)).code, 0);
  assert.deepEqual(await untimed(folder), await untimed(await wholeRun()));
  const again = await Deno.readTextFile(join(folder, "report.md"));
  assert.equal(again, text, "a pure function of result.json");
});

test("goes on inside of a cell, and merges shards, to the same numbers", async (folder) => {
  const [whole, killed] = [await wholeRun(), join(folder, "killed")];
  const expected = measured(await readResult(join(whole, "result.json")));
  const line = `${tiny} --arms gn-ws --out ${killed}`;
  const process = spawn(line);
  await written(join(killed, "checkpoints", "gn-ws-seed0", "step-00000002.json"), process);
  process.kill("SIGKILL");
  await ended(process);
  const resumed = await run(`${line} --resume`);
  assert.equal(resumed.code, 0, resumed.stderr);
  const { smoothness, resumedAt } = await readCell(cellPath(killed, { arm: "gn-ws", seed: 0 }));
  assert.ok([2, 3, 4].includes(resumedAt![0]!), `${resumedAt}`);
  assert.deepEqual(smoothness, expected["gn-ws"]);
  const shards = [1, 2].map((i) => join(folder, `shard${i}`));
  for (const [i, shard] of shards.entries()) {
    assert.equal((await run(`${tiny} --shard ${i + 1}/2 --out ${shard}`)).code, 0);
  }
  const merged = join(folder, "merged");
  assert.equal((await report.run(`${shards.join(" ")} --out ${merged}`)).code, 0);
  assert.deepEqual(measured(await readResult(join(merged, "result.json"))), expected);
  const csv = (out: string) => Deno.readTextFile(join(out, "smoothness.csv"));
  assert.equal(await csv(merged), await csv(whole));
});

test("tells what is wrong with the command line or the data, and what it will take", async (folder) => {
  const wrong = async (line: string, code: number, message: RegExp) =>
    assertError(await run(`${tiny} --out ${folder}/out ${line}`), code, message);
  await wrong("--set smoothnessPoints=1", 2, /smoothnessPoints wants a whole number >= 2: it is 1/);
  await wrong("--set smoothnessSteps=1,0", 2, /smoothnessSteps wants .* > 0, each once.*\[1,0\]/);
  await wrong("--set smoothnessRelativeSteps=1,1", 2, /smoothnessRelativeSteps wants .*each once/);
  await wrong("--set learningRate=0", 2, /learningRate must be > 0, since smoothnessSteps are/);
  await wrong("--set smoothnesSteps=1", 2, /did you mean "smoothnessSteps"/);
  assert.ok(!await exists(join(folder, "out")));
  const { code, stdout, stderr } = await run(`${tiny} --out ${folder}/out --dry-run`);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^smoothness: at 3 places of each cell, 4 gradients each$/m);
});
