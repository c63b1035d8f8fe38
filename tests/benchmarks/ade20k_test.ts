/** The suite as its users meet it: a process with a command line, files and an exit code. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readResult, writeResult } from "../../benchmarks/record/mod.ts";
import { tiny, writeData } from "./ade20k_data.ts";
import { assertError, ended, exists, suiteProcess, untimed } from "./suite_process.ts";

const { spawn, run, test: suiteTest } = suiteProcess("bench:ade20k");
suiteTest("writes every report, the same again apart from timings", async (folder) => {
  const [one, two] = [join(folder, "one"), join(folder, "two")];
  const first = await run(`${tiny} --out ${one}`);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /report\.md/);
  const files = Array.from(Deno.readDirSync(one), ({ name }) => name).sort();
  for (const file of ["result.json", "result.csv", "report.md", "curves.svg", "panel.png"]) {
    assert.ok(files.includes(file), `${file} among ${files}`);
  }
  const result = await readResult(join(one, "result.json"));
  assert.deepEqual(result.cells.map(({ arm, status }) => [arm, status]), [
    ["baseline", "done"],
    ["ws", "done"],
    ["ws-all", "done"],
  ]);
  const counts = result.cells.map(({ standardizedCount, convolutionCount }) =>
    convolutionCount - standardizedCount
  );
  assert.deepEqual(counts, [result.cells[0]!.convolutionCount, 15, 0]);
  assert.ok(result.data.generated);
  const report = await Deno.readTextFile(join(one, "report.md"));
  assert.match(report, /\*\*no verdict\*\* generated data/);
  assert.doesNotMatch(report, /\*\*(not )?reproduced\*\*/);
  assert.equal((await run(`${tiny} --out ${two}`)).code, 0);
  assert.deepEqual(await untimed(one), await untimed(two));
  assert.ok((await untimed(one)).length > 6);
});

suiteTest("refuses a folder that holds a run, and resumes or replaces it", async (folder) => {
  const arms = `${tiny} --set timingRounds=0 --out ${folder} --arms`;
  assert.equal((await run(`${arms} baseline,ws --shard 1/2`)).code, 0);
  const before = await readResult(join(folder, "result.json"));
  assert.equal(before.cells.length, 1);
  assertError(await run(`${arms} baseline,ws`), 2, /holds a run already: --resume .* --force/);
  assertError(await run(`${arms} ws,baseline --resume`), 2, /differs in arms \(/);
  assert.equal((await run(`${arms} baseline,ws --resume`)).code, 0);
  const after = await readResult(join(folder, "result.json"));
  assert.equal(after.cells.length, 2);
  assert.deepEqual(after.cells[0], before.cells[0], "the first cell was not run again");
  assert.equal((await run(`${arms} ws --force`)).code, 0);
  assert.deepEqual((await readResult(join(folder, "result.json"))).arms.length, 1);
});

suiteTest("costs no earlier run, and leaves nothing, before a cell has ended", async (folder) => {
  const line = `${tiny} --out ${folder} --arms baseline,ws`;
  const read = () => Deno.readTextFile(join(folder, "result.json"));
  assertError(await run(`${line} --set minScale=3`), 2, /scaleRange must be two rising/);
  assert.deepEqual([...Deno.readDirSync(folder)], [], "a wrong setting leaves nothing behind");
  assert.equal((await run(line)).code, 0);
  const before = await read();
  for (const wrong of ["depth=17", "minScale=3", "batchSize=1", "learningRate=-1"]) {
    assert.equal((await run(`${line} --force --set ${wrong}`)).code, 2, wrong);
    assert.equal(await read(), before, wrong);
  }
  assert.equal((await run(`${line} --force --set timingRounds=0 --set panelImages=0`)).code, 0);
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
  assert.ok(!names.includes("overhead.csv") && !names.includes("panel.png"), `${names}`);
});

suiteTest("goes on with more seeds, cells on disk and a timing cut short", async (folder) => {
  const line = `${tiny} --out ${folder} --arms baseline,ws --set timingRounds=2`;
  assert.equal((await run(line)).code, 0);
  const path = join(folder, "result.json");
  const whole = await readResult(path);
  const overhead = whole.overhead!.map((each) => ({ ...each, pairs: each.pairs.slice(0, 1) }));
  await writeResult(path, { ...whole, overhead, cells: whole.cells.slice(0, 1) });
  const more = await run(`${line.replace("--seeds 0", "--seeds 0,3")} --resume`);
  assert.equal(more.code, 0, more.stderr);
  assert.doesNotMatch(more.stderr, /seed 0/, "the cells on disk were not run again");
  const { seeds, cells, overhead: timed, command } = await readResult(path);
  assert.deepEqual([seeds, cells.length, timed![0]!.pairs.length], [[0, 3], 4, 2]);
  assert.deepEqual(cells.filter(({ seed }) => seed === 0), whole.cells);
  assert.deepEqual(command.split("\n").map((each) => /--seeds (\S+)/.exec(each)?.[1]), [
    "0",
    "0,3",
  ]);
  assertError(await run(`${line} --resume --backend cpu`), 2, /differs in backend \(/);
  await Deno.remove(path);
  assertError(await run(line), 2, /holds a run already/);
  assertError(await run(`${line} --resume`), 2, /no such file/);
});

suiteTest("takes a data set, arms and a model of one's own", async (folder) => {
  const data = join(folder, "data");
  await writeData(data, 3);
  const mod = new URL("../../mod.ts", import.meta.url).href;
  await Deno.writeTextFile(
    join(folder, "arms.ts"),
    `import { WeightStandardization } from "${mod}";
     export default [
       { name: "plain", algorithms: [] },
       { name: "timm", algorithms: [new WeightStandardization({ variant: "timm" })] },
     ];`,
  );
  await Deno.writeTextFile(
    join(folder, "model.ts"),
    `import { tf } from "${mod}";
     export default ({ classes, inputShape, seed }) => tf.sequential({ layers: [
       tf.layers.conv2d({ filters: classes, kernelSize: 3, padding: "same", inputShape,
         kernelInitializer: tf.initializers.heNormal({ seed }) }),
     ] });`,
  );
  const out = join(folder, "out");
  const own = `--data ${data} --arms ${folder}/arms.ts --model ${folder}/model.ts --out ${out}`;
  const { code, stderr } = await run(`${tiny} ${own}`);
  assert.equal(code, 0, stderr);
  const result = await readResult(join(out, "result.json"));
  assert.deepEqual(result.arms.map(({ name }) => name), ["plain", "timm"]);
  assert.deepEqual(result.cells.map(({ standardizedCount }) => standardizedCount), [0, 1]);
  assert.deepEqual([result.data.classes, result.data.generated], [3, false]);
});

suiteTest("evaluates alone where there are no training images", async (folder) => {
  const data = join(folder, "data");
  await writeData(data);
  await Deno.remove(join(data, "images/training"), { recursive: true });
  await Deno.remove(join(data, "annotations/training"), { recursive: true });
  const out = join(folder, "out");
  const { code, stderr } = await run(`${tiny} --data ${data} --out ${out}`);
  assert.equal(code, 0, stderr);
  const { cells, warnings } = await readResult(join(out, "result.json"));
  assert.deepEqual(cells.map(({ steps }) => steps), [0, 0, 0]);
  assert.ok(cells.every(({ weights }) => weights?.last?.step === 0), "as the first line said");
  assert.ok(cells.every(({ metrics }) => Number.isFinite(metrics.mIoU)));
  assert.deepEqual(warnings.map(({ code }) => code), ["evaluation-only"]);
});

suiteTest("stops a cell at a non-finite loss and says so in the report", async (folder) => {
  const line = `${tiny} --set learningRate=1e39 --set duration=6ba --arms baseline --out ${folder}`;
  assert.equal((await run(line)).code, 0);
  const { cells } = await readResult(join(folder, "result.json"));
  assert.equal(cells[0]!.status, "failed");
  assert.ok(cells[0]!.curve.length >= 1);
  assert.match(await Deno.readTextFile(join(folder, "report.md")), /loss must be finite/);
  assert.equal((await run(`${line} --force --strict`)).code, 1);
});

suiteTest("ends with 4 at Ctrl-C, keeps the cells done and goes on later", async (folder) => {
  const line = `${tiny} --set timingRounds=0 --set duration=40ba --out ${folder}`;
  const process = spawn(line);
  while (!await exists(join(folder, "cells", "baseline-seed0.json"))) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  process.kill("SIGINT");
  const { code, stderr } = await ended(process);
  assert.equal(code, 4, stderr);
  assert.match(stderr, /--resume/);
  const before = await readResult(join(folder, "result.json"));
  assert.equal(before.cells[0]!.status, "done");
  assert.ok(before.cells.filter(({ status }) => status === "done").length < 3);
  assert.equal((await run(`${line} --resume`)).code, 0);
  const after = await readResult(join(folder, "result.json"));
  assert.deepEqual(after.cells.map(({ status }) => status), ["done", "done", "done"]);
  assert.deepEqual(after.cells[0], before.cells[0]);
});

suiteTest("prints its plan and help without writing", async (folder) => {
  const out = join(folder, "out");
  const plan = await run(`${tiny} --dry-run --out ${out}`);
  assert.equal(plan.code, 0, plan.stderr);
  assert.match(
    plan.stdout,
    /3 cells.*\n.*8 training and 4 validation.*\nbackend: .*\n.*2 steps of 8 images/,
  );
  assert.ok(!await exists(out));
  const help = await run("--help");
  assert.equal(help.code, 0);
  for (const word of ["quick", "proxy", "paper", "ws-all", "--resume"]) {
    assert.ok(help.stdout.includes(word), word);
  }
});

suiteTest("has shards that deno task report merges", async (folder) => {
  const shard = (i: number) => `${tiny} --arms baseline,ws --shard ${i}/2 --out ${folder}/${i}`;
  assert.equal((await run(shard(1))).code, 0);
  assert.equal((await run(shard(2))).code, 0);
  const whole = join(folder, "whole");
  const report = suiteProcess("report").run;
  const merged = await report(`${folder}/1 ${folder}/2 --out ${whole}`);
  assert.equal(merged.code, 0, merged.stderr);
  const { cells } = await readResult(join(whole, "result.json"));
  assert.deepEqual(cells.map(({ arm }) => arm), ["baseline", "ws"]);
  assertError(await report(""), 2, /missing required argument .DIR./);
  assertError(await report(`${folder}/3`), 2, /no such file/);
});
