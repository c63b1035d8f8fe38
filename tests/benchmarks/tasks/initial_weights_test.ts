import assert from "node:assert/strict";
import { join } from "node:path";
import { readInitialWeights } from "../../../benchmarks/tasks/initial_weights.ts";
import { applyWeightStandardization, models, tf } from "../../../mod.ts";
import { writeSafetensors } from "../../../src/models/safetensors.ts";

const depth = { block: "basic", counts: [1, 1, 1, 1] } as const;
const backbone = { depth, width: 4 };
const head = { headChannels: 4, lowLevelChannels: 2, dilations: [1, 2] };
const inputShape = [32, 32, 3];

const segmenter = (classes: number, seed: number) =>
  models.deeplabv3plus({ backbone, ...head, classes, inputShape, seed });

/** The values of a weight by its name, the first ones. */
function values(model: tf.LayersModel, name: string): number[] {
  const weight = model.weights.find(({ originalName }) => originalName === name);
  assert.ok(weight !== undefined, name);
  return [...weight.read().dataSync().slice(0, 4)];
}

async function loaded(from: tf.LayersModel, into: tf.LayersModel): Promise<string[]> {
  const path = await Deno.makeTempFile({ suffix: ".safetensors" });
  try {
    await Deno.writeFile(path, models.saveTorchWeights(from));
    return (await readInitialWeights(path))!.load(into);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("readInitialWeights() gives a model all weights, but a classifier of other classes", async () => {
  await tf.setBackend("cpu");
  const [given, model, other] = [segmenter(3, 1), segmenter(3, 2), segmenter(5, 2)];
  assert.deepEqual(await loaded(given, model), []);
  assert.deepEqual(models.saveTorchWeights(model), models.saveTorchWeights(given));
  const classifier = other.layers.findLast(({ weights }) => weights.length > 0)!;
  const before = classifier.getWeights().map((weight) => weight.dataSync());
  assert.deepEqual(await loaded(given, other), [
    "classifier.conv_seg.bias",
    "classifier.conv_seg.weight",
  ]);
  assert.deepEqual(classifier.getWeights().map((weight) => weight.dataSync()), before);
  const kernel = "backbone.conv1/kernel";
  assert.deepEqual(values(other, kernel), values(given, kernel));
});

Deno.test("readInitialWeights() gives a DeepLabv3+ the weights of a ResNet, and leaves its head", async () => {
  await tf.setBackend("cpu");
  const given = models.resnet({ depth, width: 4, classes: 7, inputShape, seed: 1 });
  const model = segmenter(3, 2);
  const stays = await loaded(given, model);
  assert.ok(stays.length > 10 && stays.every((name) => name.startsWith("classifier.")));
  assert.deepEqual(values(model, "backbone.conv1/kernel"), values(given, "conv1/kernel"));
});

Deno.test("readInitialWeights() refuses the weights of another network", async () => {
  await tf.setBackend("cpu");
  const given = models.resnet({ depth, width: 4, classes: 3, inputShape, seed: 1 });
  const wide = models.resnet({ depth, width: 8, classes: 3, inputShape, seed: 1 });
  const deeper = { block: "basic", counts: [2, 1, 1, 1] } as const;
  const deep = models.resnet({ depth: deeper, width: 4, classes: 3, inputShape, seed: 1 });
  const refuses = (from: tf.LayersModel, into: tf.LayersModel, message: RegExp) =>
    assert.rejects(loaded(from, into), { name: "UsageError", message });
  await refuses(given, wide, /^Cannot begin from the initialWeights .*misshapen: conv1\.weight/);
  await refuses(given, deep, /missing: layer1\.1\.conv1\.weight/);
  await refuses(deep, given, /extra: layer1\.1\.conv1\.weight/);
  await refuses(segmenter(3, 1), given, /it fits no layer of the network: it has backbone\./);
  assert.equal(await readInitialWeights(""), undefined);
  await assert.rejects(readInitialWeights(join("no", "such")), {
    message: /^Cannot read the initialWeights no.such: there is no such file$/,
  });
});

Deno.test("readInitialWeights() refuses a file that fits no layer, and says what both have", async () => {
  await tf.setBackend("cpu");
  const path = await Deno.makeTempFile({ suffix: ".safetensors" });
  try {
    const entry = { dtype: "F32", shape: [2], bytes: new Uint8Array(8) } as const;
    const names = ["encoder.a", "encoder.b", "encoder.c", "encoder.d"];
    for (
      const [given, told] of [[names, /encoder\.a, .*… \(4 in all\)/], [
        [],
        /it has nothing/,
      ]] as const
    ) {
      const tensors = new Map(given.map((name) => [name, entry]));
      await Deno.writeFile(path, writeSafetensors({ tensors, metadata: new Map() }));
      const weights = (await readInitialWeights(path))!;
      const resnet = models.resnet({ depth, width: 4, classes: 3, inputShape, seed: 1 });
      for (
        const [model, wanted] of [[resnet, "conv1\\.weight"], [
          segmenter(3, 1),
          "backbone\\.",
        ]] as const
      ) {
        const message = (error: Error) => {
          assert.equal(error.name, "UsageError");
          assert.match(
            error.message,
            /^Cannot begin from the initialWeights .*: it fits no layer of the network/,
          );
          assert.match(error.message, told);
          assert.match(error.message, new RegExp(`the network wants .*${wanted}`));
          assert.match(error.message, /; give a state_dict in PyTorch's names/);
          return true;
        };
        assert.throws(() => weights.load(model), message);
      }
    }
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("readInitialWeights() tells whether the file's kernels were trained with WS", async () => {
  await tf.setBackend("cpu");
  const path = await Deno.makeTempFile({ suffix: ".safetensors" });
  try {
    const model = models.resnet({ depth, width: 4, classes: 3, inputShape, seed: 1 });
    const told = async () => {
      await Deno.writeFile(path, models.saveTorchWeights(model));
      return (await readInitialWeights(path))!.standardized;
    };
    assert.equal(await told(), false);
    applyWeightStandardization(model);
    assert.equal(await told(), true);
  } finally {
    await Deno.remove(path);
  }
});
