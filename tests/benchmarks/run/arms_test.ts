/** Arms that change settings and models, through `compare()`. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { compare, type ModelContext, type OwnArm, pair } from "../../../benchmarks/mod.ts";
import type { ClassificationProfile } from "../../../benchmarks/mod.ts";
import { readResult } from "../../../benchmarks/record/mod.ts";
import { runExperiment } from "../../../benchmarks/run/run_experiment.ts";
import { imagenet } from "../../../benchmarks/tasks/suites.ts";
import { models, tf, WeightStandardization } from "../../../mod.ts";
import { writeData } from "../ade20k_data.ts";

type Arm = OwnArm<ClassificationProfile>;

const short = {
  duration: "2ba",
  evaluations: 1,
  timingRounds: 0,
  generatedTraining: 32,
  generatedValidation: 8,
} as const;

async function compared(arms: readonly Arm[], more: object = {}) {
  const out = await Deno.makeTempDir({ prefix: "arms-test-" });
  try {
    const options = { suite: "imagenet" as const, arms, seeds: [1], settings: short };
    return await compare({ ...options, backend: "wasm", out, ...more });
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

function classifier({ classes, inputShape, seed }: ModelContext): tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed });
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, inputShape, kernelInitializer }),
      tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
      tf.layers.dense({ units: classes, kernelInitializer }),
    ],
  });
}

Deno.test("compare() trains arms of other settings on one data set, paired seed by seed", async () => {
  const { arms, cells, contrasts, config, warnings } = await compared([
    { name: "bn" },
    { name: "gn", label: "GN", settings: { normalization: "group", learningRate: 0.5 } },
    { name: "small", settings: { batchSize: 8, microbatchSize: 4, duration: "3ba", minArea: 0.5 } },
    { name: "none", settings: { normalization: "none", optimizer: "sgd" } },
  ]);
  assert.deepEqual(arms.map(({ settings }) => settings), [
    undefined,
    { learningRate: 0.5, normalization: "group" },
    { batchSize: 8, minArea: 0.5, microbatchSize: 4, duration: "3ba" },
    { optimizer: "sgd", normalization: "none" },
  ]);
  assert.deepEqual(contrasts!.map(({ label }) => label), ["GN − bn", "small − bn", "none − bn"]);
  assert.deepEqual([config.normalization, config.batchSize], ["batch", 16]);
  assert.deepEqual(
    cells.map((
      { arm, steps, batchSize, microbatchSize },
    ) => [arm, steps, batchSize, microbatchSize]),
    [["bn", 2, 16, undefined], ["gn", 2, 16, undefined], ["small", 3, 8, 4], [
      "none",
      2,
      16,
      undefined,
    ]],
  );
  const [bn, gn, small, none] = cells.map(({ initialWeights }) => initialWeights!);
  assert.deepEqual(small, bn);
  const shared = (other: Record<string, string>) =>
    Object.keys(other).filter((name) => name in bn!);
  for (const other of [gn!, none!]) {
    assert.ok(shared(other).length > 10);
    for (const name of shared(other)) assert.equal(other[name], bn![name], name);
  }
  assert.ok("bn1/moving_mean [8]" in bn! && !("bn1/moving_mean [8]" in gn!));
  assert.ok(!("bn1/gamma [8]" in none!));
  assert.notEqual(cells[1]!.curve[1]!.learningRate, cells[0]!.curve[1]!.learningRate);
  assert.deepEqual(warnings.filter(({ code }) => code === "equal-arms"), []);
});

Deno.test("compare() tells a model's function its arm and settings, and an arm's own comes first", async () => {
  const seen: ModelContext[] = [];
  const watched = (context: ModelContext) => {
    seen.push(context);
    return classifier(context);
  };
  const own = (context: ModelContext) => classifier(context);
  const { arms, config } = await compared(
    [{ name: "a" }, { name: "b", settings: { learningRate: 0.7 } }, { name: "c", model: own }],
    { model: watched },
  );
  const rates = new Map(seen.map(({ arm, settings }) => [arm, settings.learningRate]));
  assert.deepEqual([...rates], [["a", 0.016], ["b", 0.7]]);
  assert.ok(seen.every(({ settings }) => settings.imageSize === 32 && !("depth" in settings)));
  assert.deepEqual(arms.map(({ model }) => model), [undefined, undefined, "own"]);
  assert.equal(config.model, "watched");
  assert.ok(!("normalization" in config), "the suite's own network is not there");
});

Deno.test("compare() warns on top where two arms cannot differ", async () => {
  const ws = () => [new WeightStandardization()];
  const equal = async (arms: readonly Arm[], more: object = {}) =>
    (await compared(arms, more)).warnings.filter(({ code }) => code === "equal-arms")
      .map(({ message }) => message);
  assert.deepEqual(
    await equal([
      { name: "a", algorithms: ws() },
      { name: "b", algorithms: ws(), settings: { normalization: "batch" } },
      { name: "c" },
    ]),
    ["The arms a and b have the same settings, algorithms and model: nothing can differ"],
  );
  const byArm = (context: ModelContext) =>
    classifier({ ...context, seed: context.seed + (context.arm === "a" ? 0 : 0) });
  assert.equal((await equal([{ name: "a" }, { name: "b" }], { model: byArm })).length, 1);
  const deeper = (context: ModelContext) => {
    const model = classifier(context) as tf.Sequential;
    if (context.arm === "b") model.add(tf.layers.activation({ activation: "linear" }));
    return model;
  };
  assert.deepEqual(await equal([{ name: "a" }, { name: "b" }], { model: deeper }), []);
});

Deno.test("compare() names the arm whose settings or model are wrong, before anything is written", async () => {
  const refuses = async (arm: Arm, message: RegExp, more: object = {}) =>
    await assert.rejects(compared([{ name: "plain" }, arm], { out: "/nowhere", ...more }), {
      name: "UsageError",
      message,
    });
  const set = (settings: object): Arm => ({ name: "gn", settings });
  await refuses(
    set({ normalisation: "group" }),
    /^In the arm "gn": Unknown setting "normalisation".*mean "normalization"\?$/,
  );
  await refuses(
    set({ learningRate: "0.1" }),
    /^In the arm "gn": .*learningRate wants a finite number, like 0\.016: it is "0\.1"$/,
  );
  await refuses(
    set({ seeds: [3] }),
    /^In the arm "gn": Cannot set seeds for one arm: it is a value of the whole run/,
  );
  await refuses(
    set({ beta2: 0.95 }),
    /^In the arm "gn": Cannot set beta2 as nothing reads it where optimizer is decoupled-sgdw/,
  );
  await refuses(
    set({ normalization: "grup" }),
    /^In the arm "gn": .*name must be one of batch, group, layer, .*"grup"/,
  );
  await refuses(
    set({ optimizer: "adam" }),
    /^In the arm "gn": Unknown optimizer "adam": wanted one of "decoupled-sgdw", "sgd"/,
  );
  await refuses(
    set({ learningRate: -1 }),
    /^In the arm "gn": .*learningRate must be > 0: current value is -1$/,
  );
  await refuses(set({ batchSize: 0 }), /^In the arm "gn": .*batchSize must be an integer > 0/);
  await refuses(set({ duration: "ten" }), /^In the arm "gn": .*duration must be epochs or batches/);
  await refuses(
    set({ initialWeights: "no.safetensors" }),
    /^In the arm "gn": Cannot read the initialWeights no\.safetensors: there is no such file$/,
  );
  await refuses(
    { name: "gn", setting: { normalization: "group" } } as Arm,
    /^Unknown field of the arm "gn" "setting": wanted .*; did you mean "settings"\?$/,
  );
  await refuses(
    { name: "ws", algorithm: [new WeightStandardization()] } as Arm,
    /^Unknown field of the arm "ws" "algorithm": .*mean "algorithms"\?$/,
  );
  await refuses(
    set({ resizeTo: 40 }),
    /^Cannot compare gn with plain as its settings make other generated images/,
  );
  await refuses(
    { ...set({ normalization: "group" }), model: classifier },
    /^In the arm "gn": Cannot set normalization for a model of your own/,
  );
  await refuses(
    { name: "own", model: (context) => classifier({ ...context, classes: 3 }) },
    /^Cannot use the model of the arm "own" as its output must be logits \[batch, 8\]: it is \[batch, 3\]$/,
  );
  await refuses(
    {
      name: "own",
      model: () => {
        throw new TypeError("no such\nlayer");
      },
    },
    /^Cannot make the model of the arm "own" as its function throws: no such layer$/,
  );
  const contrasts = [pair("gm", "plain")];
  await refuses(set({ normalization: "group" }), /^Unknown arm of the contrast gm - plain "gm"/, {
    contrasts,
  });
});

Deno.test("compare() warns where arms are evaluated at two sizes, and shows one's predictions", async () => {
  const folder = await Deno.makeTempDir({ prefix: "arms-test-" });
  try {
    await writeData(join(folder, "data"), 3);
    await compare({
      arms: [{ name: "a" }, { name: "b", settings: { imageSize: 64 } }],
      settings: { duration: "1ba", imageSize: 32, evaluations: 1, timingRounds: 0, batchSize: 4 },
      data: join(folder, "data"),
      seeds: [1],
      backend: "wasm",
      out: join(folder, "out"),
    });
    const { cells, panels, warnings } = await readResult(join(folder, "out"));
    assert.equal(panels[0]!.width, 32);
    assert.deepEqual(cells.map(({ predictions }) => predictions!.length), [panels.length, 0]);
    assert.equal(
      warnings.find(({ code }) => code === "other-evaluation")?.message,
      "The arm b is evaluated on masks of 64 px, and a on masks of 32 px",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a run whose first arm is left out records the file that the others begin from", async () => {
  const folder = await Deno.makeTempDir({ prefix: "left-out-test-" });
  try {
    const initialWeights = await weightsFile(folder, 8);
    const own = { initialWeights: await weightsFile(folder, 5), microbatchSize: 1 };
    const arm = { label: "", description: "", algorithms: [] };
    const outcome = await runExperiment({
      suite: { ...imagenet, leavesOut: true },
      profileName: "quick",
      profile: {
        ...imagenet.profiles.quick!,
        ...short,
        imageSize: 8,
        resizeTo: 16,
        initialWeights,
      },
      arms: [
        { ...arm, name: "one", settings: own },
        { ...arm, name: "whole", settings: { microbatchSize: 0 } },
      ],
      contrasts: [],
      modelName: "the suite's own",
      seeds: [1],
      backend: "wasm",
      out: join(folder, "out"),
      resume: false,
      force: false,
      dryRun: false,
      command: "",
    }, new AbortController().signal);
    assert.ok("result" in outcome);
    const { arms, config } = outcome.result;
    assert.match(arms[0]!.refused!, /has one image/);
    const bytes = await Deno.readFile(initialWeights);
    const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    assert.equal(config.initialWeightsSha256, sha256);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** A file of the weights of the suite's own network on the pictures that are generated here. */
async function weightsFile(folder: string, classes: number, width = 8): Promise<string> {
  const depth = { block: "basic", counts: [1, 1, 1, 1] } as const;
  const inputShape = [32, 32, 3];
  const model = models.resnet({ depth, width, stem: "cifar", classes, inputShape, seed: 99 });
  const path = join(folder, `${classes}-${width}.safetensors`);
  await Deno.writeFile(path, models.saveTorchWeights(model));
  model.dispose();
  return path;
}

Deno.test("compare() begins an arm from a file of weights, and says so", async () => {
  await tf.setBackend("wasm");
  await tf.ready();
  const folder = await Deno.makeTempDir({ prefix: "weights-test-" });
  try {
    const [same, other, wide] = await Promise.all([
      weightsFile(folder, 8),
      weightsFile(folder, 5),
      weightsFile(folder, 8, 4),
    ]);
    const started = await compared([
      { name: "random" },
      { name: "given", settings: { initialWeights: same! } },
      { name: "five", settings: { initialWeights: other! } },
    ]);
    const bytes = await Deno.readFile(same!);
    const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    assert.deepEqual(started.arms[1]!.settings, {
      initialWeights: same,
      initialWeightsSha256: sha256,
    });
    const [random, given, five] = started.cells.map(({ initialWeights }) => initialWeights!);
    const [kernel, head] = ["conv1/kernel [3, 3, 3, 8]", "fc/kernel [64, 8]"];
    assert.notEqual(given![kernel!], random![kernel!]);
    assert.equal(five![kernel!], given![kernel!]);
    assert.notEqual(given![head!], random![head!]);
    assert.equal(
      five![head!],
      random![head!],
      "a classifier of other classes stays as initialized",
    );
    const told = new Map(started.warnings.map(({ code, message }) => [code, message]));
    assert.match(told.get("other-start")!, /of given, five begin from other weights than random/);
    assert.match(told.get("initial-weights")!, /fc\.bias, fc\.weight stay as initialized in five$/);

    const whole = await compared([{ name: "a" }, { name: "b", settings: { momentum: 0.5 } }], {
      settings: { ...short, initialWeights: same! },
    });
    assert.equal(whole.config.initialWeightsSha256, sha256);
    assert.equal(whole.cells[1]!.initialWeights![head!], given![head!]);
    assert.equal(whole.cells[0]!.initialWeights![head!], given![head!]);

    const refuses = (initialWeights: string, message: RegExp) =>
      assert.rejects(compared([{ name: "a", settings: { initialWeights } }]), {
        name: "UsageError",
        message,
      });
    await refuses(
      "no.safetensors",
      /Cannot read the initialWeights no\.safetensors: there is no such file$/,
    );
    await refuses(
      wide!,
      /Cannot begin from the initialWeights .*misshapen: conv1\.weight \[4,3,3,3\], must be \[8/,
    );
    const text = join(folder, "text.safetensors");
    await Deno.writeTextFile(text, "<!doctype html>");
    await refuses(text, /Cannot begin from the initialWeights .*a page of HTML/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
