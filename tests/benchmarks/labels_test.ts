/** `bench:ade20k`, `predict` and `compare()` on masks of other conventions, and on sets without parts. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { compare, mergeRuns } from "../../benchmarks/mod.ts";
import { readResult, type Result, weightsPath } from "../../benchmarks/record/mod.ts";
import { decodePng, encodeGrayPng, encodeRgbPng } from "../../datasets/images/png.ts";
import { readSafetensors } from "../../src/models/safetensors.ts";
import { assertError, suiteProcess } from "./suite_process.ts";
import { tiny, writeData } from "./ade20k_data.ts";

const { run, test } = suiteProcess("bench:ade20k");
const predict = suiteProcess("predict").run;
const side = 32;

/** Colours of no class, and of three classes. */
const colors = [[0, 0, 0], [200, 0, 0], [0, 200, 0], [0, 0, 200]] as const;
const paletteText = "0 0 0 void\n200 0 0 roof\n0 200 0 lawn\n0 0 200 pool\n";

/** The label of a pixel, −1 where it is ignored. */
const labelOf = (pixel: number, image: number) => (pixel % 7) === 0 ? -1 : (pixel + image) % 3;

/** Writes a set of 16 images without folders for its parts, its masks by `encode`. */
async function writeFlat(
  root: string,
  encode: (labels: Int16Array) => Uint8Array,
): Promise<void> {
  await Deno.mkdir(join(root, "images"), { recursive: true });
  await Deno.mkdir(join(root, "masks"), { recursive: true });
  for (let i = 0; i < 16; i++) {
    const pixels = Uint8Array.from({ length: side * side * 3 }, (_, p) => (p * 7 + i * 31) % 256);
    const labels = Int16Array.from({ length: side * side }, (_, p) => labelOf(p, i));
    await Deno.writeFile(join(root, `images/${i}.png`), encodeRgbPng(pixels, side, side));
    await Deno.writeFile(join(root, `masks/${i}.png`), encode(labels));
  }
  await Deno.writeTextFile(join(root, "classes.txt"), "roof\nlawn\npool\n");
}

const gray = (value: (label: number) => number) => (labels: Int16Array) =>
  encodeGrayPng(Uint8Array.from(labels, value), side, side);
const with255 = gray((label) => label < 0 ? 255 : label);
const fromOne = gray((label) => label + 1);
const rgb = (labels: Int16Array) =>
  encodeRgbPng(Uint8Array.from([...labels].flatMap((label) => colors[label + 1]!)), side, side);

const line = `${tiny} --set timingRounds=0 --arms ws`;

/** What a run has learnt and counted: all that masks decide. */
const outcome = ({ cells }: Result) =>
  cells.map(({ metrics, confusion, curve, predictions }) => ({
    metrics,
    confusion,
    curve,
    predictions,
  }));

test("trains alike on one set in each convention, and keeps how its masks are read", async (folder) => {
  const of = async (name: string, encode: (labels: Int16Array) => Uint8Array, options: string) => {
    const [data, out] = [join(folder, name), join(folder, `out-${name}`)];
    await writeFlat(data, encode);
    const asked = `${line} --data ${data} --out ${out} --validation-share 0.4 ${options}`;
    const { code, stderr } = await run(asked);
    assert.equal(code, 0, stderr);
    return { asked, out, result: await readResult(join(out, "result.json")) };
  };
  const usual = await of("usual", fromOne, "");
  await Deno.writeTextFile(join(folder, "palette.txt"), paletteText);
  const colored = await of("rgb", rgb, `--palette ${folder}/palette.txt`);
  const other = await of("other", with255, "--labels from-zero,255-ignored");
  assert.deepEqual(outcome(other.result), outcome(usual.result));
  assert.deepEqual(outcome(colored.result), outcome(usual.result));

  const { data } = other.result;
  assert.deepEqual([data.coding, data.validationShare], ["from-zero,255-ignored", 0.4]);
  assert.deepEqual([usual.result.data.coding, usual.result.data.validationShare], [undefined, 0.4]);
  assert.deepEqual(colored.result.data.coding, {
    palette: [[0, 0, 0, -1], [200, 0, 0, 0], [0, 200, 0, 1], [0, 0, 200, 2]],
  });
  assert.deepEqual(colored.result.data.classNames, ["roof", "lawn", "pool"]);
  const identities = [usual, other, colored].map(({ result }) => result.data.identity);
  assert.equal(new Set(identities).size, 3);
  const report = await Deno.readTextFile(join(other.out, "report.md"));
  assert.match(report, /Masks.*labels from-zero,255-ignored/);
  assert.match(report, /Held out.*40\.0 %, by a hash of the images' names/);
  assert.match(
    await Deno.readTextFile(join(colored.out, "report.md")),
    /Masks.*4 colours of a palette[^]*Colours are those of the data's own palette/,
  );
  const bytes = await Deno.readFile(
    join(colored.out, weightsPath(colored.result.cells[0]!, "last")),
  );
  const { metadata } = readSafetensors(bytes);
  assert.deepEqual(JSON.parse(metadata.get("labels")!), colored.result.data.coding);

  // A run goes on with what it began with alone.
  const resumed = await run(`${other.asked} --resume`);
  assert.equal(resumed.code, 0, resumed.stderr);
  for (
    const [asked, message] of [
      [other.asked.replace("from-zero,255-ignored", "from-zero"), /holds the label 255/],
      [
        colored.asked.replace(/--palette \S+/, "--validation-share 0.5"),
        /RGB of 8 bits/,
      ],
    ] as const
  ) assertError(await run(`${asked} --resume`), 3, message);
  assertError(
    await run(`${usual.asked.replace("0.4", "0.41")} --resume`),
    2,
    /differs in the share held out \(--validation-share\) \(0\.4 and 0\.41\)/,
  );
  const swapped = paletteText.replace("200 0 0 roof\n0 200 0", "0 200 0 roof\n200 0 0");
  await Deno.writeTextFile(join(folder, "palette.txt"), swapped);
  await Deno.remove(join(folder, "rgb/classes.txt"));
  assertError(
    await run(`${colored.asked} --resume`),
    2,
    /differs in labels \(--labels, --palette\)/,
  );
});

test("predicts in the palette that was trained on, and scores truth in any convention", async (folder) => {
  const [data, out] = [join(folder, "data"), join(folder, "out")];
  await writeFlat(data, rgb);
  await Deno.writeTextFile(join(folder, "palette.txt"), paletteText);
  const { code, stderr } = await run(
    `${line} --data ${data} --out ${out} --validation-share 0.4 --palette ${folder}/palette.txt`,
  );
  assert.equal(code, 0, stderr);
  await writeFlat(join(folder, "one"), fromOne);
  // Another order, of the same names.
  await Deno.writeTextFile(
    join(folder, "other.txt"),
    paletteText.split("\n").toReversed().join("\n"),
  );
  const tables: string[] = [];
  for (
    const [i, truth] of [
      `${data}/masks`,
      `${folder}/one/masks --labels zero-is-ignored`,
      `${data}/masks --palette ${folder}/other.txt`,
    ].entries()
  ) {
    const made = join(folder, `made-${i}`);
    const ended = await predict(
      `--run ${out} --arm ws ${data}/images --truth ${truth} --out ${made} --backend wasm`,
    );
    assert.equal(ended.code, 0, ended.stderr);
    tables.push(await Deno.readTextFile(join(made, "confusion.csv")));
  }
  assert.deepEqual(tables, [tables[0], tables[0], tables[0]]);
  const counts = (parse(tables[0]!) as string[][]).slice(1).flatMap(([, ...row]) =>
    row.map(Number)
  );
  const labelled = Array.from({ length: side * side }, (_, p) => labelOf(p, 0) >= 0 ? 1 : 0);
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
  assert.equal(sum(counts), 16 * sum(labelled));
  const mask = decodePng(await Deno.readFile(join(folder, "made-0/masks/0.png")), "mask");
  for (let p = 0; p < side * side; p++) {
    const color = [...mask.data.subarray(3 * p, 3 * p + 3)];
    assert.ok(colors.slice(1).some((known) => known.join() === color.join()), `${color}`);
  }
  const classes: Record<string, string>[] = parse(
    await Deno.readTextFile(join(folder, "made-0/classes.csv")),
    { columns: true },
  );
  assert.deepEqual(
    classes.map(({ label, class: name, color }) => [label, name, color]),
    [["0", "roof", "#c80000"], ["1", "lawn", "#00c800"], ["2", "pool", "#0000c8"]],
  );
  const asked = `--run ${out} --arm ws ${data}/images --out ${folder}/no --backend wasm`;
  assertError(
    await predict(`${asked} --labels from-zero`),
    2,
    /masks of --truth are read: add --truth/,
  );
  await Deno.writeTextFile(join(folder, "other.txt"), "0 0 0 void\n200 0 0 rof\n");
  assertError(
    await predict(`${asked} --truth ${data}/masks --palette ${folder}/other.txt`),
    2,
    /Unknown class in .*other\.txt "rof".*did you mean "roof"\?/,
  );
});

test("says what was seen and what to do where what is said of masks cannot be", async (folder) => {
  const [flat, parts, out] = [join(folder, "flat"), join(folder, "parts"), join(folder, "out")];
  await writeFlat(flat, with255);
  await writeData(parts, 3);
  const ends = async (asked: string, code: number, message: RegExp) =>
    assertError(await run(`${line} --out ${out} ${asked}`), code, message);
  await ends(
    "--labels from-zero",
    2,
    /labels as images are generated, .* --data DIR, or leave labels out/,
  );
  await ends(`--labels from-zer --data ${flat}`, 2, /"from-zer".*did you mean "from-zero"\?/);
  await ends(`--labels from-zero --palette p --data ${flat}`, 2, /--labels.*--palette/);
  await ends(
    `--validation-share 1 --data ${flat}`,
    2,
    /--validation-share wants a number > 0 and < 1/,
  );
  await ends(
    `--data ${flat}`,
    3,
    /in no folders training and validation: .*--validation-share 0\.2/,
  );
  await ends(
    `--data ${flat} --validation-share 0.4 --labels from-zero`,
    3,
    /label 255 .*: labels from-zero,255-ignored would fit this mask/,
  );
  await ends(
    `--data ${parts} --validation-share 0.2`,
    3,
    /its folders say what is trained on \(8 images\) .*: leave validationShare/,
  );
  await ends(`--data ${parts} --labels from-zero`, 3, /label 3 .*labels zero-is-ignored would fit/);
  await ends(
    `--data ${parts} --palette ${folder}/none.txt`,
    3,
    /the palette .*none\.txt as there is no such file: give the file/,
  );
  const others = suiteProcess("bench:microbatch").run;
  assertError(
    await others(`--labels from-zero --out ${out} --backend wasm`),
    2,
    /Cannot take labels as images are classified here, and have no masks: leave it out/,
  );
  assertError(await suiteProcess("bench:imagenet").run("--labels from-zero"), 2, /nknown option/);
});

Deno.test("compare() reads masks as the command line does", async () => {
  const folder = await Deno.makeTempDir({ prefix: "labels-test-" });
  const options = {
    arms: [{ name: "ws" }],
    settings: {
      duration: "2ba" as const,
      imageSize: 32,
      evaluations: 1,
      timingRounds: 0,
      panelImages: 0,
    },
    seeds: [0],
    backend: "wasm",
    out: join(folder, "out"),
  };
  try {
    await writeFlat(join(folder, "data"), with255);
    const data = join(folder, "data");
    const said = { data, labels: "from-zero,255-ignored", validationShare: 0.4 } as const;
    const result = await compare({ ...options, ...said });
    const { data: recorded } = await readResult(join(folder, "out/result.json"));
    assert.deepEqual([recorded.coding, recorded.validationShare], [said.labels, 0.4]);
    assert.equal(result.cells[0]!.status, "done");
    const refuses = (more: object, message: RegExp) =>
      assert.rejects(compare({ ...options, ...said, ...more }), { name: "UsageError", message });
    await refuses({ labels: "from-one" }, /Unknown labels "from-one"/);
    await refuses({ validationShare: 2 }, /validationShare wants a number > 0 and < 1: it is 2/);
    await refuses({ palette: "p.txt" }, /labels cannot be used with option palette/);
    await refuses(
      { suite: "imagenet", settings: {} },
      /Cannot take labels as images are classified here/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("compare()'s runs go on and merge with those that read masks alike alone", async () => {
  const folder = await Deno.makeTempDir({ prefix: "labels-test-" });
  const settings = {
    ...{ duration: "2ba" as const, imageSize: 32, evaluations: 1, timingRounds: 0, panelImages: 0 },
    ...{ width: 4, headChannels: 4, batchSize: 4 },
  };
  try {
    const [gray0, colored, palette, turned] = ["gray", "rgb", "palette.txt", "turned.txt"]
      .map((name) => join(folder, name)) as [string, string, string, string];
    await writeFlat(gray0, gray((label) => Math.max(0, label))); // fits both that count from 0
    await writeFlat(colored, rgb);
    await Deno.remove(join(colored, "classes.txt")); // the palette's names stand
    await Deno.writeTextFile(palette, paletteText);
    await Deno.writeTextFile(turned, paletteText.trimEnd().split("\n").reverse().join("\n"));
    const masks = {
      zero: { data: gray0, labels: "from-zero" },
      zero255: { data: gray0, labels: "from-zero,255-ignored" },
      half: { data: gray0, labels: "from-zero", validationShare: 0.5 },
      palette: { data: colored, palette },
      turned: { data: colored, palette: turned },
    } as const;
    const out = (name: string) => join(folder, `out-${name}`);
    const train = (name: string, kind: keyof typeof masks, more: object = {}) =>
      compare({
        ...{ arms: [{ name: "ws" }], settings, seeds: [0], backend: "wasm", log: () => {} },
        ...{ loaderThreads: 0, validationShare: 0.4, out: out(name), ...masks[kind], ...more },
      });
    for (const kind of Object.keys(masks) as (keyof typeof masks)[]) await train(kind, kind);

    const shared = /differs? in the share held out \(validationShare\) \(0\.4 and 0\.5\)/;
    const coded = /differs? in labels \(labels, palette\)/;
    const pairs = [["zero", "zero255", coded], ["zero", "half", shared], [
      "palette",
      "turned",
      coded,
    ]];
    for (const [here, other, message] of pairs as ["zero", "half", RegExp][]) {
      const wrong = { name: "UsageError", message };
      await assert.rejects(train(here, other, { resume: true, seeds: [0, 1] }), wrong);
      await assert.rejects(mergeRuns([out(here), out(other)], out("all")), wrong);
    }
    for (const kind of ["zero255", "palette"] as const) {
      const whole = await train(kind, kind, { resume: true, seeds: [0, 1] });
      for (const i of [1, 2]) await train(`part${i}`, kind, { shard: `${i}/2`, seeds: [0, 1] });
      const merged = await mergeRuns([out("part1"), out("part2")], out("all"), { force: true });
      const results = [whole, merged].map(({ cells }) => cells.map(({ metrics }) => metrics));
      assert.deepEqual(results[1], results[0]);
      assert.equal(results[0]!.length, 2);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
