/**
 * The steps that `wasm_step_bench.ts` times, written for a library that is handed in: this
 * checkout's or another one's, in Deno or in a page.
 *
 * @module
 */
import type * as library from "../../../mod.ts";
import type { trainStep } from "../../../src/training/train_step.ts";
import type * as tf from "../../../src/tf.ts";

/** What a step is made of; TensorFlow.js alone for the side `stock`. */
export type Library = typeof library & { trainStep: typeof trainStep };

/** The steps by name. */
export const stepNames = ["deeplab", "resnet18", "predict-deeplab", "predict-resnet18"] as const;

/**
 * What computes a step: this checkout with `capture` and without, another checkout, or TensorFlow.js
 * alone.
 */
export type Side = "recorded" | "eager" | "base" | "stock";

/** Whether a step trains. */
const isTraining = (step: string): boolean => !step.startsWith("predict-");

/** A step that is ready to be run, on wasm. */
export interface WasmStep {
  /** Runs it once and reads its result. */
  run(): Promise<number>;
  /** How many numbers its model has. */
  parameterCount: number;
  /** How much memory the backend has taken; it never gives any back. */
  heapBytes(): number;
}

const classes = 6;
const square = (size: number): [number, number, number] => [size, size, 3];

/** The networks: that of `bench:ade20k`'s profile `quick`, and ResNet-18 on 64 × 64 pixels. */
const networks: Record<string, { batchSize: number; model(library: Library): tf.LayersModel }> = {
  deeplab: {
    batchSize: 8,
    model: ({ models }) =>
      models.deeplabv3plus({
        backbone: { depth: { block: "basic", counts: [1, 1, 1, 1] }, width: 8 },
        ...{ headChannels: 16, lowLevelChannels: 8, dilations: [1, 2, 4, 6], dropout: 0 },
        ...{ classes, inputShape: square(64), seed: 1 },
      }),
  },
  resnet18: {
    batchSize: 16,
    model: ({ models }) =>
      models.resnet({ depth: 18, classes: 1000, inputShape: square(64), seed: 1 }),
  },
};

/**
 * Makes a step of a library whose backend is wasm.
 *
 * @param library what it is made of
 * @param step one of {@linkcode stepNames}
 * @param side what computes it
 */
export function openStep(library: Library, step: string, side: Side): WasmStep {
  const { tf } = library;
  const backend = tf.backend() as unknown as { capture?: unknown; wasm: { HEAPU8: Uint8Array } };
  if (side === "eager") backend.capture = undefined;
  // A step that cannot be recorded is an error then, not one that runs as it is.
  if (side === "recorded") Object.assign(backend, { runsUnrecorded: false });
  const name = step.replace(/^predict-/, "");
  const open = isTraining(step) ? training : predicting;
  const { model, call } = open(library, name, side);
  return {
    run: async () => {
      const value = call();
      const [first = NaN] = await value.data();
      value.dispose();
      return first;
    },
    parameterCount: model.countParams(),
    heapBytes: () => backend.wasm.HEAPU8.byteLength,
  };
}

/** A model and what is timed of it. */
interface Opened {
  model: tf.LayersModel;
  call: () => tf.Tensor;
}

/** The step of the Trainer, with weight standardization but for the last 15 convolutions. */
function training(library: Library, name: string): Opened {
  const { tf, losses, optimizers } = library;
  const { batchSize, model: make } = networks[name]!;
  const model = make(library);
  const isSegmentation = name === "deeplab";
  library.applyWeightStandardization(model, { nLastLayersIgnore: isSegmentation ? 15 : 0 });
  const recipe = { learningRate: 0.01, momentum: 0.9, weightDecay: 5e-5 };
  const optimizer = optimizers.decoupledSgdw(recipe);
  const loss = isSegmentation
    ? losses.segmentation({ crossEntropyWeight: 0.375, diceWeight: 1.125 })
    : losses.crossEntropy;
  const step = library.trainStep(model, optimizer, loss);
  const x = tf.randomNormal([batchSize, ...square(64)], 0, 1, "float32", 1);
  const labelShape = [batchSize, ...(isSegmentation ? [64, 64] : [])];
  const y = tf.randomUniform(labelShape, 0, classes, "int32", 1);
  const rate = tf.scalar(recipe.learningRate), seed = tf.tensor1d([0], "int32");
  return { model, call: () => step(x, y, rate, seed) };
}

/** `model.predict` of one image of a plain network: folded and recorded, or as it stands. */
function predicting(library: Library, name: string, side: Side): Opened {
  const { tf } = library;
  const model = side === "stock" ? stockResNet18(tf) : networks[name]!.model(library);
  const x = tf.randomNormal([1, ...square(64)], 0, 1, "float32", 1);
  if (side !== "recorded") return { model, call: () => model.predict(x) as tf.Tensor };
  library.foldBatchNormalization(model);
  const predict = library.capture((x: tf.Tensor) => model.predict(x) as tf.Tensor);
  return { model, call: () => predict(x) };
}

/** ResNet-18 as it is written with TensorFlow.js's own layers. */
function stockResNet18({ layers, input, model }: Library["tf"]): tf.LayersModel {
  const call = (layer: tf.layers.Layer, x: tf.SymbolicTensor | tf.SymbolicTensor[]) =>
    layer.apply(x) as tf.SymbolicTensor;
  const convolve = (x: tf.SymbolicTensor, filters: number, kernelSize: number, strides: number) => {
    const options = { filters, kernelSize, strides, padding: "same", useBias: false } as const;
    return call(layers.batchNormalization(), call(layers.conv2d(options), x));
  };
  const relu = (x: tf.SymbolicTensor) => call(layers.reLU(), x);
  const image = input({ shape: square(64) });
  const pool = layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" });
  let x = call(pool, relu(convolve(image, 64, 7, 2)));
  for (const [stage, filters] of [64, 128, 256, 512].entries()) {
    for (const strides of [stage > 0 ? 2 : 1, 1]) {
      const main = convolve(relu(convolve(x, filters, 3, strides)), filters, 3, 1);
      const shortcut = strides === 1 ? x : convolve(x, filters, 1, strides);
      x = relu(call(layers.add(), [main, shortcut]));
    }
  }
  const pooled = call(layers.globalAveragePooling2d({ dataFormat: "channelsLast" }), x);
  return model({ inputs: image, outputs: call(layers.dense({ units: 1000 }), pooled) });
}
