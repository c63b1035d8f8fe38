/** What the page runs: golden values and a training on each backend that a browser has. */
import { setWasmPaths } from "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
import "npm:@tensorflow/tfjs-backend-webgpu@4.22.0";
import * as library from "../../mod.ts";
import { applyWeightStandardization, capture, tf } from "../../mod.ts";
import type { PytorchFixture } from "../fixtures/pytorch.ts";
import type { StockCase } from "../gradients/fixtures/stock_gradients.ts";
import type { ConvolutionCase } from "../standardization/fixtures/convolutions.ts";
import { type Training, trainNetwork } from "../wasm/recorded_training.ts";
import { findFailures } from "./golden.ts";
import { convolutionCases, pytorchCases, stockCases } from "./golden_cases.ts";

/** What came out on one backend. */
export interface PageReport {
  /** The backend that computed. */
  backend: string;
  /** How many golden cases ran. */
  cases: number;
  /** What was wrong with them. */
  failures: string[];
  /** The loss of each epoch. */
  losses: number[];
  /** Tensors that the training left behind. */
  leaked: number;
  /** Losses of a step, run as it is and captured. */
  steps: Record<"plain" | "captured", number[]>;
  /** How often the captured step's JavaScript ran. */
  runs: number;
}

async function runPage(backend: string): Promise<PageReport> {
  setWasmPaths("/wasm/");
  if (!await tf.setBackend(backend)) throw new Error(`${backend} does not start`);
  const [pytorch, convolutions, stock] = await Promise.all([
    fetchJson<PytorchFixture>("/pytorch.json"),
    fetchJson<{ cases: ConvolutionCase[] }>("/convolutions.json"),
    fetchJson<{ cases: StockCase[] }>("/stock_gradients.json"),
  ]);
  const cases = [
    ...pytorchCases(pytorch),
    ...convolutionCases(convolutions.cases),
    ...stockCases(stock.cases, backend),
  ];
  const failures: string[] = [];
  for (const golden of cases) failures.push(...await findFailures(golden, 1e-5));
  return {
    backend: tf.getBackend(),
    cases: cases.length,
    failures,
    ...await train(),
    ...await captured(),
  };
}

async function fetchJson<T>(path: string): Promise<T> {
  return await (await fetch(path)).json();
}

/** A small standardized net of stock layers learns to tell stripes from columns. */
async function train(): Promise<Pick<PageReport, "losses" | "leaked">> {
  const before = tf.memory().numTensors;
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 1] }),
      tf.layers.batchNormalization(),
      tf.layers.reLU(),
      tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
      tf.layers.dense({ units: 2, activation: "softmax" }),
    ],
  });
  applyWeightStandardization(model);
  const optimizer = tf.train.adam(0.05);
  model.compile({ optimizer, loss: "categoricalCrossentropy" });
  const [x, y] = stripes(16);
  const { history } = await model.fit(x, y, { epochs: 8, batchSize: 8, verbose: 0 });
  tf.dispose([x, y]);
  model.dispose();
  optimizer.dispose();
  return { losses: history["loss"] as number[], leaked: tf.memory().numTensors - before };
}

/** A step of TensorFlow.js's Adam, as it is and captured. */
async function captured(): Promise<Pick<PageReport, "steps" | "runs">> {
  let runs = 0;
  const losses = async (wrap: (step: () => tf.Scalar) => () => tf.Scalar) => {
    const [x] = stripes(4), initial = tf.fill([3, 3, 1, 2], 0.1);
    const kernel = tf.variable(initial), optimizer = tf.train.adam(0.05);
    const step = wrap(() => {
      runs++;
      const loss = () =>
        tf.mean(tf.square(tf.sub(tf.conv2d(x, kernel as tf.Tensor4D, 1, "same"), 1)));
      return optimizer.minimize(loss as () => tf.Scalar, true, [kernel]) as tf.Scalar;
    });
    const values: number[] = [];
    for (let i = 0; i < 5; i++) {
      const loss = step();
      values.push(...await loss.data());
      loss.dispose();
    }
    tf.dispose([x, initial, kernel]);
    optimizer.dispose();
    return values;
  };
  const plain = await losses((step) => step);
  runs = 0;
  return { steps: { plain, captured: await losses(capture) }, runs };
}

/** Images that change along their rows, or along their columns, and which of the two it is. */
function stripes(count: number): [images: tf.Tensor4D, labels: tf.Tensor2D] {
  const image = (i: number) =>
    Array.from(
      { length: 64 },
      (_, at) => [(i % 2 ? at % 8 : at >> 3) % 2 + 0.1 * Math.sin(i + at)],
    );
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const images = tf.tensor(labels.map((_, i) => image(i)).flat(2), [count, 8, 8, 1]);
  return [images as tf.Tensor4D, tf.tensor2d(labels.map((label) => [label, 1 - label]))];
}

/** Twenty steps of the Trainer on wasm, recorded and not. */
async function trainOnWasm(): Promise<{ recorded: Training; eager: Training }> {
  setWasmPaths("/wasm/");
  await tf.setBackend("wasm");
  const recorded = await trainNetwork(library, 20, true);
  return { recorded, eager: await trainNetwork(library, 20, false) };
}

Object.assign(globalThis, { runPage, trainOnWasm });
