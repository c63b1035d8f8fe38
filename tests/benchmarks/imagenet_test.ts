/** `bench:imagenet` as its users meet it; what all suites share is tested on `bench:ade20k`. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readResult } from "../../benchmarks/record/mod.ts";
import { writeSafetensors } from "../../src/models/safetensors.ts";
import { encodeJpeg } from "../../datasets/images/jpeg.ts";
import { assertError, exists, suiteProcess, untimed } from "./suite_process.ts";

const { run, test: suiteTest } = suiteProcess("bench:imagenet");
/** The smallest run that goes the whole way. */
const tiny = "--set duration=2ba --set warmup=1ba --set imageSize=16 --set resizeTo=18 " +
  "--set batchSize=8 --set generatedTraining=20 --set generatedValidation=8 " +
  "--set timingRounds=1 --set evaluations=1 --seeds 0 --backend wasm";

/** Pictures of one colour a class, and a little noise, in folders. */
async function writeData(
  folder: string,
  { classes = 3, train = 4, val = 2 } = {},
): Promise<void> {
  const size = 24;
  for (const [split, count] of [["train", train], ["val", val]] as const) {
    for (let label = 0; label < classes; label++) {
      const directory = join(folder, split, `class${label}`);
      await Deno.mkdir(directory, { recursive: true });
      for (let i = 0; i < count; i++) {
        const pixels = Uint8Array.from(
          { length: size * size * 3 },
          (_, p) => (p % 3 === label ? 200 : 40) + (p * 7 + i * 31) % 20,
        );
        const jpeg = await encodeJpeg(pixels, size, size, 90);
        await Deno.writeFile(join(directory, `${i}.JPEG`), jpeg);
      }
    }
  }
}

suiteTest("writes every report, the same again apart from timings", async (folder) => {
  const [one, two] = [join(folder, "one"), join(folder, "two")];
  const first = await run(`${tiny} --out ${one} --loader-threads 1`);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /report\.md/);
  for (const file of ["result.json", "result.csv", "report.md", "curves.svg"]) {
    assert.ok(await exists(join(one, file)), file);
  }
  const { cells, data, mainMetric, panels } = await readResult(join(one, "result.json"));
  assert.deepEqual(cells.map(({ arm, status }) => [arm, status]), [
    ["baseline", "done"],
    ["ws", "done"],
  ]);
  const counts = cells.map(({ standardizedCount, convolutionCount }) =>
    convolutionCount - standardizedCount
  );
  assert.deepEqual(counts, [cells[0]!.convolutionCount, 0], "every convolution is standardized");
  for (const { metrics, classIou } of cells) {
    const { top1 = NaN, top5 = NaN } = metrics;
    assert.ok(top1 >= 0 && top5 >= top1 && top5 <= 100, `${top1} ${top5}`);
    assert.deepEqual(classIou, []);
  }
  assert.deepEqual([data.name, data.generated, data.classes], ["generated pictures", true, 8]);
  assert.deepEqual([mainMetric, panels], ["top1", []]);
  const report = await Deno.readTextFile(join(one, "report.md"));
  for (const text of ["## top-1 (%)", "top-5 (%)", "- Guessing: 12.50 % top-1"]) {
    assert.ok(report.includes(text), text);
  }
  assert.match(report, /\*\*C1\*\*.*\*\*no verdict\*\* generated data/);
  assert.doesNotMatch(report, /\*\*(not )?reproduced\*\*/);
  assert.equal((await run(`${tiny} --out ${two} --loader-threads 2`)).code, 0);
  assert.deepEqual(await untimed(one), await untimed(two), "workers change nothing");
  assert.ok((await untimed(one)).length > 6);
});

suiteTest("takes the same steps by microbatches, in an evaluated cell", async (folder) => {
  const line = `${tiny} --set microbatchSize=4 --set timingRounds=0 --arms ws --out ${folder}`;
  const { code, stderr } = await run(line);
  assert.equal(code, 0, stderr);
  const { cells } = await readResult(join(folder, "result.json"));
  assert.deepEqual(cells.map(({ steps, batchSize }) => [steps, batchSize]), [[2, 8]]);
  assert.equal(cells[0]!.microbatchSize, 4);
});

suiteTest("takes a data set and a model of one's own, and tells top-1 alone", async (folder) => {
  const data = join(folder, "data");
  await writeData(data);
  const mod = new URL("../../mod.ts", import.meta.url).href;
  await Deno.writeTextFile(
    join(folder, "model.ts"),
    `import { tf } from "${mod}";
     export default ({ classes, inputShape, seed }) => tf.sequential({ layers: [
       tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape,
         kernelInitializer: tf.initializers.heNormal({ seed }) }),
       tf.layers.globalAveragePooling2d({}),
       tf.layers.dense({ units: classes, kernelInitializer: tf.initializers.heNormal({ seed }) }),
     ] });`,
  );
  const out = join(folder, "out");
  const own = `--data ${data} --model ${folder}/model.ts --out ${out}`;
  const { code, stderr } = await run(`${tiny} ${own}`);
  assert.equal(code, 0, stderr);
  const result = await readResult(join(out, "result.json"));
  assert.deepEqual(result.cells.map(({ standardizedCount }) => standardizedCount), [0, 1]);
  const { classes, classNames, trainingCount, validationCount, generated } = result.data;
  assert.deepEqual([classes, trainingCount, validationCount, generated], [3, 12, 6, false]);
  assert.deepEqual(classNames, ["class0", "class1", "class2"]);
  assert.deepEqual(
    Object.keys(result.cells[0]!.metrics).filter((name) => name.startsWith("top")),
    ["top1"],
    "top-5 of three classes would always be 100 %",
  );
  const model = `export default () => ({ outputs: [{ shape: [null, 2] }] });`;
  await Deno.writeTextFile(join(folder, "other.ts"), model);
  const other = await run(`${tiny} --data ${data} --model ${folder}/other.ts --out ${out}2`);
  assertError(other, 2, /output must be logits \[batch, 3\]: it is \[batch, 2\]/);
});

suiteTest(
  "evaluates alone without training images, and claims no official name",
  async (folder) => {
    const data = join(folder, "cifar10");
    await writeData(data);
    await Deno.remove(join(data, "train"), { recursive: true });
    const out = join(folder, "out");
    const { code, stderr } = await run(`${tiny} --data ${data} --out ${out}`);
    assert.equal(code, 0, stderr);
    const { cells, data: { name }, warnings } = await readResult(join(out, "result.json"));
    assert.deepEqual(cells.map(({ steps }) => steps), [0, 0]);
    assert.ok(cells.every(({ metrics }) => Number.isFinite(metrics.top1)));
    assert.equal(name, "cifar10 (not CIFAR-10 itself)");
    assert.ok(warnings.some(({ code }) => code === "evaluation-only"));
  },
);

suiteTest("warns where one class makes up most of the validation images", async (folder) => {
  const data = join(folder, "data");
  await writeData(data, { val: 3 });
  for (const name of ["class0/0", "class0/1", "class2/0", "class2/1"]) {
    await Deno.remove(join(data, "val", `${name}.JPEG`));
  }
  const out = join(folder, "out");
  assert.equal((await run(`${tiny} --arms baseline --data ${data} --out ${out}`)).code, 0);
  const { warnings, constantPrediction } = await readResult(join(out, "result.json"));
  assert.deepEqual(constantPrediction, { class: 1, top1: 60 });
  const report = await Deno.readTextFile(join(out, "report.md"));
  assert.ok(report.includes("- Always saying “class1”: 60.00 % top-1"));
  const warning = warnings.find(({ code }) => code === "unbalanced-classes");
  assert.match(String(warning?.message), /^60\.0 % .* "class1"/);
});

suiteTest("ends with 2 when the command line is wrong", async (folder) => {
  const wrong = async (line: string, message: RegExp) =>
    assertError(await run(`${tiny} --out ${folder}/out ${line}`), 2, message);
  await wrong("--profile papr", /Unknown profile "papr".*did you mean "paper"/);
  assertError(await run(`--profile paper --out ${folder}/out`), 2, /needs a data set: .*--data/);
  await wrong("--arms ws-all", /Unknown arm "ws-all"/);
  await wrong("--set stem=small", /stem must be "imagenet" or "cifar"/);
  await wrong("--set normalizationScale=two", /normalizationScale must be "ones" or "uniform"/);
  await wrong("--set depth=17", /depth must be one of 18, 34/);
  await wrong("--set warmup=5", /warmup must be epochs or batches.*"5"/);
  await wrong("--set batchSize=0 --set warmup=1ep", /batchSize must be an integer > 0/);
  await wrong("--set batchSize=1000", /batchSize must be <= 20/);
  await wrong("--set minArea=2", /minArea and maxArea must be/);
  await wrong("--set imageSize=24", /resizeTo must be an integer >= 24/);
  await wrong("--set microbatchSize=-1", /microbatchSize wants a whole number >= 0: it is -1/);
  await wrong("--set generatedClasses=1", /classes must be/);
  assert.ok(!await exists(join(folder, "out", "cells")), "nothing was written");
});

suiteTest("ends with 3 when the data are wrong, and names the file", async (folder) => {
  const data = join(folder, "data");
  const out = join(folder, "out");
  const broken = async (message: RegExp, options = "") =>
    assertError(await run(`${tiny} --data ${data} --out ${out} ${options}`), 3, message);
  await broken(/data/);
  await Deno.mkdir(data);
  await broken(/train/);
  await writeData(data, { classes: 1 });
  await broken(/has 1 class/);
  await writeData(data);
  for (const split of ["train", "val"]) {
    const image = join(data, split, "class1", "1.JPEG");
    const intact = await Deno.readFile(image);
    await Deno.writeFile(image, intact.subarray(0, 300));
    await broken(new RegExp(`${split}/class1/1\\.JPEG`));
    await Deno.writeFile(image, intact);
  }
  await Deno.remove(join(data, "val"), { recursive: true });
  await broken(/no validation images|val/);
  assert.ok(!await exists(join(out, "report.md")));
});

suiteTest("passes over bad images where --skip-bad allows it, and counts them", async (folder) => {
  const data = join(folder, "data");
  await writeData(data);
  await Deno.writeTextFile(join(data, "train", "class1", "1.JPEG"), "not a picture");
  const line = `${tiny} --set timingRounds=0 --data ${data} --out ${folder}/out`;
  const { code, stderr } = await run(`${line} --skip-bad 1 --arms baseline`);
  assert.equal(code, 0, stderr);
  const { cells } = await readResult(join(folder, "out", "result.json"));
  assert.equal(cells[0]!.skippedCount, 1);
  assertError(await run(`${line}2 --skip-bad 0`), 3, /class1\/1\.JPEG/);
});

suiteTest("prints its plan and help without writing", async (folder) => {
  const out = join(folder, "out");
  const plan = await run(`${tiny} --dry-run --out ${out}`);
  assert.equal(plan.code, 0, plan.stderr);
  assert.match(plan.stdout, /2 cells/);
  assert.match(plan.stdout, /20 training and 8 validation/);
  assert.ok(!await exists(join(out, "cells")));
  const help = await run("--help");
  assert.equal(help.code, 0);
  for (const word of ["bench:imagenet", "quick", "proxy", "paper", "ws", "--skip-bad"]) {
    assert.ok(help.stdout.includes(word), word);
  }
});

suiteTest("trains a set of arms by its name, or some of its arms", async (folder) => {
  const line = `${tiny} --set timingRounds=0 --out`;
  const [norms, some] = [join(folder, "norms"), join(folder, "some")];
  const first = await run(`${line} ${norms} --arms norms`);
  assert.equal(first.code, 0, first.stderr);
  const { arms, contrasts, cells } = await readResult(join(norms, "result.json"));
  assert.deepEqual(arms.map(({ name }) => name), ["bn", "bn-ws", "gn", "gn-ws"]);
  assert.deepEqual(contrasts!.map(({ label }) => label), [
    "GN + WS − GN",
    "GN + WS − BN",
    "GN, main effect",
    "WS, main effect",
    "GN × WS, interaction",
    "BN + WS − BN",
  ]);
  assert.ok(cells.every(({ status }) => status === "done"));
  const report = await Deno.readTextFile(join(norms, "report.md"));
  assert.match(
    report,
    /\| normalization \| pairs \| .* interaction: effect − that in BN .*\n.*\n\| BN \| 1 /,
  );
  assert.equal((await run(`${line} ${some} --arms gn,gn-ws`)).code, 0);
  const chosen = await readResult(join(some, "result.json"));
  assert.deepEqual(chosen.contrasts!.map(({ name }) => name), ["gn-ws - gn"]);
  assertError(
    await run(`${line} ${some} --arms gn,gn-ws --resume --set width=4`),
    2,
    /config\.width/,
  );
});

suiteTest(
  "refuses a set of arms that lacks what it needs, and arms that are wrong",
  async (folder) => {
    const out = join(folder, "out");
    const wrong = async (options: string, message: RegExp) =>
      assertError(await run(`${tiny} ${options} --out ${out}`), 2, message);
    await wrong(
      "--arms pretraining",
      /^error: Cannot run --arms pretraining as it wants a value: add --set initialWeights=VALUE$/m,
    );
    await wrong("--arms norm", /Unknown arm "norm": wanted one of .*did you mean "norms"\?/);
    const module = async (text: string, message: RegExp, more = "") => {
      const path = join(folder, `${crypto.randomUUID()}.ts`);
      await Deno.writeTextFile(path, text);
      await wrong(`--arms ${path} ${more}`, message);
    };
    const arms = (text: string) => `export default [{ name: "a" }, ${text}];`;
    await module(
      arms(`{ name: "b", settings: { lerningRate: 1 } }`),
      /^error: In the arm "b": Unknown setting "lerningRate".*did you mean "learningRate"\?$/m,
    );
    await module(
      arms(`{ name: "b", settings: { width: "8" } }`),
      /^error: In the arm "b": .*setting width wants a finite number, like 8: it is "8"$/m,
    );
    await module(
      arms(`{ name: "b", settings: { seeds: [1] } }`),
      /^error: In the arm "b": Cannot set seeds for one arm/m,
    );
    await module(
      arms(`{ name: "b", settings: { width: 4 }, model: () => {} }`),
      /^error: In the arm "b": Cannot set width for a model of your own/m,
    );
    await module(
      arms(`{ name: "b", model: () => undefined }`),
      /^error: Cannot use the model of the arm "b" as its output must be logits \[batch, 8\]: it is no LayersModel$/m,
    );
    const contrast = (weights: string) =>
      `export const contrasts = [{ name: "c", label: "c", weights: ${weights} }];`;
    await module(
      arms(`{ name: "b" }`) + contrast("{ b: 1, aa: -1 }"),
      /^error: Unknown arm of the contrast c "aa": wanted one of "a", "b"$/m,
    );
    await module(
      arms(`{ name: "b" }`) + contrast("{ b: 1, a: -0.5 }"),
      /^error: Cannot compare as the weights of the contrast "c" must add up to 0, .*: they are 1, -0\.5$/m,
    );
    await module(
      arms(`{ name: "b" }`),
      /^error: Cannot read the initialWeights none\.safetensors: there is no such file$/m,
      "--set initialWeights=none.safetensors",
    );
    assert.ok(!await exists(out), "nothing was written");
  },
);

suiteTest("trains the ablations: formulas, ignored layers, regularization", async (folder) => {
  const small = `${tiny} --set timingRounds=0 --keep none`;
  const trained = async (set: string, options = "") => {
    const out = join(folder, set);
    const { code, stderr } = await run(`${small} --arms ${set} ${options} --out ${out}`);
    assert.equal(code, 0, stderr);
    const result = await readResult(join(out, "result.json"));
    assert.ok(result.cells.every(({ status }) => status === "done"), set);
    return result;
  };
  const variants = await trained("variants");
  assert.equal(variants.cells.length, 6);
  assert.deepEqual(variants.grid!.axes.map(({ name }) => name), ["mean", "variance"]);
  const lossOf = (name: string) =>
    variants.cells.find(({ arm }) => arm === name)!.metrics.trainLoss!;
  // Batch norm undoes a filter's scale at first, and not its mean.
  for (const [one, other] of [["composer", "baseline"], ["mean-only", "variance-only"]] as const) {
    assert.ok(Math.abs(lossOf(one) - lossOf(other)) > 1e-3, `${one} trains as ${other} does`);
  }
  const ignored = await trained("ignored", "--set ignoredLayers=0,5,11");
  assert.deepEqual(
    ignored.cells.map(({ convolutionCount, standardizedCount }) =>
      convolutionCount - standardizedCount
    ),
    [12, 0, 5, 11],
  );
  assert.deepEqual(ignored.config.ignoredLayers, [0, 5, 11]);
  const regularization = await trained("regularization");
  const { weightDecay, augmentation } = regularization.config;
  assert.equal(augmentation, undefined, "as in runs of earlier releases");
  assert.deepEqual(regularization.arms.find(({ name }) => name === "ws-regularized")!.settings, {
    weightDecay: 4 * Number(weightDecay),
    augmentation: 2,
  });
  const out = join(folder, "wrong");
  assertError(
    await run(`${small} --arms ignored --set ignoredLayers=3,3 --out ${out}`),
    2,
    /^error: Cannot run as ignoredLayers wants whole numbers >= 0, each once: it is \[3,3\]$/m,
  );
  assertError(
    await run(`${small} --set augmentation=-1 --out ${out}`),
    2,
    /^error: Cannot run as augmentation wants a number >= 0: it is -1$/m,
  );
  assertError(
    await run(`${small} --arms ignored --set ignoredLayers=0,12 --out ${out}`),
    2,
    /^error: Cannot compare as the arm "ws-ignore-12" standardizes nothing: the model has 12 convolutions/m,
  );
  assert.ok(!await exists(out), "nothing was written");
});

suiteTest("goes on from weights trained without WS, in three ways", async (folder) => {
  const [first, out] = [join(folder, "first"), join(folder, "out")];
  const small = `${tiny} --set timingRounds=0`;
  assert.equal((await run(`${small} --arms baseline,ws --out ${first}`)).code, 0);
  const file = (arm: string) => join(first, "weights", `${arm}-seed0-last.safetensors`);
  const start = (path: string) => `--arms pretraining --set initialWeights=${path} --out ${out}`;
  const ended = await run(`${small} ${start(file("baseline"))}`);
  assert.equal(ended.code, 0, ended.stderr);
  const { cells } = await readResult(join(out, "result.json"));
  assert.deepEqual(cells.map(({ arm, status }) => [arm, status]), [
    ["pretrained", "done"],
    ["pretrained-ws", "done"],
    ["pretrained-ws-preserved", "done"],
  ]);
  const losses = cells.map(({ curve }) => curve[0]!.loss);
  assert.ok(Math.abs(losses[2]! / losses[0]! - 1) < 1e-5, `the first loss is the same: ${losses}`);
  assert.ok(Math.abs(losses[1]! / losses[0]! - 1) > 1e-3, `WS alone has another: ${losses}`);
  const standardized = await run(`${small} ${start(file("ws"))} --force`);
  assert.equal(standardized.code, 0, standardized.stderr);
  assert.match(standardized.stderr, /^warning: The file .* kernels were trained with WS\. /m);
  const stranger = join(folder, "stranger.safetensors");
  const entry = { dtype: "F32", shape: [1], bytes: new Uint8Array(4) } as const;
  const tensors = new Map([["encoder.weight", entry]]);
  await Deno.writeFile(stranger, writeSafetensors({ tensors, metadata: new Map() }));
  assertError(
    await run(`${small} ${start(stranger)} --force`),
    2,
    /^error: Cannot begin from the initialWeights .*stranger\.safetensors: it fits no layer of the network: it has encoder\.weight/m,
  );
  assert.equal((await readResult(join(out, "result.json"))).cells.length, 3, "what is there stays");
});

suiteTest(
  "warns before training, and in the report, where two arms cannot differ",
  async (folder) => {
    const [path, out] = [join(folder, "arms.ts"), join(folder, "out")];
    await Deno.writeTextFile(
      path,
      `export default [{ name: "a" }, { name: "b", settings: { width: 8 } }];`,
    );
    const { code, stderr } = await run(`${tiny} --set timingRounds=0 --arms ${path} --out ${out}`);
    assert.equal(code, 0, stderr);
    const message =
      "The arms a and b have the same settings, algorithms and model: nothing can differ";
    assert.ok(stderr.indexOf(`warning: ${message}`) < stderr.indexOf("a, seed 0"), stderr);
    assert.ok((await Deno.readTextFile(join(out, "report.md"))).includes(message));
  },
);
