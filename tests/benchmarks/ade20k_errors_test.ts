/** What the suite says to wrong command lines, modules and data. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readResult } from "../../benchmarks/record/mod.ts";
import { encodeGrayPng } from "../../datasets/images/png.ts";
import { tiny, writeData } from "./ade20k_data.ts";
import { assertError, exists, suiteProcess } from "./suite_process.ts";

const { run, test: suiteTest } = suiteProcess("bench:ade20k");

suiteTest("ends with 2 when one's own arms or model are wrong", async (folder) => {
  const wrong = async (option: string, code: string, message: RegExp) => {
    const path = join(folder, "module.ts");
    await Deno.writeTextFile(path, code);
    assertError(await run(`${tiny} --out ${folder}/out ${option} ${path}`), 2, message);
  };
  await wrong("--arms", `throw new Error("one\\ntwo");`, /Cannot load .*: one two\n/);
  await wrong("--arms", `export default [{ name: "a", algorithms: [3] }];`, /a list of arms/);
  await wrong("--arms", `export default [{ name: " ", algorithms: [] }];`, /a list of arms/);
  await wrong("--arms", `export default [{ name: "a", algoritms: [] }];`, /mean "algorithms"\?\n/);
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
  await wrong(
    "--set depth=18 --model",
    "export default () => {};",
    /Cannot set depth for a model of your own: .* leave it out/,
  );
});

suiteTest("ends with 2 when the command line is wrong", async (folder) => {
  const out = `--out ${join(folder, "out")}`;
  const wrong = async (line: string, message: RegExp) =>
    assertError(await run(`${line} ${out}`), 2, message);
  await wrong("--profile quik", /Unknown profile "quik".*did you mean "quick"/);
  await wrong("--arms baseline,wss", /Unknown arm "wss".*did you mean "ws"/);
  await wrong("--arms norms,ws", /norms is a set of arms, .*alone, or .*: bn,bn-ws,gn,gn-ws\n$/);
  await wrong("--arms absent.ts", /Cannot load absent\.ts/);
  await wrong("--backend wsm", /Unknown backend "wsm".*did you mean "wasm"/);
  await wrong("--set batchsize=2", /Unknown --set key.*did you mean "batchSize"/);
  await wrong("--set duration=5", /duration must be epochs or batches.*"5"/);
  await wrong("--set batchSize=10000", /batchSize must be <= 160/);
  await wrong("--set depth=17", /depth must be one of 18, 34/);
  await wrong("--set evaluations=0", /evaluations wants a whole number >= 1: it is 0/);
  await wrong("--set timingRounds=1.5", /timingRounds wants a whole number >= 0: it is 1\.5/);
  await wrong("--set seeds=1.5", /seeds wants whole numbers from 0/);
  await wrong("--data=", /--data wants a folder's path: it is ""/);
  await wrong("--seeds -1", /--seeds wants whole numbers .*: it is "-1"\n$/);
  await wrong("--set duration=0ba", /duration must be a step or more: current value is 0ba/);
  await wrong("--set panelImages=-1", /panelImages wants a whole number >= 0: it is -1/);
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

suiteTest(
  "ends with 2 when a microbatch of one image is left over, and names the option",
  async (folder) => {
    const line = `${tiny} --set batchSize=5 --set microbatchSize=2 --out ${join(folder, "out")}`;
    const message =
      /batchSize=5, microbatchSize=2\) has one image, .*; set microbatchSize=2 and an even/;
    assertError(await run(line), 2, message);
    assertError(await run(`${line} --dry-run`), 2, message);
  },
);

/** Takes 1 from each pixel of the masks of two classes, as tools do that count from 0. */
async function countFromZero(data: string, classes: number): Promise<void> {
  await writeMasks(data, (p, i) => (p + i) % classes);
}

/** Replaces the masks by others, from a pixel's and a mask's number. */
async function writeMasks(
  data: string,
  label: (pixel: number, mask: number) => number,
): Promise<void> {
  for (const split of ["training", "validation"]) {
    for (let i = 0; i < 8; i++) {
      const labels = Uint8Array.from({ length: 32 * 32 }, (_, p) => label(p, i));
      const file = join(data, "annotations", split, `${i}.png`);
      await Deno.writeFile(file, encodeGrayPng(labels, 32, 32));
    }
  }
}

suiteTest(
  "stops where masks count from 0 and one class is left, and warns where more are",
  async (folder) => {
    const data = join(folder, "data");
    const line = `${tiny} --set timingRounds=0 --arms baseline --data ${data} --out ${folder}/out`;
    await writeData(data, 2);
    await countFromZero(data, 2);
    assertError(
      await run(line),
      3,
      /hold the class "class 0" \(1\) alone, and 50\.0 % of their pixels are 0, .* give --labels from-zero, or/,
    );
    await writeMasks(data, () => 0);
    assertError(await run(line), 3, /masks hold no class, and 100\.0 % of their pixels are 0, /);
    await writeMasks(data, (p) => p % 3 === 2 ? 255 : p % 3);
    assertError(
      await run(line),
      3,
      /holds the label 255 \(column 2, row 0; .*: labels from-zero,255-ignored would fit this mask/,
    );
    await writeData(data, 3);
    await countFromZero(data, 3);
    const { code, stderr } = await run(line);
    assert.equal(code, 0, stderr);
    const told =
      /^warning: No validation mask holds "class 2" .*\. A mask's 0 means ignored[^]*^baseline, seed 0/m;
    assert.match(stderr, told, "before anything is trained");
    const { warnings } = await readResult(join(folder, "out", "result.json"));
    const [warning] = warnings.filter(({ code }) => code === "unused-classes");
    assert.match(
      warning?.message ?? "",
      /^No validation mask holds "class 2" \(3\) of the 3 classes; 33/,
    );
    await writeData(data, 3);
    const honest = await run(`${line}3`);
    assert.equal(honest.code, 0, honest.stderr);
    assert.doesNotMatch(honest.stderr, /No validation mask|A mask's 0/);
    const codes = (await readResult(join(folder, "out3", "result.json"))).warnings.map(({ code }) =>
      code
    );
    assert.deepEqual(codes, ["stale-statistics"], "of two steps");
  },
);
