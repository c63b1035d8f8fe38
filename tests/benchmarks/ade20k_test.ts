/** The suite as its users meet it: a process with a command line, files and an exit code. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readResult, writeResult } from "../../benchmarks/result.ts";
import { encodeJpeg } from "../../datasets/images/jpeg.ts";
import { encodeGrayPng } from "../../datasets/images/png.ts";
import { assertError, ended, exists, suiteProcess, untimed } from "./suite_process.ts";

const { spawn, run, test: suiteTest } = suiteProcess("bench:ade20k");
/** The smallest run that goes the whole way. */
const tiny = "--set duration=2ba --set imageSize=32 --set generatedTraining=8 " +
  "--set generatedValidation=4 --set timingRounds=1 --set evaluations=1 --seeds 0 --backend wasm";

/** A data set of four images in ADE20k's layout. */
async function writeData(folder: string, classes = 2): Promise<void> {
  const size = 32;
  for (const split of ["training", "validation"]) {
    await Deno.mkdir(join(folder, "images", split), { recursive: true });
    await Deno.mkdir(join(folder, "annotations", split), { recursive: true });
    for (let i = 0; i < 8; i++) {
      const pixels = Uint8Array.from({ length: size * size * 3 }, (_, p) => (p * 7 + i * 31) % 256);
      const labels = Uint8Array.from({ length: size * size }, (_, p) => 1 + (p + i) % classes);
      const jpeg = await encodeJpeg(pixels, size, size, 90);
      await Deno.writeFile(join(folder, "images", split, `${i}.jpg`), jpeg);
      const png = encodeGrayPng(labels, size, size);
      await Deno.writeFile(join(folder, "annotations", split, `${i}.png`), png);
    }
  }
  const names = Array.from({ length: classes }, (_, i) => `class ${i}`);
  await Deno.writeTextFile(join(folder, "classes.txt"), names.join("\n"));
}

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
  assert.match(report, /\*\*not run\*\*: generated data/);
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

suiteTest("ends with 2 when one's own arms or model are wrong", async (folder) => {
  const wrong = async (option: string, code: string, message: RegExp) => {
    const path = join(folder, "module.ts");
    await Deno.writeTextFile(path, code);
    assertError(await run(`${tiny} --out ${folder}/out ${option} ${path}`), 2, message);
  };
  await wrong("--arms", `throw new Error("one\\ntwo");`, /Cannot load .*: one two\n/);
  await wrong("--arms", `export default [{ name: "a", algorithms: [3] }];`, /a list of arms/);
  await wrong("--arms", `export default [{ name: "", algorithms: [] }];`, /a list of arms/);
  await wrong(
    "--arms",
    `export default [{ name: "a", label: 5, algorithms: [] }];`,
    /a list of arms/,
  );
  await wrong(
    "--arms",
    `export default ["a", "b"].map((name) => ({ name, label: "c", algorithms: [] }));`,
    /label "c" stands twice/,
  );
  await wrong("--model", `export default () => { throw new Error("no"); };`, /throws: no\n/);
});

suiteTest("ends with 2 when the command line is wrong", async (folder) => {
  const out = `--out ${join(folder, "out")}`;
  const wrong = async (line: string, message: RegExp) =>
    assertError(await run(`${line} ${out}`), 2, message);
  await wrong("--profile quik", /Unknown profile "quik".*did you mean "quick"/);
  await wrong("--arms baseline,wss", /Unknown arm "wss".*did you mean "ws"/);
  await wrong("--arms absent.ts", /Cannot load absent\.ts/);
  await wrong("--backend wsm", /Unknown backend "wsm".*did you mean "wasm"/);
  await wrong("--set batchsize=2", /Unknown --set key.*did you mean "batchSize"/);
  await wrong("--set duration=5", /duration must be epochs or batches.*"5"/);
  await wrong("--set batchSize=10000", /batchSize must be <= 160/);
  await wrong("--set depth=17", /depth must be one of 18, 34/);
  await wrong("--set evaluations=0", /evaluations must be whole numbers >= 1/);
  await wrong("--set timingRounds=1.5", /timingRounds must be whole numbers >= 0/);
  await wrong("--set seeds=1.5", /seeds must be whole numbers >= 0/);
  await wrong("--data=", /--data wants a value/);
  await wrong("--seeds -1", /ambiguous \(--help lists the options\)\n$/);
  await wrong("--profile paper", /needs a data set: .*--data DIR/);
  await Deno.writeTextFile(join(folder, "model.ts"), "export default 3;");
  await wrong(`--model ${join(folder, "model.ts")}`, /must be a function that makes a model/);
  assert.ok(!await exists(join(folder, "out", "cells")), "nothing was written");
  await Deno.writeTextFile(join(folder, "file"), "");
  const unwritable = await run(`${tiny} --out ${join(folder, "file", "out")}`);
  assertError(unwritable, 2, /Cannot write into .*choose another folder/);
});

suiteTest("ends with 3 when the data are wrong, and names the file", async (folder) => {
  const out = join(folder, "out");
  const data = join(folder, "data");
  const broken = async (message: RegExp) =>
    assertError(await run(`${tiny} --data ${data} --out ${out}`), 3, message);
  await broken(/data.*images\/.*annotations\//s);
  await Deno.mkdir(data);
  await broken(/images\/.*annotations\//s);
  await writeData(data);
  const mask = join(data, "annotations/validation/3.png");
  const intact = await Deno.readFile(mask);
  await Deno.writeFile(mask, encodeGrayPng(new Uint8Array(32 * 32).fill(9), 32, 32));
  await broken(/validation\/3\.png.*9/);
  await Deno.writeFile(mask, encodeGrayPng(new Uint8Array(16 * 16).fill(1), 16, 16));
  await broken(/3\.png as it is 16×16/);
  await Deno.writeFile(mask, intact.subarray(0, 60));
  await broken(/3\.png/);
  await Deno.remove(mask);
  await broken(/3\.(jpg|png)/);
  await Deno.writeFile(mask, intact);
  const image = join(data, "images/training/2.jpg");
  await Deno.writeFile(image, (await Deno.readFile(image)).subarray(0, 300));
  await broken(/training\/2\.jpg/);
  await Deno.remove(image);
  await Deno.symlink(join(data, "nowhere.jpg"), image);
  await broken(/Cannot read .*training\/2\.jpg/);
  await Deno.remove(data, { recursive: true });
  await writeData(data, 1);
  await broken(/has 1 class/);
  await Deno.writeTextFile(join(data, "classes.txt"), "a\nb\na\n");
  await broken(/names the class "a" twice/);
  await Deno.writeTextFile(
    join(data, "classes.txt"),
    Array.from({ length: 256 }, (_, i) => `class ${i}\n`).join(""),
  );
  await broken(/names 256 classes/);
  await Deno.remove(join(data, "classes.txt"));
  await writeData(data, 2);
  await Deno.remove(join(data, "images/validation"), { recursive: true });
  await Deno.remove(join(data, "annotations/validation"), { recursive: true });
  await broken(/has no validation images/);
  assert.ok(!await exists(join(out, "report.md")));
});

suiteTest("passes over bad images, as many as --skip-bad allows in all", async (folder) => {
  const data = join(folder, "data");
  await writeData(data);
  await Deno.writeTextFile(join(data, "images/training/2.jpg"), "no image");
  await Deno.writeTextFile(join(data, "annotations/validation/0.png"), "no mask");
  const line = `${tiny} --set timingRounds=0 --arms baseline --data ${data} --out ${folder}/out`;
  const { code, stderr } = await run(`${line} --skip-bad 2`);
  assert.equal(code, 0, stderr);
  const { cells, panels } = await readResult(join(folder, "out", "result.json"));
  assert.equal(cells[0]!.skippedCount, 2);
  assert.ok(panels.length > 0 && panels.every(({ name }) => name !== "0"), "it is no panel");
  assertError(await run(`${line}1 --skip-bad 1`), 3, /more than 1 bad .*0\.png.*training\/2\.jpg/);
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
  assert.match(plan.stdout, /3 cells.*\n.*8 training and 4 validation.*\n.*2 steps of 8 images/);
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
  assertError(await report(""), 2, /no folder is given/);
  assertError(await report(`${folder}/3`), 2, /no such file/);
});
