import assert from "node:assert/strict";
import { compare, type ModelContext } from "../../../benchmarks/mod.ts";
import { readResult } from "../../../benchmarks/record/mod.ts";
import { tf, WeightStandardization } from "../../../mod.ts";

const arms = [
  { name: "plain", algorithms: [] },
  { name: "standardized", algorithms: [new WeightStandardization()] },
];

function classifier({ classes, inputShape, seed }: ModelContext): tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: seed + 1 });
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, inputShape, kernelInitializer }),
      tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
      tf.layers.dense({ units: classes, kernelInitializer }),
    ],
  });
}

Deno.test("compare() compares classifiers as bench:imagenet does", async () => {
  const out = await Deno.makeTempDir();
  try {
    const result = await compare({
      suite: "imagenet",
      model: classifier,
      arms,
      seeds: [3],
      settings: { duration: "2ba", evaluations: 1, timingRounds: 1 },
      backend: "wasm",
      out,
    });
    assert.deepEqual(result, await readResult(`${out}/result.json`));
    assert.equal(result.suite, "compare");
    assert.equal(result.mainMetric, "top1");
    assert.deepEqual(
      result.cells.map(({ arm, seed, standardizedCount }) => [arm, seed, standardizedCount]),
      [
        ["plain", 3, 0],
        ["standardized", 3, 1],
      ],
    );
    assert.ok(result.cells.every(({ metrics }) => Number.isFinite(metrics.top1)));
    assert.equal(result.overhead?.[0]?.pairs.length, 1);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

Deno.test("compare() throws where arms have one name, or the model's output does not fit", async () => {
  const options = { model: classifier, arms, settings: { imageSize: 32 }, backend: "wasm" };
  const out = await Deno.makeTempDir();
  try {
    const twice = { ...options, out, arms: [arms[0]!, arms[0]!] };
    await assert.rejects(compare(twice), { name: "UsageError", message: /"plain" stands twice/ });
    await assert.rejects(compare({ ...options, out }), {
      name: "UsageError",
      message: /output must be logits \[batch, 32, 32, \d+\]/,
    });
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

Deno.test("compare() refuses what is no object", async () => {
  await assert.rejects(compare(undefined as never), {
    name: "UsageError",
    message: "Cannot go on as the options must be an object: current value is undefined",
  });
});

Deno.test("compare() refuses options and settings that it does not know, as the command line does", async () => {
  const options = { model: classifier, arms, backend: "wasm", out: "/nowhere" };
  const refuses = async (other: object, message: RegExp) =>
    await assert.rejects(compare({ ...options, ...other } as typeof options), {
      name: "UsageError",
      message,
    });
  await refuses(
    { settings: { learningrate: 1 } },
    /Unknown setting "learningrate".*"learningRate"\?/,
  );
  await refuses(
    { settings: { batchSize: "8" } },
    /setting batchSize wants a finite number, like 8: it is "8"/,
  );
  await refuses(
    { settings: { batchSize: NaN } },
    /batchSize wants a finite number, like 8: it is NaN$/,
  );
  await refuses(
    { settings: { duration: 20 } },
    /duration wants a string, like 120ba: it is 20/,
  );
  await refuses({ settings: { dilations: [1, "2"] } }, /dilations wants a list of finite numbers/);
  await refuses({ settings: { width: 64 } }, /^Cannot set width for a model of your own: /);
  await refuses({ settings: { photometric: 1 } }, /photometric wants true or false/);
  await refuses({ settings: { seeds: [1, 1] } }, /seeds wants each seed once/);
  await refuses({ seed: [1] }, /Unknown option "seed".*did you mean "seeds"\?/);
  await refuses({ seeds: [] }, /seeds wants whole numbers .*: it is \[\]/);
  await refuses({ seeds: [1, 1] }, /seeds wants each seed once/);
  await refuses({ seeds: [0.5] }, /seeds wants whole numbers/);
  await refuses({ backend: "wsm" }, /Unknown backend "wsm".*did you mean "wasm"\?/);
  await refuses({ suite: "toString" }, /Unknown suite/);
  await refuses({ out: "" }, /option out wants a folder's path: it is ""/);
  await refuses(
    { model: "model.ts" },
    /model wants a function that makes a model: it is "model.ts"/,
  );
  await refuses({ arms: [{ label: "a" }] }, /arms wants a list of arms, each with name/);
  await refuses({ arms: undefined }, /arms wants .*: it is undefined/);
});

/** A segmenter of stock layers, all of whose initializers have the seed 0. */
function segmenter({ classes, inputShape }: ModelContext): tf.LayersModel {
  const kernelInitializer = tf.initializers.heNormal({ seed: 0 });
  const conv = { kernelSize: 3, padding: "same", kernelInitializer } as const;
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ ...conv, filters: 8, activation: "relu", inputShape }),
      tf.layers.conv2d({ ...conv, filters: classes }),
    ],
  });
}

const short = {
  duration: "10ba",
  imageSize: 32,
  evaluations: 1,
  timingRounds: 0,
  panelImages: 0,
} as const;

async function withOut<T>(body: (out: string) => Promise<T>): Promise<T> {
  const out = await Deno.makeTempDir({ prefix: "compare-test-" });
  try {
    return await body(out);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

Deno.test("compare() gives two equal arms equal results, where initializers have the seed 0", async () => {
  const { cells } = await withOut((out) =>
    compare({
      model: segmenter,
      arms: [{ name: "a", algorithms: [] }, { name: "b", algorithms: [] }],
      seeds: [0],
      settings: short,
      backend: "wasm",
      out,
    })
  );
  const [a, b] = cells;
  assert.deepEqual(b!.initialWeights, a!.initialWeights);
  assert.deepEqual(b!.curve, a!.curve);
  assert.deepEqual(b!.metrics, a!.metrics);
});

Deno.test("compare() never gives a model the seed 0, and tells what stands for it", async () => {
  const seen: number[] = [];
  const { config } = await withOut((out) =>
    compare({
      model: (context) => {
        seen.push(context.seed);
        return segmenter(context);
      },
      arms: [{ name: "a", algorithms: [] }],
      seeds: [0, 1],
      settings: { ...short, duration: "1ba" },
      backend: "wasm",
      out,
    })
  );
  assert.deepEqual(new Set(seen), new Set([2 ** 31 - 1, 1]));
  assert.equal(config.modelSeedOf0, 2 ** 31 - 1);
  assert.equal(config.imageSize, 32);
  assert.ok(!("depth" in config || "dilations" in config), "the suite's own network is not there");
});

Deno.test("compare() stops before training where the arms begin from other weights", async () => {
  const options = {
    arms: [{ name: "a", algorithms: [] }, { name: "b", algorithms: [] }],
    seeds: [3],
    settings: short,
    backend: "wasm",
  };
  await withOut(async (out) => {
    const unseeded = (context: ModelContext) => {
      const model = segmenter(context);
      const last = model.layers[1]!;
      const [kernel, bias] = last.getWeights();
      last.setWeights([tf.randomNormal(kernel!.shape), bias!]);
      return model;
    };
    await assert.rejects(compare({ ...options, model: unseeded, out }), {
      name: "UsageError",
      message:
        /^Cannot compare b with a as with seed 3 they begin from other values of conv2d_Conv2D\/kernel \[3, 3, 8, \d+\]: the same seed must give/,
    });
    assert.deepEqual([...Deno.readDirSync(out)], [], "nothing was written");
  });
});

Deno.test("compare() stops at the cell that begins from other weights, and keeps those before", async () => {
  let made = 0;
  const model = ({ seed, ...context }: ModelContext) => {
    const model = segmenter({ seed, ...context });
    if (seed !== 5) return model; // the first seed is tried before anything is trained
    const [kernel, bias] = model.layers[0]!.getWeights();
    model.layers[0]!.setWeights([tf.add(kernel!, made++), bias!]);
    return model;
  };
  await withOut(async (out) => {
    await assert.rejects(
      compare({
        model,
        arms: [{ name: "a", algorithms: [] }, { name: "b", algorithms: [] }],
        seeds: [4, 5],
        settings: { ...short, duration: "1ba" },
        backend: "wasm",
        out,
      }),
      {
        name: "UsageError",
        message: /^Cannot compare b with a as with seed 5 .*; the cells that are done are kept$/,
      },
    );
    const { cells } = await readResult(`${out}/result.json`);
    assert.deepEqual(cells.map(({ arm, seed }) => `${arm}${seed}`), ["a4", "a5", "b4"]);
  });
});

Deno.test("compare() stops before training where an arm standardizes nothing", async () => {
  const idle = new WeightStandardization({ nLastLayersIgnore: 15 });
  await withOut((out) =>
    assert.rejects(
      compare({
        model: segmenter,
        arms: [{ name: "plain", algorithms: [] }, { name: "ws", algorithms: [idle] }],
        settings: short,
        backend: "wasm",
        out,
      }),
      {
        name: "UsageError",
        message:
          /the arm "ws" standardizes nothing: the model has 2 convolutions, and WeightStandardization\(nLastLayersIgnore=15\) leaves/,
      },
    )
  );
});

Deno.test("compare() records what an arm changes before training", async () => {
  const doubling = {
    name: "doubling",
    match: (event: string) => event === "init",
    apply: (_event: unknown, { model }: { model: tf.LayersModel }) => {
      const [kernel, bias] = model.layers[1]!.getWeights();
      model.layers[1]!.setWeights([tf.mul(kernel!, 2), bias!]);
    },
  };
  const { cells } = await withOut((out) =>
    compare({
      model: segmenter,
      arms: [{ name: "plain", algorithms: [] }, { name: "doubled", algorithms: [doubling] }],
      seeds: [1],
      settings: { ...short, duration: "1ba" },
      backend: "wasm",
      out,
    })
  );
  assert.deepEqual(cells[1]!.initialWeights, cells[0]!.initialWeights);
  assert.equal(cells[0]!.alteredWeights, undefined);
  assert.match(cells[1]!.alteredWeights!.join("; "), /^conv2d_Conv2D\/kernel \[3, 3, 8, \d+\]$/);
});

Deno.test("compare() runs the other cells where one breaks, and rejects with its error", async () => {
  const reason = new TypeError("no such thing");
  const breaking = {
    name: "breaking",
    match: (event: string, { step }: { step: number }) => event === "stepEnd" && step === 2,
    apply: () => {
      throw reason;
    },
  };
  await withOut(async (out) => {
    await assert.rejects(
      compare({
        model: segmenter,
        arms: [{ name: "bad", algorithms: [breaking] }, { name: "good", algorithms: [] }],
        seeds: [1],
        settings: { ...short, duration: "3ba" },
        backend: "wasm",
        out,
      }),
      {
        message: "2 cells, 1 broke\n  broke: bad, seed 1, step 2: TypeError: no such thing",
        cause: reason,
      },
    );
    const { cells } = await readResult(`${out}/result.json`);
    assert.deepEqual(cells.map(({ status }) => status), ["broken", "done"]);
  });
});
