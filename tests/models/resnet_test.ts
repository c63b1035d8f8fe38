import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { resnet, type ResNetOptions } from "../../src/models/resnet.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { saveAndLoad } from "../layers/roundtrip.ts";
import { convolutionNames, trainableValues } from "./counts.ts";

const tiny: ResNetOptions = {
  depth: { block: "bottleneck", counts: [1, 2, 1, 1] },
  width: 4,
  classes: 3,
  inputShape: [32, 32, 3],
  seed: 17,
};

Deno.test("resnet() has torchvision's parameters and convolutions at every depth", async () => {
  await tf.setBackend("wasm");
  const expected = [
    [18, 11_689_512, 20],
    [34, 21_797_672, 36],
    [50, 25_557_032, 53],
    [101, 44_549_160, 104],
    [152, 60_192_808, 155],
  ] as const;
  for (const [depth, values, convolutions] of expected) {
    const model = resnet({ depth, classes: 1000 });
    assert.equal(trainableValues(model), values);
    assert.equal(convolutionNames(model).length, convolutions);
    model.dispose();
  }
});

forEachBackend("resnet() names its weights as torchvision, in the order of calls", () => {
  const model = resnet(tiny);
  assert.deepEqual(convolutionNames(model), [
    "conv1",
    ...["conv1", "conv2", "conv3", "downsample.0"].map((name) => `layer1.0.${name}`),
    ...["conv1", "conv2", "conv3", "downsample.0"].map((name) => `layer2.0.${name}`),
    ...["conv1", "conv2", "conv3"].map((name) => `layer2.1.${name}`),
    ...["conv1", "conv2", "conv3", "downsample.0"].map((name) => `layer3.0.${name}`),
    ...["conv1", "conv2", "conv3", "downsample.0"].map((name) => `layer4.0.${name}`),
  ]);
  const names = model.weights.map((weight) => weight.originalName);
  for (
    const name of ["bn1/moving_variance", "layer2.0.downsample.1/gamma", "fc/kernel", "fc/bias"]
  ) {
    assert.ok(names.includes(name), name);
  }
  model.dispose();
});

forEachBackend(
  "resnet() gives layer3 and layer4 their dilations when the output stride is less",
  () => {
    // Dilations of the 3 × 3 convolutions of two blocks of each of layer2 to layer4.
    const dilations = {
      8: [1, 1, 1, 2, 2, 4],
      16: [1, 1, 1, 1, 1, 2],
      32: [1, 1, 1, 1, 1, 1],
    };
    for (const outputStride of [8, 16, 32] as const) {
      for (const block of ["basic", "bottleneck"] as const) {
        const depth = { block, counts: [1, 2, 2, 2] as const };
        const model = resnet({ ...tiny, depth, outputStride });
        const strided = block === "basic" ? "conv1" : "conv2";
        const actual = [2, 3, 4].flatMap((stage) =>
          [0, 1].map((index) =>
            model.getLayer(`layer${stage}.${index}.${strided}`).getConfig()["dilationRate"]
          )
        );
        assert.deepEqual(actual, dilations[outputStride].map((dilation) => [dilation, dilation]));
        assert.equal(model.getLayer("layer4.1.add").outputShape[1], 32 / outputStride);
        model.dispose();
      }
    }
  },
);

forEachBackend("resnet() keeps small images' extent when the stem is cifar", () => {
  const model = resnet({ ...tiny, stem: "cifar" });
  assert.deepEqual(model.getLayer("conv1").getWeights()[0]?.shape, [3, 3, 3, 4]);
  const extent = (name: string) => model.getLayer(name).outputShape[1];
  assert.deepEqual(
    ["layer1.0.add", "layer2.0.add", "layer3.0.add", "layer4.0.add"].map(extent),
    [32, 16, 8, 4],
  );
  const names = model.layers.map(({ name }) => name);
  assert.ok(!names.includes("maxpool"), `${names}`);
  assert.equal(convolutionNames(model)[0], "conv1");
  model.dispose();
});

forEachBackend("resnet() differs in training, and computes the same saved and loaded", async () => {
  const model = resnet({ ...tiny, inputShape: [null, null, 3], outputStride: 16 });
  const [x, small] = [tf.randomNormal([3, 40, 24, 3]), tf.randomNormal([1, 20, 20, 3])];
  const trained = tf.tidy(() => (model.apply(x, { training: true }) as tf.Tensor).dataSync());
  const loaded = await saveAndLoad(model);
  tf.tidy(() => {
    const y = model.predict(x) as tf.Tensor;
    assert.deepEqual(y.shape, [3, 3]);
    assert.notDeepEqual(y.dataSync(), trained);
    assertClose(loaded.predict(x) as tf.Tensor, y.dataSync(), 0);
    assert.deepEqual((loaded.predict(small) as tf.Tensor).shape, [1, 3]);
  });
  tf.dispose([x, small]);
  model.dispose();
  loaded.dispose();
});

forEachBackend(
  "resnet() has the same weights when the seed is the same, whatever else differs",
  () => {
    const weight = (options: ResNetOptions, name: string) => {
      const model = resnet(options);
      const found = model.weights.find(({ originalName }) => originalName === name)!;
      const values = found.read().dataSync();
      model.dispose();
      return values;
    };
    const kernel = "layer4.0.conv2/kernel";
    assert.deepEqual(weight(tiny, kernel), weight({ ...tiny, classes: 7 }, kernel));
    assert.deepEqual(
      weight(tiny, kernel),
      weight({ ...tiny, depth: { block: "bottleneck", counts: [1, 1, 1, 1] } }, kernel),
    );
    assert.notDeepEqual(weight(tiny, kernel), weight({ ...tiny, seed: 18 }, kernel));
    assert.notDeepEqual(weight(tiny, kernel), weight(tiny, "layer3.0.conv2/kernel"));
  },
);

forEachBackend("resnet() draws scales from [0, 1) when normalizationScale is uniform", () => {
  const [ones, uniform] = (["ones", "uniform"] as const).map((normalizationScale) => {
    const model = resnet({ ...tiny, normalizationScale });
    const gammas = model.weights.filter(({ originalName }) => originalName.endsWith("/gamma"));
    const values = gammas.flatMap((gamma) => [...gamma.read().dataSync()]);
    model.dispose();
    return values;
  }) as [number[], number[]];
  assert.ok(ones.every((value) => value === 1));
  assert.equal(uniform.length, ones.length);
  assert.ok(uniform.every((value) => value >= 0 && value < 1));
  const mean = uniform.reduce((sum, value) => sum + value, 0) / uniform.length;
  // Five standard errors: the values number in the hundreds.
  assert.ok(Math.abs(mean - 0.5) < 5 * Math.sqrt(1 / 12 / uniform.length), `${mean}`);
});

Deno.test("resnet() throws when an option has no meaning", async () => {
  await tf.setBackend("cpu");
  const wrong: [Partial<Record<keyof ResNetOptions, unknown>>, string, RegExp][] = [
    [{ depth: 20 }, "RangeError", /depth must be one of 18, 34, 50, 101, 152, or .*: .* is 20$/],
    [{ depth: { block: "other", counts: [1, 1, 1, 1] } }, "RangeError", /depth must be one of/],
    [
      { depth: { block: "basic", counts: [1, 1, 0, 1] } },
      "RangeError",
      /counts must be an integer/,
    ],
    [{ classes: 0 }, "RangeError", /classes must be an integer >= 1: current value is 0$/],
    [{ width: 1.5 }, "RangeError", /width must be an integer >= 1: current value is 1.5$/],
    [{ outputStride: 4 }, "RangeError", /outputStride must be 8, 16 or 32: current value is 4$/],
    [{ stem: "small" }, "RangeError", /stem must be "imagenet" or "cifar": .* is "small"$/],
    [{ inputShape: [32, 32] }, "TypeError", /inputShape must be \[height, width, channels\]/],
    [{ inputShape: [32, 32, null] }, "TypeError", /current value is \[32,32,null\]$/],
    [{ normalization: "power" }, "RangeError", /name must be one of batch/],
    [{ normalizationScale: "two" }, "RangeError", /normalizationScale must be "ones" or "uniform"/],
    [{ seed: 0.5 }, "RangeError", /seed must be an integer: current value is 0.5$/],
  ];
  for (const [option, name, message] of wrong) {
    assert.throws(() => resnet({ ...tiny, ...option } as ResNetOptions), { name, message });
  }
});
