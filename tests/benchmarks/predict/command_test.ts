/** What a trained arm makes of images: as a process, and in this one where errors are looked at. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { decode } from "fast-png";
import { parse } from "csv-parse/sync";
import { compare } from "../../../benchmarks/mod.ts";
import { predict } from "../../../benchmarks/predict/command.ts";
import { runProgram } from "../../../benchmarks/cli/program.ts";
import { cellPath, readCell, readResult, writeResult } from "../../../benchmarks/record/mod.ts";
import { classColor } from "../../../benchmarks/report/cells/palette.ts";
import { encodeGrayPng, encodeRgbPng } from "../../../datasets/images/png.ts";
import { resizeBilinear } from "../../../datasets/images/resize.ts";
import { generatePictures } from "../../../datasets/generated/pictures.ts";
import { tiny, writeData } from "../ade20k_data.ts";
import { assertError, exists, suiteProcess } from "../suite_process.ts";

const ade20k = suiteProcess("bench:ade20k").run;
const { run, test } = suiteProcess("predict");

/** Predicts in this process, on the backend that the tests run on anyway. */
const here = (line: string) =>
  runProgram(predict, [...line.split(" ").filter(Boolean), "--backend", "cpu"]);

async function table(path: string): Promise<Record<string, string>[]> {
  return parse(await Deno.readTextFile(path), { columns: true });
}

async function metrics(out: string): Promise<Record<string, number>> {
  const rows = await table(join(out, "metrics.csv"));
  return Object.fromEntries(rows.map(({ metric, value }) => [metric!, Number(value)]));
}

async function confusion(out: string): Promise<number[][]> {
  const rows = parse(await Deno.readTextFile(join(out, "confusion.csv"))) as string[][];
  return rows.slice(1).map(([, ...counts]) => counts.map(Number));
}

async function png(path: string) {
  return decode(await Deno.readFile(path));
}

/** A run on images of the network's own size. */
async function trained(folder: string, line = "--arms ws --keep both"): Promise<string> {
  const [data, out] = [join(folder, "data"), join(folder, "run")];
  await writeData(data, 3);
  const { code, stderr } = await ade20k(
    `${tiny} --set timingRounds=0 --data ${data} ${line} --out ${out}`,
  );
  assert.equal(code, 0, stderr);
  return out;
}

test("makes of the validation images what the run's record tells", async (folder) => {
  const [from, data, out] = [await trained(folder), join(folder, "data"), join(folder, "out")];
  const images = join(data, "images/validation");
  const line = `--run ${from} --arm ws ${images} --truth ${data}/annotations/validation`;
  const ended = await run(`${line} --out ${out} --batch-size 3 --backend wasm`);
  assert.equal(ended.code, 0, ended.stderr);
  assert.match(ended.stderr, /^ws, seed 0, last weights \(step 2\), on wasm: 8 images$/m);
  const record = await readCell(cellPath(from, { arm: "ws", seed: 0 }));
  const { trainLoss: _, ...scores } = record.metrics;
  assert.deepEqual(await metrics(out), scores);
  assert.deepEqual(await confusion(out), record.confusion);
  assert.match(ended.stdout, /^mIoU \(%\): \d+\.\d\d\n/);
  assert.match(await Deno.readTextFile(join(out, "confusion.svg")), /^<svg .*class 2/s);
  const rows = await table(join(out, "classes.csv"));
  assert.deepEqual(rows.map(({ iou }) => Number(iou)), record.classIou);
  assert.deepEqual(rows.map(({ label }) => label), ["1", "2", "3"]);
  const again = await run(`${line} --out ${out} --backend wasm --which best`);
  assertError(again, 2, /^error: Cannot write into .* as it is not empty: --force replaces/m);
});

test("writes masks, overlays and shares at the images' own sizes", async (folder) => {
  const [from, images, out] = [await trained(folder), join(folder, "images"), join(folder, "out")];
  await Deno.mkdir(join(images, "below"), { recursive: true });
  const rgb = Uint8Array.from({ length: 50 * 20 * 3 }, (_, i) => (i * 13) % 256);
  await Deno.writeFile(join(images, "below/wide.png"), encodeRgbPng(rgb, 50, 20));
  const { data: seen } = resizeBilinear({ width: 50, height: 20, data: rgb }, 32, 32);
  await Deno.writeFile(join(images, "seen.png"), encodeRgbPng(seen, 32, 32));
  await Deno.writeFile(join(images, "small.png"), encodeRgbPng(rgb.subarray(0, 21), 7, 1));
  await Deno.writeTextFile(join(images, "notes.txt"), "no picture");
  assert.equal(await here(`--run ${from} --arm ws ${images} --out ${out}`), "done");
  const mask = await png(join(out, "masks/below/wide.png"));
  const overlay = await png(join(out, "overlays/below/wide.png"));
  assert.deepEqual([mask.width, mask.height, mask.channels], [50, 20, 1]);
  assert.deepEqual([overlay.width, overlay.height, overlay.channels], [50, 20, 3]);
  const labels = mask.data as Uint8Array;
  assert.ok(labels.every((label) => label >= 1 && label <= 3) && new Set(labels).size > 1);
  const { data: small } = await png(join(out, "masks/seen.png")); // as the network sees the other
  const nearest = (i: number, from: number, to: number) => Math.floor((i + 0.5) * from / to);
  assert.deepEqual(
    [...labels],
    Array.from(
      labels,
      (_, i) => small[32 * nearest(Math.floor(i / 50), 32, 20) + nearest(i % 50, 32, 50)],
    ),
  );
  labels.forEach((label, i) => {
    const color = classColor(label - 1);
    const [red, green, blue] = rgb.subarray(3 * i, 3 * i + 3);
    const gray = 0.299 * red! + 0.587 * green! + 0.114 * blue!;
    const blend = color.map((value) => Math.round((value + gray) / 2));
    assert.deepEqual([...overlay.data.subarray(3 * i, 3 * i + 3)], blend);
  });
  const shares = (await table(join(out, "shares.csv"))).filter(({ image }) =>
    image === "below/wide"
  );
  for (const { label, pixels, percent } of shares) {
    assert.equal(Number(pixels), labels.filter((value) => value === Number(label)).length);
    assert.equal(Number(percent), Number(pixels) / 10);
  }
  assert.equal(shares.reduce((sum, { pixels }) => sum + Number(pixels), 0), 1000);
  assert.deepEqual((await png(join(out, "masks/small.png"))).width, 7);
  assert.ok(!await exists(join(out, "metrics.csv")), "no truth, no scores");
  await Deno.writeTextFile(join(out, "mine.txt"), "stays");
  assert.equal(
    await here(`--run ${from} --arm ws ${images}/small.png --out ${out} --force --which best`),
    "done",
  );
  assert.ok(!await exists(join(out, "masks/below")) && await exists(join(out, "mine.txt")));
});

test("says what is wrong with the run, and writes nothing", async (folder) => {
  const [from, out] = [await trained(folder), join(folder, "out")];
  const image = join(folder, "data/images/validation/0.jpg");
  const refused = async (line: string, message: RegExp, name = "UsageError") => {
    await assert.rejects(here(`${line} ${image} --out ${out}`), { name, message });
    assert.ok(!await exists(out));
  };
  await refused(
    `--run ${folder} --arm ws`,
    /^Cannot read ".*result\.json" as there is no such file/,
  );
  await refused(`--run ${from} --arm wss`, /^Unknown arm "wss": .*; did you mean "ws"\?$/);
  await refused(
    `--run ${from} --arm ws --seed 3`,
    /trained with 0: give one of these, such as --seed 0/,
  );
  await refused(`--run ${from} --arm ws --which bset`, /^Unknown --which "bset".*"best"\?$/);
  await refused(`--run ${from}`, /^required option '--arm <NAME>' not specified/);
  await refused(
    `--run ${from} --arm ws --model m.ts`,
    /the run's model is the suite's own: leave it/,
  );
  const weights = join(from, "weights/ws-seed0-last.safetensors");
  const bytes = await Deno.readFile(weights);
  await Deno.writeFile(weights, bytes.with(bytes.length - 1, 1));
  await refused(
    `--run ${from} --arm ws`,
    /^Cannot use the weights .* changed, or are another run's;/,
  );
  await Deno.remove(weights);
  await refused(
    `--run ${from} --arm ws`,
    /^Cannot read the weights .* no such file, and the record .*: its best ones are there: give --which best/,
  );
  const path = join(from, "result.json");
  const result = await readResult(path);
  const { best, last } = result.cells[0]!.weights!;
  const keeping = (weights: object) =>
    writeResult(path, { ...result, cells: result.cells.map((cell) => ({ ...cell, weights })) });
  await keeping({ best });
  await refused(
    `--run ${from} --arm ws --which last`,
    /only the best ones were kept: give --which best/,
  );
  await keeping({});
  await refused(
    `--run ${from} --arm ws`,
    /no weights were kept in .* --keep last --resume, those .* anew/,
  );
  await keeping({ last });
  await writeResult(path, { ...result, mainMetric: "accuracy", suite: "synthetic" });
  await refused(
    `--run ${from} --arm ws`,
    /must be a run of bench:ade20k, .* it is one of synthetic$/,
  );
});

test("says what is wrong with images and truth, or passes them over", async (folder) => {
  const [from, out] = [await trained(folder), join(folder, "out")];
  const [images, truth] = [join(folder, "images"), join(folder, "truth")];
  const good = join(folder, "data/images/validation/0.jpg");
  const line = `--run ${from} --arm ws --out ${out}`;
  const refused = async (words: string, message: RegExp, name = "DataError") => {
    await assert.rejects(here(`${line} ${words}`), { name, message });
    assert.ok(!await exists(out));
  };
  await Deno.mkdir(images);
  await Deno.mkdir(truth);
  await refused(images, /^Cannot predict .* as there are no JPEG or PNG files in it$/);
  await refused(`${images}/x.png`, /as there is no such file or folder$/);
  await refused(`${from}/result.json`, /^Cannot predict .*images must be JPEG or PNG files/);
  await Deno.writeTextFile(join(images, "a.webp"), "");
  await refused(images, /a\.webp as it is a WebP/);
  await Deno.remove(join(images, "a.webp"));
  const bytes = await Deno.readFile(good);
  await Deno.writeFile(join(images, "0.jpg"), bytes);
  await refused(`${images} ${good}`, /^Cannot predict both .* would be written as 0: /);
  await Deno.mkdir(join(images, "0.png"));
  await Deno.writeFile(join(images, "0.png/x.jpg"), bytes);
  await refused(images, /^Cannot predict both .*0\.jpg and .*x\.jpg .* written as 0\.png: /);
  await Deno.remove(join(images, "0.png"), { recursive: true });
  await Deno.writeFile(join(images, "cut.jpg"), bytes.subarray(0, bytes.length / 2));
  await Deno.writeTextFile(join(images, "odd.png"), "no picture");
  await refused(images, /^Cannot decode .*cut\.jpg .*; 1 more cannot be used; --skip-bad 2 passes/);
  await refused(`${images} --skip-bad 1`, /; --skip-bad is 1$/);
  const labels = encodeGrayPng(new Uint8Array(32 * 32).fill(3), 32, 32);
  await refused(`${good} --truth ${truth}`, /^Cannot read .*truth\/0\.png/);
  await Deno.writeFile(join(truth, "0.png"), encodeGrayPng(new Uint8Array(12), 4, 3));
  await refused(`${good} --truth ${truth}`, /0\.png as it is 4×3, and its image is 32×32/);
  await refused(`${good} --truth ${truth} --skip-bad 1`, /and no image is left$/);
  await Deno.writeFile(join(truth, "0.png"), labels);
  assert.equal(await here(`${line} ${images} --skip-bad 2 --truth ${truth}`), "done");
  assert.deepEqual([...Deno.readDirSync(join(out, "masks"))].map(({ name }) => name), ["0.png"]);
  const inside = await here(`${line} ${out}/overlays --force`).catch((error) => error.message);
  assert.match(inside, /^Cannot replace the predictions as .*overlays\/0\.png is among them/);
  await Deno.symlink(out, join(folder, "link"));
  const linked = await here(`${line} ${folder}/link/overlays --force`).catch(({ message }) =>
    message
  );
  assert.match(linked, /^Cannot replace the predictions as .*overlays\/0\.png is among them/);
  assert.ok(await exists(join(out, "overlays/0.png")), "nothing was removed");
  const confusion = join(from, "confusion.csv");
  assert.ok(await exists(confusion), "a run's report has files of the same names");
  await assert.rejects(
    here(`--run ${from} --arm ws ${good} --out ${from} --force`),
    { name: "UsageError", message: /^Cannot write into .* as it holds a run/ },
  );
  assert.ok(await exists(confusion));
});

test("makes arms and a model of one's own again from their modules alone", async (folder) => {
  const mod = new URL("../../../mod.ts", import.meta.url).href;
  const [arms, model, out] = ["arms.ts", "model.ts", "out"].map((name) => join(folder, name));
  await Deno.writeTextFile(
    arms!,
    `import { WeightStandardization } from "${mod}";
     export default [
       { name: "timm", algorithms: [new WeightStandardization({ variant: "timm" })] },
     ];`,
  );
  await Deno.writeTextFile(
    model!,
    `import { tf } from "${mod}";
     export default ({ classes, inputShape, seed }) => tf.sequential({ layers: [
       tf.layers.conv2d({ filters: classes, kernelSize: 3, padding: "same", inputShape,
         kernelInitializer: tf.initializers.heNormal({ seed }) }),
       tf.layers.batchNormalization(),
     ] });`,
  );
  const from = await trained(folder, `--arms ${arms} --model ${model}`);
  const data = join(folder, "data");
  const line = `--run ${from} --arm timm ${data}/images/validation --out ${out}`;
  const refused = (words: string, message: RegExp) =>
    assert.rejects(here(`${line} ${words}`), { name: "UsageError", message });
  await refused(
    "",
    /^Cannot predict with the arm timm as it is one of your own .*--arms FILE\.ts$/,
  );
  await refused(
    `--arms ${arms}`,
    /own \(.*model\.ts\), which a record does not hold: .*--model FILE\.ts$/,
  );
  const own = `--arms ${arms} --model ${model} --truth ${data}/annotations/validation`;
  const ended = await run(`${line} ${own} --backend wasm`);
  assert.equal(ended.code, 0, ended.stderr);
  const { confusion: counts } = await readCell(cellPath(from, { arm: "timm", seed: 0 }));
  assert.deepEqual(await confusion(out!), counts);
  const text = await Deno.readTextFile(arms!);
  const others = join(folder, "others.ts");
  await Deno.writeTextFile(others, text.replace('"timm" })', '"deeplab" })'));
  await refused(`--arms ${others} --model ${model}`, /its algorithms must be those of the run, /);
});

test("makes an arm again that sets values of the profile", async (folder) => {
  const [from, data, out] = [
    await trained(folder, "--arms gn-ws"),
    join(folder, "data"),
    join(folder, "out"),
  ];
  const images = `${data}/images/validation --truth ${data}/annotations/validation`;
  const ended = await run(`--run ${from} --arm gn-ws ${images} --out ${out} --backend wasm`);
  assert.equal(ended.code, 0, ended.stderr);
  const record = await readCell(cellPath(from, { arm: "gn-ws", seed: 0 }));
  assert.deepEqual(await confusion(out), record.confusion);
});

test("predicts with what compare() kept, given its model and arms", async (folder) => {
  const mod = new URL("../../../mod.ts", import.meta.url).href;
  const [arms, model, from, data] = ["arms.ts", "model.ts", "run", "data"]
    .map((name) => join(folder, name)) as [string, string, string, string];
  await writeData(data, 3);
  await Deno.writeTextFile(arms, `export default [{ name: "plain", algorithms: [] }];`);
  await Deno.writeTextFile(
    model,
    `import { tf } from "${mod}";
     export default ({ classes, inputShape, seed }) => tf.sequential({ layers: [
       tf.layers.conv2d({ filters: classes, kernelSize: 3, padding: "same", inputShape, name: "conv",
         kernelInitializer: tf.initializers.heNormal({ seed }) }),
     ] });`,
  );
  const { default: factory } = await import(pathToFileURL(model).href);
  await compare({
    model: factory,
    arms: [{ name: "plain", algorithms: [] }],
    data,
    seeds: [0],
    settings: { duration: "2ba", imageSize: 32, timingRounds: 0, evaluations: 1 },
    backend: "cpu",
    keep: "best",
    out: from,
  });
  const record = await readCell(cellPath(from, { arm: "plain", seed: 0 }));
  assert.deepEqual(Object.keys(record.weights!), ["best"]);
  const out = join(folder, "out");
  const truth = `--truth ${data}/annotations/validation`;
  const line = `--run ${from} --arm plain ${data}/images/validation ${truth} --out ${out}`;
  assert.equal(await here(`${line} --arms ${arms} --model ${model}`), "done");
  assert.deepEqual(await confusion(out), record.confusion);
});

test("lists the best classes of pictures, and scores them by their folders", async (folder) => {
  const data = await generatePictures(join(folder, "data"), {
    training: 64,
    validation: 24,
    size: 40,
    classes: 8,
    seed: 0,
  });
  const [from, out] = [join(folder, "run"), join(folder, "out")];
  const trains = "--set duration=6ba --set timingRounds=0 --set evaluations=1 --seeds 0 --arms ws";
  const sizes = "--set resizeTo=40 --set imageSize=32 --set evalBatchSize=10 --backend wasm";
  const trained = await suiteProcess("bench:imagenet").run(
    `${trains} ${sizes} --data ${data} --out ${from}`,
  );
  assert.equal(trained.code, 0, trained.stderr);
  const ended = await run(
    `--run ${from} --arm ws ${data}/val --truth ${data}/val --out ${out} --backend wasm`,
  );
  assert.equal(ended.code, 0, ended.stderr);
  const record = await readCell(cellPath(from, { arm: "ws", seed: 0 }));
  assert.equal(record.confusion!.flat().reduce((sum, count) => sum + count), 24);
  assert.deepEqual(await confusion(out), record.confusion);
  const { top1, top5 } = await metrics(out);
  assert.deepEqual({ top1, top5 }, { top1: record.metrics.top1, top5: record.metrics.top5 });
  const rows = await table(join(out, "top5.csv"));
  assert.equal(rows.length, 5 * 24);
  const first = rows.slice(0, 5).map(({ probability }) => Number(probability));
  assert.deepEqual(first, first.toSorted((a, b) => b - a));
  const { data: { classNames } } = await readResult(join(from, "result.json"));
  assert.ok(rows.every((row) => row.class === classNames[Number(row.label) - 1]));
  await Deno.rename(join(data, "val", classNames[0]!), join(data, "val", `${classNames[0]}x`));
  await assert.rejects(
    here(`--run ${from} --arm ws ${data}/val --truth ${data}/val --out ${out}2`),
    { name: "DataError", message: /none of the 8 classes that were trained; did you mean/ },
  );
});

test("predicts by an arm that preserves outputs, from the file that it began from", async (folder) => {
  const first = await trained(folder, "--arms baseline");
  const [data, from, out] = [join(folder, "data"), join(folder, "second"), join(folder, "out")];
  const file = join(folder, "start.safetensors");
  await Deno.rename(join(first, "weights/baseline-seed0-last.safetensors"), file);
  const { code, stderr } = await ade20k(
    `${tiny} --set timingRounds=0 --data ${data} --set initialWeights=${file} ` +
      `--arms pretrained,pretrained-ws-preserved --out ${from}`,
  );
  assert.equal(code, 0, stderr);
  const images = join(data, "images/validation");
  const line = `--run ${from} --arm pretrained-ws-preserved ${images} --truth ` +
    `${data}/annotations/validation --out ${out} --batch-size 3`;
  assert.equal(await here(line), "done"); // on another backend than it was trained on
  const record = await readCell(cellPath(from, { arm: "pretrained-ws-preserved", seed: 0 }));
  const { mIoU = NaN } = await metrics(out);
  assert.ok(Math.abs(mIoU - record.metrics.mIoU!) < 0.5, `${mIoU}, not ${record.metrics.mIoU}`);
  const refused = (message: RegExp) =>
    assert.rejects(here(`${line} --force`), { name: "UsageError", message });
  const bytes = await Deno.readFile(file);
  await Deno.writeFile(file, bytes.with(-1, bytes.at(-1)! ^ 1)); // of the last value
  await refused(/must be the file that it began from, .*: its SHA-256 is [0-9a-f]{64}, not /);
  await Deno.remove(file);
  await refused(/^Cannot read the initialWeights .*: there is no such file$/);
});
