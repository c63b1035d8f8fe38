/** Cells that end without a result, as their user meets them: console, exit code, files. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readResult, writeResult } from "../../../benchmarks/record/mod.ts";
import { parseFigures } from "../report/opening.ts";
import { assertError, exists, suiteProcess, untimed } from "../suite_process.ts";

const { run, test } = suiteProcess("bench:ade20k", "tests/benchmarks/run/synthetic_suite.ts");
const line = "--backend cpu --arms baseline,ws --seeds 0,1";

async function failedCells(out: string): Promise<number[]> {
  const text = await Deno.readTextFile(join(out, "customSmallerIsBetter.json"));
  return parseFigures(text).filter(({ name }) => name.endsWith("failed cells"))
    .map(({ value }) => value);
}

test("names a cell that broke, runs the others, ends with 5, and tries it again", async (folder) => {
  const [out, whole, file] = ["out", "whole", "break"].map((name) => join(folder, name));
  await Deno.writeTextFile(file!, "");
  const broken = await run(`${line} --out ${out} --set breakFile=${file}`);
  assert.equal(broken.code, 5, broken.stderr);
  const named = (arm: string) => `broke: ${arm}, seed 1, step 7: TypeError: the batch is gone`;
  const [at, ...rest] = broken.stderr.split(named("baseline"));
  assert.equal(rest.length, 2, `named when it broke, and at the end: ${broken.stderr}`);
  assert.match(rest[0]!, /^\n.*TypeError: the batch\nis gone\n\s+at /, "with its stack");
  assert.match(rest[0]!, /ws, seed 1/, "the others are run");
  assert.ok(!at!.includes("broke"));
  assert.ok(
    broken.stderr.includes(`4 cells, 2 broke\n  ${named("baseline")}\n  ${named("ws")}\nbroken: `),
    broken.stderr,
  );
  const { cells } = await readResult(join(out!, "result.json"));
  assert.deepEqual(
    cells.map(({ arm, seed, status, steps, curve }) => [arm, seed, status, steps, curve.length]),
    [
      ["baseline", 0, "done", 12, 12],
      ["baseline", 1, "broken", 7, 7],
      ["ws", 0, "done", 12, 12],
      ["ws", 1, "broken", 7, 7],
    ],
  );
  assert.deepEqual(await failedCells(out!), [1, 1]);
  const report = await Deno.readTextFile(join(out!, "report.md"));
  assert.match(
    report,
    /- \*\*WS, seed 1\*\*: broken after 7 steps: TypeError: .*--resume tries again/,
  );
  assert.match(report, /at the cross the loss stopped being finite, or an error ended it[.;]/);

  await Deno.remove(file!);
  const mended = await run(`${line} --out ${out} --set breakFile=${file} --resume`);
  assert.equal(mended.code, 0, mended.stderr);
  assert.match(mended.stderr, /goes on after step 6\/12/);
  assert.doesNotMatch(mended.stderr, /broke/);
  assert.equal((await run(`${line} --out ${whole} --set breakFile=${file}`)).code, 0);
  assert.deepEqual(await untimed(out!), await untimed(whole!));
  assert.deepEqual(await failedCells(out!), [0, 0]);
});

test("names a cell that diverged, which is a result unless --strict", async (folder) => {
  const out = join(folder, "out");
  const diverging = `${line} --out ${out} --set learningRate=1e30`;
  const { code, stderr } = await run(diverging);
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /^failed: baseline, seed 0, step \d+: Cannot .* loss must be finite: it is NaN/m,
  );
  assert.match(stderr, /\n4 cells, 4 failed\n {2}failed: baseline, seed 0, step \d+: /);
  assert.doesNotMatch(stderr, /\n\s+at /, "a stack trace");
  assert.deepEqual(await failedCells(out), [2, 2]);
  const bigger = await Deno.readTextFile(join(out, "customBiggerIsBetter.json"));
  assert.deepEqual(parseFigures(bigger).map(({ name, value }) => [name, value]), [
    ["synthetic/quick/baseline: accuracy", 0],
    ["synthetic/quick/ws: accuracy", 0],
  ]);
  const cells = async () => (await readResult(join(out, "result.json"))).cells;
  const trained = await cells();
  const resumed = await run(`${diverging} --resume --strict`);
  assert.equal(resumed.code, 1);
  assert.doesNotMatch(resumed.stderr, /seed \d+ \(\d+ of \d+\)/, "what diverged would again");
  assert.deepEqual(await cells(), trained);
});

test("goes on with no run whose models were made with other seeds", async (folder) => {
  const [out, model] = [join(folder, "out"), join(folder, "model.ts")];
  await Deno.writeTextFile(model, "export default () => {};");
  const own = `--backend cpu --arms ws --model ${model} --out ${out}`;
  assert.equal((await run(own)).code, 0);
  assert.equal((await run(`${own} --resume`)).code, 0);
  const result = await readResult(join(out, "result.json"));
  delete result.config.modelSeedOf0; // as an earlier version wrote it
  await writeResult(join(out, "result.json"), result);
  assertError(
    await run(`${own} --resume`),
    2,
    /differs in the seed that --model is given for seed 0, as .* \(none and 2147483647\)/,
  );
});

test("runs the other arms where an algorithm of one's own breaks one", async (folder) => {
  const [path, out] = [join(folder, "arms.ts"), join(folder, "out")];
  await Deno.writeTextFile(
    path,
    `export default [{ name: "a", algorithms: [{
       name: "mine",
       match: (event, { step }) => event === "stepEnd" && step === 3,
       apply: () => { throw new Error("no"); },
     }] }, { name: "b", algorithms: [] }];`,
  );
  const { code, stderr } = await run(`--backend cpu --arms ${path} --out ${out} --seeds 0`);
  assert.equal(code, 5, stderr);
  assert.match(stderr, /^broke: a, seed 0, step 3: UsageError: .* algorithm mine .*: no$/m);
  const { cells } = await readResult(join(out, "result.json"));
  assert.deepEqual(cells.map(({ arm, status }) => [arm, status]), [["a", "broken"], ["b", "done"]]);
});

test("reports the cells where the timing breaks, ends with 5, and tries it again", async (folder) => {
  const [path, out, file] = ["arms.ts", "out", "broken"].map((name) => join(folder, name));
  await Deno.writeTextFile(file!, "");
  await Deno.writeTextFile(
    path!,
    `import { existsSync } from "node:fs";
     let models = 0; // one to rehearse, one to train, one to time
     export default [{ name: "a", algorithms: [] }, { name: "b", algorithms: [{
       name: "mine",
       match: (event) => event === "init",
       apply: (_, { model }) => {
         if (++models < 3 || !existsSync("${file}")) return;
         model.apply = model.call = () => { throw new TypeError("no kernel"); };
       },
     }] }];`,
  );
  const timing = `--backend cpu --arms ${path} --seeds 0 --out ${out} --set timingRounds=2`;
  const { code, stderr } = await run(timing);
  assert.equal(code, 5, stderr);
  assert.match(stderr, /^broke: timing the arms in turn: TypeError: no kernel\n\s+at /m);
  assert.match(stderr, /^broken: the same command with --resume/m);
  assert.ok(await exists(join(out!, "report.html")));
  const read = () => readResult(join(out!, "result.json"));
  const { cells, overhead } = await read();
  assert.deepEqual([cells.map(({ status }) => status), overhead], [["done", "done"], undefined]);
  await Deno.remove(file!);
  const mended = await run(`${timing} --resume`);
  assert.equal(mended.code, 0, mended.stderr);
  assert.equal((await read()).overhead?.[0]?.pairs.length, 2);
});

test("keeps no report of the run that it replaces, where an error ends it", async (folder) => {
  const [path, out] = [join(folder, "arms.ts"), join(folder, "out")];
  assert.equal((await run(`${line} --out ${out}`)).code, 0);
  assert.ok(await exists(join(out, "report.html")));
  await Deno.writeTextFile(
    path,
    `export default [{ name: "a", algorithms: [] }, { name: "b", algorithms: [{
       name: "mine", match: (event) => event === "fitStart", apply: () => { throw new Error("no"); },
     }] }];`,
  );
  const ended = await run(`--backend cpu --arms ${path} --seeds 0 --out ${out} --force`);
  assert.equal(ended.code, 2, ended.stderr);
  const { cells } = await readResult(join(out, "result.json"));
  assert.deepEqual(cells.map(({ arm, status }) => [arm, status]), [["a", "done"]]);
  for (const name of ["report.html", "report.md", "customBiggerIsBetter.json", "result.csv"]) {
    assert.equal(await exists(join(out, name)), false, name);
  }
});

test("ends the run where a cell breaks before its first step", async (folder) => {
  const path = join(folder, "arms.ts");
  await Deno.writeTextFile(
    path,
    `export default [{ name: "a", algorithms: [{
       name: "mine", match: (event) => event === "fitStart", apply: () => { throw new Error("no"); },
     }] }, { name: "b", algorithms: [] }];`,
  );
  const { code, stderr } = await run(`--backend cpu --arms ${path} --out ${folder}/out`);
  assert.equal(code, 2, stderr);
  assert.doesNotMatch(stderr, /b, seed 0/);
});
