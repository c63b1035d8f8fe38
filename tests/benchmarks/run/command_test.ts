/** What the options of the run core do, from the command line to the files. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readLog } from "./logging/read_log.ts";
import { readResult } from "../../../benchmarks/record/mod.ts";
import { readEvents } from "./logging/read_events.ts";
import { assertError, suiteProcess } from "../suite_process.ts";

const { run, test } = suiteProcess("bench:ade20k", "tests/benchmarks/run/synthetic_suite.ts");
const line = "--backend cpu --arms baseline,ws";

test("writes a log of its schema, with all that the course depends on", async (out) => {
  assert.equal((await run(`${line} --out ${out} --set microbatchSize=3`)).code, 0);
  const result = await readResult(join(out, "result.json"));
  const [cell] = result.cells;
  assert.equal(cell!.microbatchSize, 3);
  assert.ok(cell!.bytesBefore! > 0 && cell!.bytesBefore! <= cell!.peakBytes);
  const [header, ...events] = await readLog(join(out, "logs/ws-seed0.jsonl"));
  const { suite, config, seeds, environment, command } = result;
  assert.partialDeepStrictEqual(header, {
    event: "init",
    arm: "ws",
    seed: 0,
    suite,
    config,
    seeds,
    environment,
    command,
    totalSteps: 12,
    stepsPerEpoch: 5,
    batchSize: 4,
    microbatchSize: 3,
    hyperparameters: { "WeightStandardization/num_weights_standardized": 1 },
  });
  const losses = events.flatMap((event) => event.event === "stepEnd" ? [event.loss] : []);
  assert.deepEqual(losses, result.cells[1]!.curve.map(({ loss }) => loss));
  const metrics = events.flatMap((event) => event.event === "evalEnd" ? [event.metrics] : []);
  assert.deepEqual(metrics, result.cells[1]!.evaluations.map(({ metrics }) => metrics));
  assert.partialDeepStrictEqual(events.at(-1), { event: "cellEnd", status: "done", step: 12 });
});

test("writes event files with --tensorboard", async (folder) => {
  const [out, board] = [join(folder, "out"), join(folder, "board")];
  assert.equal((await run(`${line} --out ${out} --tensorboard ${board}`)).code, 0);
  const { cells } = await readResult(join(out, "result.json"));
  const folders = [...Deno.readDirSync(board)].map(({ name }) => name).sort();
  assert.deepEqual(folders, ["baseline-seed0", "ws-seed0"]);
  const [file] = [...Deno.readDirSync(join(board, "ws-seed0"))];
  const events = readEvents(await Deno.readFile(join(board, "ws-seed0", file!.name)));
  const scalars = (tag: string) =>
    events.flatMap(({ step, values }) => {
      const value = values?.[tag];
      return value === undefined ? [] : [[step, value]];
    });
  const { curve, evaluations } = cells[1]!;
  assert.deepEqual(scalars("train/loss"), curve.map(({ step, loss }) => [step, Math.fround(loss)]));
  assert.deepEqual(
    scalars("eval/accuracy"),
    evaluations.map(({ step, metrics }) => [step, Math.fround(metrics.accuracy!)]),
  );
  await Deno.writeTextFile(join(folder, "file"), "");
  const wrong = await run(`${line} --out ${out} --force --tensorboard ${folder}/file/x`);
  assertError(wrong, 2, /Cannot write into .*file\/x: .*--tensorboard DIR/);
  assert.equal((await readResult(join(out, "result.json"))).cells.length, 2, "nothing is lost");
});

test("counts and names the images that --skip-bad passed over", async (out) => {
  const skipping = `${line} --arms baseline --seeds 0,1 --skip-bad 12 --loader-threads 2`;
  assert.equal((await run(`${skipping} --out ${out}`)).code, 0);
  const { cells } = await readResult(join(out, "result.json"));
  assert.deepEqual(cells.map(({ skippedCount }) => skippedCount), [12, 12], "each counts its own");
  const [warning] = cells[0]!.warnings;
  assert.equal(warning!.code, "skipped-images");
  assert.match(warning!.message, /^12 images .*0-0\.jpg \(cut off\); .*; and 2 more$/);
});

test("names the module of an algorithm that throws", async (folder) => {
  const path = join(folder, "arms.ts");
  const wrong = async (event: string) => {
    await Deno.writeTextFile(
      path,
      `export default [{ name: "a", algorithms: [{
         name: "mine",
         match: (event) => event === "${event}",
         apply: () => { throw new Error("one\\ntwo"); },
       }] }];`,
    );
    const message = `the algorithm mine of \\S+/arms\\.ts throws at "${event}": one two\n`;
    const ended = await run(`--backend cpu --arms ${path} --out ${folder}/out`);
    assertError(ended, 2, new RegExp(message));
  };
  await wrong("init");
  await wrong("fitStart");
});

test("gives an arm its settings in plan, log and timing, and resumes them alone", async (folder) => {
  const [path, out] = [join(folder, "arms.ts"), join(folder, "out")];
  const write = (rate: number, label: string) =>
    Deno.writeTextFile(
      path,
      `export default [{ name: "a" }, { name: "b", settings: { learningRate: ${rate}, batchSize: 2 } }];
       export const contrasts = [{ name: "c", label: "${label}", weights: { b: 1, a: -1 } }];`,
    );
  await write(0.2, "first");
  const own = `--backend cpu --arms ${path} --out ${out} --set timingRounds=1`;
  const plan = await run(`${own} --dry-run`);
  assert.match(plan.stdout, /^ {2}b sets learningRate=0\.2, batchSize=2: 12 steps of 2 images$/m);
  assert.equal((await run(own)).code, 0);
  const { arms, overhead } = await readResult(join(out, "result.json"));
  assert.deepEqual(arms[1]!.settings, { learningRate: 0.2, batchSize: 2 });
  assert.equal(overhead?.[0]?.pairs.length, 1);
  const [header] = await readLog(join(out, "logs/b-seed0.jsonl"));
  assert.partialDeepStrictEqual(header, { batchSize: 2, config: { learningRate: 0.2 } });
  await write(0.2, "second");
  const goingOn = await run(`${own} --resume --seeds 0,1`);
  assert.equal(goingOn.code, 0);
  assert.match(
    goingOn.stderr,
    /^warning: The program \S+\/arms\.ts has changed since this run began/m,
  );
  const resumed = await readResult(join(out, "result.json"));
  assert.deepEqual(resumed.contrasts!.map(({ label }) => label), ["second"]);
  assert.equal(resumed.cells.length, 4);
  assert.equal(resumed.warnings.filter(({ code }) => code === "program-changed").length, 1);
  await write(0.3, "second");
  assertError(
    await run(`${own} --resume`),
    2,
    /differs in settings of the arm b \(.*0\.2.* and .*0\.3.*\)/,
  );
});

test("prints what a run will take with --dry-run, and writes nothing", async (folder) => {
  const out = join(folder, "out");
  const plan = await run(`${line} --out ${out} --set timingRounds=5 --dry-run`);
  assert.equal(plan.code, 0, plan.stderr);
  assert.match(plan.stdout, /a cell: 12 steps of 4 images, 359 parameters, 3 evaluations/);
  assert.match(plan.stdout, /memory: about \d.*MB.* for each of 4 images at once.*when tried here/);
  assert.match(
    plan.stdout,
    /time: about \d.* a step, .* an evaluation, .* for the timing \(baseline/,
  );
  assert.deepEqual([...Deno.readDirSync(folder)], []);
});
