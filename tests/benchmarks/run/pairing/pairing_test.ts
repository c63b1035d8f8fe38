import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import {
  checkPaired,
  type PairedCell,
  unpairedCells,
} from "../../../../benchmarks/record/check_paired.ts";
import { modelSeed } from "../../../../benchmarks/experiments/seeds.ts";
import {
  changedWeights,
  weightDigests,
} from "../../../../benchmarks/run/pairing/weight_digests.ts";
import { rebuild } from "../../../../benchmarks/report/rebuild.ts";
import { comparisonWarnings, pairingRows } from "../../../../benchmarks/report/cells/pairing.ts";
import { writeResult } from "../../../../benchmarks/record/mod.ts";
import { layers, models, tf } from "../../../../mod.ts";
import { forEachBackend } from "../../../backends.ts";
import { cell, result } from "../../report/synthetic.ts";

function stock(seed: number, normalization: "batch" | "group" = "batch"): tf.LayersModel {
  const kernelInitializer = tf.initializers.heNormal({ seed });
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [5, 5, 2], kernelInitializer }),
      tf.layers.conv2d({ filters: 3, kernelSize: 1, kernelInitializer }),
      tf.layers.conv2d({ filters: 3, kernelSize: 1, kernelInitializer }),
      normalization === "batch"
        ? tf.layers.batchNormalization()
        : layers.groupNormalization({ groups: 3 }),
    ],
  });
}

async function digestsOf(make: () => tf.LayersModel): Promise<Record<string, string>> {
  const model = make();
  const digests = await weightDigests(model);
  model.dispose();
  return digests;
}

forEachBackend(
  "weightDigests() gives the same for a model that is made again, seed 0 too",
  async () => {
    const first = await digestsOf(() => stock(0));
    assert.deepEqual(await digestsOf(() => stock(0)), first);
    const other = changedWeights(first, await digestsOf(() => stock(1)));
    assert.deepEqual(other, [
      "conv2d_Conv2D/kernel [3, 3, 2, 3]",
      "conv2d_Conv2D/kernel [1, 1, 3, 3]",
      "conv2d_Conv2D/kernel [1, 1, 3, 3] #2",
    ]);
    assert.equal(Object.keys(first).length, 10); // kernels, biases, the norm's four
  },
);

Deno.test("weightDigests() is SHA-256 over the values' bytes", async () => {
  await tf.setBackend("cpu");
  const make = () =>
    tf.sequential({
      layers: [tf.layers.dense({
        name: "one",
        units: 1,
        useBias: false,
        inputShape: [2],
        kernelInitializer: tf.initializers.constant({ value: 1.5 }),
      })],
    });
  const bytes = new Uint8Array(Float32Array.of(1.5, 1.5).buffer);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  assert.deepEqual(await digestsOf(make), { "one/kernel [2, 1]": hash.slice(0, 16) });
});

Deno.test("weightDigests() repeats for the suites' own models", async () => {
  await tf.setBackend("cpu");
  const make = (seed: number) => () =>
    models.resnet({
      depth: { block: "basic", counts: [1, 1, 1, 1] },
      width: 2,
      classes: 3,
      inputShape: [16, 16, 3],
      seed,
    });
  assert.deepEqual(await digestsOf(make(0)), await digestsOf(make(0)));
  assert.notDeepEqual(await digestsOf(make(0)), await digestsOf(make(1)));
});

Deno.test("modelSeed() is never 0, leaves the others, and makes no two seeds one", () => {
  const seeds = fc.uniqueArray(fc.nat({ max: 2 ** 31 - 2 }), { minLength: 1 });
  fc.assert(fc.property(seeds, (seeds) => {
    const given = [0, ...seeds.filter((seed) => seed !== 0)];
    const made = given.map(modelSeed);
    assert.ok(!made.includes(0));
    assert.equal(new Set(made).size, given.length);
    assert.deepEqual(made.slice(1), given.slice(1));
  }));
});

const paired = (
  arm: string,
  seed: number,
  initialWeights?: Record<string, string>,
): PairedCell => ({
  arm,
  seed,
  ...(initialWeights !== undefined && { initialWeights }),
});

Deno.test("checkPaired() names the first weight that differs under one seed", () => {
  const cells = [
    paired("baseline", 0, { a: "1", b: "2" }),
    paired("ws", 0, { a: "1", b: "2", c: "9" }),
    paired("other", 0, { a: "1", c: "8", b: "3" }),
    paired("baseline", 1, { a: "5", b: "6" }),
  ];
  assert.deepEqual(unpairedCells(cells), [{ arm: "other", other: "ws", seed: 0, weight: "c" }]);
  assert.throws(() => checkPaired(cells, "do this"), {
    name: "UsageError",
    message:
      /^Cannot compare other with ws as with seed 0 they begin from other values of c: .*; do this$/,
  });
  checkPaired(cells.slice(0, 2), "");
});

Deno.test("checkPaired() says nothing of weights of one arm, other seeds, silent cells", () => {
  checkPaired([
    paired("baseline", 0, { "bn/gamma [3]": "1" }),
    paired("gn", 0, { "gn/gamma [3]": "2" }),
    paired("gn", 1, { "bn/gamma [3]": "2" }),
    paired("earlier", 0),
  ], "");
});

Deno.test("checkPaired() asks nothing of arms that begin elsewhere on purpose", () => {
  const weights = (kernel: string, gamma: string) => ({
    "conv/kernel [3]": kernel,
    "bn/gamma [3]": gamma,
  });
  const cells = [paired("a", 0, weights("1", "2")), paired("b", 0, weights("1", "3"))];
  const unpaired = (settings: Record<string, string>, changed = cells) =>
    unpairedCells(changed, [{ name: "a" }, { name: "b", settings }]).map(({ weight }) => weight);
  assert.deepEqual(unpaired({ learningRate: "1" }), ["bn/gamma [3]"]);
  assert.deepEqual(unpaired({ normalizationScale: "uniform" }), []);
  const kernels = [cells[0]!, paired("b", 0, weights("9", "2"))];
  assert.deepEqual(unpaired({ normalizationScale: "uniform" }, kernels), ["conv/kernel [3]"]);
  assert.deepEqual(unpaired({ initialWeights: "w.safetensors" }, kernels), []);
  const models = [{ name: "a" }, { name: "b", model: "deeper" }];
  assert.deepEqual(unpairedCells(kernels, models), []);
  const twice = [...kernels, paired("c", 0, weights("8", "2"))];
  const file = { initialWeights: "w.safetensors" };
  const arms = [{ name: "a" }, { name: "b", settings: file }, { name: "c", settings: file }];
  assert.partialDeepStrictEqual(unpairedCells(twice, arms), [{ arm: "c", other: "b" }]);
});

Deno.test("pairingRows() lists what is the same, what only some have, and what an arm changed", () => {
  const run = result({ seeds: [0] });
  run.cells = [
    cell("baseline", 0, { initialWeights: { "conv [3]": "1", "bn [2]": "2" } }),
    cell("ws", 0, {
      initialWeights: { "conv [3]": "1", "gn [2]": "3" },
      alteredWeights: ["conv [3]"],
    }),
    cell("ws-all", 0),
  ];
  assert.deepEqual(pairingRows(run), [
    [
      "Initial weights",
      "the same in all arms, seed by seed (SHA-256 of 1 weight); not recorded for WS on all, seed 0",
    ],
    ["Weights of some arms only", "baseline: bn [2]; WS, 15 ignored: gn [2]"],
    ["Weights changed by an arm before training", "WS, 15 ignored: conv [3]"],
  ]);
  assert.deepEqual(pairingRows(result()), [], "earlier versions tell nothing");
});

Deno.test("comparisonWarnings() tells of what was no comparison", () => {
  const run = result({ seeds: [0] });
  assert.deepEqual(comparisonWarnings(run), []);
  run.cells = [
    cell("baseline", 0, { initialWeights: { "conv [3]": "1" } }),
    cell("ws", 0, {
      algorithms: ["WeightStandardization(nLastLayersIgnore=15)"],
      standardizedCount: 0,
      initialWeights: { "conv [3]": "2" },
    }),
  ];
  assert.deepEqual(comparisonWarnings(run).map(({ code }) => code), [
    "nothing-standardized",
    "unpaired",
  ]);
});

Deno.test("rebuild() merges shards whose cells pair, and refuses those that do not", async () => {
  const folder = await Deno.makeTempDir({ prefix: "pairing-test-" });
  const shard = async (arm: string, digest?: string) => {
    const told = digest === undefined ? {} : { initialWeights: { "conv [3]": digest } };
    const path = join(folder, `${arm}-${digest}`);
    await writeResult(
      join(path, "result.json"),
      result({ seeds: [0], cells: [cell(arm, 0, told)] }),
    );
    return path;
  };
  try {
    const [first, same, other, silent] = [
      await shard("baseline", "1"),
      await shard("ws", "1"),
      await shard("ws", "2"),
      await shard("ws"),
    ];
    const out = join(folder, "out");
    await rebuild([first!, same!], out);
    assert.match(
      await Deno.readTextFile(join(out, "report.md")),
      /- Initial weights: the same in all arms, seed by seed \(SHA-256 of 1 weight\)/,
    );
    await rebuild([first!, silent!], join(folder, "silent"));
    await assert.rejects(rebuild([first!, other!], join(folder, "none")), {
      name: "UsageError",
      message:
        /ws with baseline as with seed 0 they begin from other values of conv \[3\]: .*on one machine$/,
    });
    assert.ok(!Array.from(Deno.readDirSync(folder), ({ name }) => name).includes("none"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
