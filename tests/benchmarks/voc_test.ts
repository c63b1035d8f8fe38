/** `bench:ade20k` and `predict` on a set in PASCAL VOC's own layout. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { judge } from "../../benchmarks/judge/claims/judge.ts";
import { readResult, type Result } from "../../benchmarks/record/mod.ts";
import { vocColor } from "../../datasets/masks/palette.ts";
import { vocLabels } from "../../datasets/masks/voc_labels.ts";
import { decodeMaskPng, encodeGrayPng } from "../../datasets/images/png.ts";
import {
  listFolder,
  putList,
  side,
  vocMaskPng,
  vocNames,
  writeVoc,
} from "../datasets/voc/files.ts";
import { put } from "../datasets/files.ts";
import { tiny, writeData } from "./ade20k_data.ts";
import { assertError, exists, suiteProcess } from "./suite_process.ts";

const { run, test } = suiteProcess("bench:ade20k");
const predict = suiteProcess("predict").run;

const line = `${tiny} --set timingRounds=0`;

/** A set in a folder as the archive leaves it. */
async function set(folder: string): Promise<string> {
  const root = join(folder, "VOCdevkit", "VOC2012");
  await writeVoc(root);
  return root;
}

function c9(result: Result) {
  return judge(result).find(({ id }) => id === "C9")!;
}

test("trains on PASCAL VOC's layout, with 21 classes, its names and colours, and C9's row", async (folder) => {
  const [root, out] = [await set(folder), join(folder, "out")];
  const asked = `${line} --data ${folder} --arms norms --out ${out} --set trainingList=trainaug`;
  const { code, stderr } = await run(asked);
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /warning: (?!Evaluations normalize by moving)/); // in two steps
  const result = await readResult(join(out, "result.json"));
  const { data, cells, config } = result;
  assert.deepEqual([data.name, data.coding, data.classes], ["VOC2012", "voc", 21]);
  assert.deepEqual([data.trainingCount, data.validationCount], [12, 8]);
  assert.deepEqual([data.classNames[0], data.classNames[20]], ["background", "tvmonitor"]);
  assert.equal(config.trainingList, "trainaug");
  assert.deepEqual(cells.map(({ arm, status }) => [arm, status]), [
    ["bn", "done"],
    ["bn-ws", "done"],
    ["gn", "done"],
    ["gn-ws", "done"],
  ]);
  const counted = cells[0]!.confusion!.flat().reduce((sum, count) => sum + count, 0);
  assert.equal(counted, 8 * 28 * side, "all but the border, a row of eight");
  const { verdict, reason, protocolDifferences } = c9(result);
  assert.equal(verdict, "inconclusive");
  assert.match(reason, /^1 seed of the 6 that a verdict wants/);
  assert.match(protocolDifferences.join(), /DeepLabv3 ResNet-101 on PASCAL VOC/);
  const report = await Deno.readTextFile(join(out, "report.md"));
  assert.match(report, /Colours are PASCAL VOC's: black is the background, pale yellow is ignored/);
  assert.match(report, /aeroplane/);

  const made = join(folder, "made");
  const predicted = await predict(
    `--run ${out} --arm gn-ws ${root}/JPEGImages --truth ${root}/SegmentationClass --out ${made} ` +
      "--backend wasm --skip-bad 4", // the augmented set's images have no mask there
  );
  assert.equal(predicted.code, 0, predicted.stderr);
  const file = await Deno.readFile(join(made, "masks/2007_000100.png"));
  const { data: indices, palette } = decodeMaskPng(file, "mask");
  assert.deepEqual([...vocLabels(file, "mask").labels], [...indices], "an index is a class");
  assert.deepEqual([palette![0], palette![255]], [vocColor(0), vocColor(255)]);
  const classes: Record<string, string>[] = parse(
    await Deno.readTextFile(join(made, "classes.csv")),
    { columns: true },
  );
  assert.deepEqual(
    [classes[0], classes[20]].map((row) => [row!.label, row!.class, row!.color]),
    [["0", "background", "#000000"], ["20", "tvmonitor", "#004080"]],
  );
  const shares: Record<string, string>[] = parse(
    await Deno.readTextFile(join(made, "shares.csv")),
    { columns: true },
  );
  const own = shares.filter(({ image }) => image === "2007_000100");
  for (const { label, class: name, pixels } of own) {
    assert.equal(data.classNames[Number(label)], name);
    assert.equal(Number(pixels), indices.filter((index) => index === Number(label)).length);
  }
});

test("predicts the validation masks of PASCAL VOC as the run's record tells", async (folder) => {
  const [root, out] = [await set(folder), join(folder, "out")];
  const { code, stderr } = await run(`${line} --data ${root} --arms ws --out ${out}`);
  assert.equal(code, 0, stderr);
  const { cells: [cell], config } = await readResult(join(out, "result.json"));
  assert.ok(!("trainingList" in config), "as runs of earlier releases are recorded");
  const images = vocNames(100, 8).map((name) => join(root, `JPEGImages/${name}.jpg`)).join(" ");
  const made = await predict(
    `--run ${out} --arm ws ${images} --truth ${root}/SegmentationClass --out ${folder}/made --backend wasm`,
  );
  assert.equal(made.code, 0, made.stderr);
  const table = parse(await Deno.readTextFile(join(folder, "made/confusion.csv"))) as string[][];
  assert.deepEqual(table.slice(1).map(([, ...counts]) => counts.map(Number)), cell!.confusion);
  assert.deepEqual(table[0]!.slice(1, 3), ["background", "aeroplane"]);
});

test("warns where validation images are trained on, and judges no claim by them", async (folder) => {
  const [root, out] = [await set(folder), join(folder, "out")];
  const asked = `${line} --data ${root} --arms bn,gn-ws --out ${out}`;
  const { code, stderr } = await run(`${asked} --set trainingList=trainval`);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^warning: 8 of 8 validation images are trained on, too: /m);
  const result = await readResult(join(out, "result.json"));
  const codes = result.warnings.map(({ code }) => code);
  assert.deepEqual(codes, ["stale-statistics", "trained-on-validation"]);
  assert.deepEqual([c9(result).verdict, c9(result).reason], [
    "not run",
    "validation images were trained on",
  ]);
  const report = await Deno.readTextFile(join(out, "report.md"));
  assert.match(report, /8 of 8 validation images are trained on, too/);
  assertError(
    await run(`${asked} --resume`),
    2,
    /differs in config\.trainingList \("trainval" and none\)/,
  );
});

test("ends with 3 when a set in PASCAL VOC's layout is wrong, and names the file", async (folder) => {
  const [root, out] = [await set(folder), join(folder, "out")];
  const broken = async (message: RegExp, more = "") =>
    assertError(await run(`${line} --arms ws --data ${root} --out ${out} ${more}`), 3, message);
  const mask = "SegmentationClass/2007_000103.png";
  const intact = await Deno.readFile(join(root, mask));
  await put(root, mask, vocMaskPng(new Uint8Array(16 * 16).fill(1), 16));
  await broken(/2007_000103\.png as it is 16×16, and its image is 32×32/);
  await put(root, mask, encodeGrayPng(new Uint8Array(side * side).fill(21), side, side));
  await broken(/2007_000103\.png as it holds the class index 21, .* classes 0 to 20, and 255/);
  const palette = [[0, 0, 0], [1, 2, 3]] as const;
  await put(root, mask, encodeGrayPng(new Uint8Array(side * side).fill(1), side, side, palette));
  await broken(/2007_000103\.png as it has an unknown palette: its index 1 is \(1, 2, 3\)/);
  await put(root, mask, intact);
  for (const name of vocNames(100, 8)) {
    await put(root, `SegmentationClass/${name}.png`, vocMaskPng(new Uint8Array(side * side)));
  }
  await broken(
    /hold the class "background" \(0\) alone, and 0\.0 % of their pixels are 255, .*val\.txt/,
  );
  await putList(root, "none", []);
  await broken(/none\.txt as it names no image/, "--set trainingList=none");
  await putList(root, "lost", ["2007_999999"]);
  await broken(/2007_999999 \(lost\.txt, line 1\) has no image/, "--set trainingList=lost");
  await broken(/absent\.txt is not in its ImageSets/, "--set trainingList=absent");
  await Deno.remove(join(root, listFolder), { recursive: true });
  await broken(/is in PASCAL VOC's layout and has no lists/);
  assert.ok(!await exists(join(out, "report.md")));
});

test("passes over PASCAL VOC's bad images and masks, as many as --skip-bad allows", async (folder) => {
  const [root, out] = [await set(folder), join(folder, "out")];
  await put(root, "JPEGImages/2007_000002.jpg", "no image");
  await put(
    root,
    "SegmentationClass/2007_000100.png",
    encodeGrayPng(new Uint8Array(9).fill(99), 3, 3),
  );
  const asked = `${line} --arms ws --data ${root} --out`;
  const { code, stderr } = await run(`${asked} ${out} --skip-bad 2`);
  assert.equal(code, 0, stderr);
  const { cells, panels } = await readResult(join(out, "result.json"));
  assert.equal(cells[0]!.skippedCount, 2);
  assert.ok(panels.length > 0 && panels.every(({ name }) => name !== "2007_000100"));
  const beyond = await run(`${asked} ${out}1 --skip-bad 1`);
  assertError(beyond, 3, /more than 1 bad .*2007_000100\.png.*2007_000002\.jpg/);
});

test("ends with 2 when trainingList is one arm's, and 3 where there are no lists", async (folder) => {
  const module = join(folder, "arms.ts");
  await Deno.writeTextFile(
    module,
    `export default [{ name: "a", label: "a", algorithms: [], settings: { trainingList: "aug" } }];`,
  );
  const asked = `${line} --out ${folder}/out`;
  assertError(await run(`${asked} --arms ${module}`), 2, /Cannot set trainingList for one arm/);
  assertError(
    await run(`${asked} --set trainingList=train`),
    2,
    /on the list train as images are generated, .* by --data DIR, or leave trainingList out/,
  );
  await writeData(join(folder, "data"));
  assertError(
    await run(`${asked} --set trainingList=train --data ${folder}/data`),
    3,
    /on the list train .* in ADE20k's layout, .* leave trainingList out/,
  );
});
