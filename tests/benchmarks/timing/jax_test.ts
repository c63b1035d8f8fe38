/** The step in jax-js is the step of this library. */
import assert from "node:assert/strict";
import { defaultDevice, init, nn, numpy as np, tree } from "@jax-js/jax";
import { profiles } from "../../../benchmarks/experiments/profiles/overhead.ts";
import type { Subject } from "../../../benchmarks/timing/protocol.ts";
import { jaxSubjects } from "../../../benchmarks/timing/jax_subjects.ts";
import { convolutionsOf, layoutOf } from "../../../benchmarks/timing/peers/jax_layout.ts";
import { stateOf, trainingStep } from "../../../benchmarks/timing/peers/jax_resnet.ts";
import { runningFor } from "../../../benchmarks/timing/start_subject.ts";
import { resnet } from "../../../src/models/mod.ts";
import { convolutionsInExecutionOrder } from "../../../src/standardization/execution_order.ts";
import { crossEntropy } from "../../../src/training/losses.ts";
import { sgd } from "../../../src/training/optimizers.ts";
import { trainStep } from "../../../src/training/train_step.ts";
import * as tf from "../../../src/tf.ts";
import { assertClose } from "../../backends.ts";

const profile = {
  ...profiles.backends!,
  width: 4,
  classes: 5,
  batchSize: 3,
  imageSize: 40,
  learningRate: 0.05,
};

function modelOf({ depth, blocks, width, classes, imageSize }: typeof profile): tf.LayersModel {
  const counts = blocks as [number, number, number, number];
  return resnet({
    depth: depth === 0 ? { block: "basic", counts } : depth as 18,
    width,
    classes,
    inputShape: [imageSize, imageSize, 3],
    seed: 1,
  });
}

for (const [depth, blocks] of [[0, [2, 1, 1, 2]], [18, []], [50, []]] as const) {
  Deno.test(`layoutOf() has the convolutions of this library's ResNet of depth ${depth}`, async () => {
    await tf.setBackend("cpu");
    const chosen = { ...profile, depth, blocks: [...blocks] };
    const model = modelOf(chosen);
    const ours = convolutionsInExecutionOrder(model).layers.map((layer) => {
      const [height, width, inChannels, outChannels] = layer.weights[0]!.shape;
      assert.equal(height, width);
      const { strides: [stride] } = layer.getConfig() as unknown as { strides: [number] };
      return { inChannels, outChannels, kernelSize: height, stride };
    });
    const layout = layoutOf(chosen);
    assert.deepEqual(convolutionsOf(layout), ours);
    assert.deepEqual(model.getLayer("fc").weights[0]!.shape, [layout.features, layout.classes]);
    model.dispose();
  });
}

/** Kernels as jax-js wants them, each with its normalization's scale and shift. */
function weightsOf(model: tf.LayersModel): np.Array[] {
  const array = (value: tf.Tensor) => {
    const { shape } = value;
    return np.array(value.dataSync() as Float32Array<ArrayBuffer>).reshape([...shape]);
  };
  const { layers } = convolutionsInExecutionOrder(model);
  const modules = layers.flatMap((layer) => {
    const norm = layer.name.replace("downsample.0", "downsample.1").replace("conv", "bn");
    const [scale, shift] = model.getLayer(norm).getWeights();
    const kernel = tf.transpose(layer.getWeights()[0]!, [3, 2, 0, 1]);
    const arrays = [kernel, scale!, shift!].map(array);
    kernel.dispose();
    return arrays;
  });
  return [...modules, ...model.getLayer("fc").getWeights().map(array)];
}

Deno.test({
  name: "a step in jax-js has the losses and statistics of this library's, step after step",
  sanitizeResources: false, // jax-js keeps its workers
  sanitizeOps: false,
  async fn() {
    assert.ok((await init("wasm")).includes("wasm"));
    defaultDevice("wasm");
    await tf.setBackend("wasm");
    const model = modelOf(profile);
    let state = stateOf(weightsOf(model));
    const { batchSize, imageSize, classes, learningRate, momentum } = profile;
    const images = tf.randomNormal([batchSize, imageSize, imageSize, 3], 0, 1, "float32", 3);
    const channelsFirst = tf.transpose(images, [0, 3, 1, 2]);
    const x = np.array(channelsFirst.dataSync() as Float32Array<ArrayBuffer>)
      .reshape(channelsFirst.shape as number[]);
    const labels = [2, 0, 4];
    const y = nn.oneHot(np.array(labels, { dtype: np.int32 }), classes);
    const ours = trainStep(model, sgd({ learningRate, momentum }), crossEntropy);
    const theirs = trainingStep(layoutOf(profile), profile);
    const rest = [tf.tensor1d(labels, "int32"), tf.scalar(learningRate), tf.tensor1d([0], "int32")];
    const losses: number[] = [];
    for (let i = 0; i < 4; i++) {
      const loss = ours(images, rest[0]!, rest[1]!, rest[2]!);
      const stepped = theirs(state, x.ref, y.ref);
      state = stepped.state;
      losses.push(loss.dataSync()[0]!);
      assertClose(await stepped.loss.data() as Float32Array, loss.dataSync(), 1e-4, `loss ${i}`);
      loss.dispose();
    }
    assert.ok(losses[3]! < losses[0]!, `it learns: ${losses}`);
    const moving = model.getLayer("bn1").getWeights().slice(2);
    for (const [i, values] of moving.entries()) {
      assertClose(await state.moving[i]!.ref.data() as Float32Array, values.dataSync(), 1e-4);
    }
    tree.dispose(state);
    ours.dispose();
    model.dispose();
    tf.dispose([images, channelsFirst, ...rest]);
  },
});

const [jax] = jaxSubjects(["wasm"]) as [Subject];
const running = (chosen: typeof profile) =>
  runningFor(jax, { profile: chosen, threads: 1, interpreters: [] });

Deno.test("jax-js works in its own process, and learns", async () => {
  const subject = await running(profile);
  assert.ok("process" in subject);
  try {
    assert.equal(subject.ready.versions["jax-js"], await versionOf("@jax-js/jax"));
    const first = await subject.process.warm(1);
    assert.ok((await subject.process.run(5)).value < first.value);
    assert.ok((await subject.process.memory()).peakBytes > 1e7);
  } finally {
    await subject.process.end();
  }
});

Deno.test("jax-js says which networks it has not", async () => {
  assert.deepEqual(await running({ ...profile, model: "deeplab" }), {
    unavailable: "only the ResNets are written in jax-js, not deeplab",
  });
  assert.deepEqual(await running({ ...profile, normalization: "group" }), {
    unavailable: "jax-js has batch norm here, not group",
  });
});

/** The version that the import map has. */
async function versionOf(name: string): Promise<string> {
  const config = JSON.parse(
    await Deno.readTextFile(new URL("../../../deno.json", import.meta.url)),
  );
  return config.imports[name].split("@").at(-1);
}
