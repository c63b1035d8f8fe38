/** That the sweep leaves nothing out, and that docs/faq.md tells what it finds. */
import assert from "node:assert/strict";
import "../../mod.ts";
import * as tf from "../../src/tf.ts";
import { groups } from "./cases/mod.ts";
import { layers } from "./cases/layers.ts";
import { recurrentLayers } from "./cases/recurrent.ts";
import { windowLayers } from "./cases/window_layers.ts";
import { knownFaults } from "./known_faults.ts";

tf.enableProdMode();

const cases = Object.values(groups).flat();

Deno.test("the cases of the sweep have names of their own", () => {
  const names = cases.map(({ name }) => name);
  assert.deepEqual(names.filter((name, i) => names.indexOf(name) !== i), []);
});

/** Kernels that no op runs: `broadcastTo` tiles, and `logSoftmax` has a gradient of its own. */
const unused: readonly string[] = ["BroadcastTo", "LogSoftmax"];

/** Every kernel that TensorFlow.js, or this library for it, has a gradient for. */
function differentiableKernels(): string[] {
  return Object.values<unknown>(tf as object as Record<string, unknown>).filter((
    name,
  ): name is string => typeof name === "string" && tf.getGradient(name) !== undefined);
}

/** Runs with gradients that tell when they are asked for. */
function gradientsAskedFor(names: readonly string[], run: () => void): Set<string> {
  const asked = new Set<string>();
  const stock = names.map((name) => tf.getGradient(name)!);
  const replace = (config: tf.GradConfig) => {
    tf.unregisterGradient(config.kernelName);
    tf.registerGradient(config);
  };
  for (const config of stock) {
    const gradFunc: tf.GradFunc = (...call) => {
      asked.add(config.kernelName);
      return config.gradFunc(...call);
    };
    replace({ ...config, gradFunc });
  }
  try {
    run();
  } finally {
    stock.forEach(replace);
  }
  return asked;
}

Deno.test("the sweep asks for every gradient that is registered", async () => {
  await tf.setBackend("cpu");
  const names = differentiableKernels();
  assert.ok(names.length > 90, `${names.length} kernels`);
  const asked = gradientsAskedFor(names, () => cases.forEach(differentiate));
  assert.deepEqual(names.filter((name) => !asked.has(name)), unused);
});

function differentiate({ op, inputs }: typeof cases[number]): void {
  const tensors = inputs.map(({ shape, data }) => tf.tensor(Float32Array.from(data), [...shape]));
  const run = (...tensors: tf.Tensor[]) => tf.cast(op(...tensors), "float32");
  try {
    tf.tidy(() => tf.grads(run)(tensors));
  } catch {
    // A known fault: the sweep itself tells whether it may throw.
  }
  tf.dispose(tensors);
}

/** Layers that have neither weights nor a window, or whose parts are other layers. */
const without: ReadonlySet<string> = new Set([
  ...["Layer", "RNN", "RNNCell", "input", "inputLayer"],
  ...["activation", "elu", "leakyReLU", "reLU", "softmax", "thresholdedReLU"],
  ...["add", "average", "concatenate", "dot", "maximum", "minimum", "multiply"],
  ...["alphaDropout", "dropout", "gaussianDropout", "gaussianNoise", "spatialDropout1d"],
  ...["bidirectional", "rnn", "stackedRNNCells", "timeDistributed"],
  ...["gruCell", "lstmCell", "simpleRNNCell", "convLstm2dCell"],
  ...["centerCrop", "cropping2D", "flatten", "masking", "permute", "repeatVector", "reshape"],
  ...["categoryEncoding", "randomWidth", "rescaling", "zeroPadding2d"],
]);

/** Second names. */
const aliases: Readonly<Record<string, string>> = {
  avgPool1d: "averagePooling1d",
  avgPool2d: "averagePooling2d",
  avgPool3d: "averagePooling3d",
  avgPooling1d: "averagePooling1d",
  avgPooling2d: "averagePooling2d",
  avgPooling3d: "averagePooling3d",
  globalMaxPool1d: "globalMaxPooling1d",
  globalMaxPool2d: "globalMaxPooling2d",
  maxPool1d: "maxPooling1d",
  maxPool2d: "maxPooling2d",
};

Deno.test("the sweep has every stock layer with weights or windows", () => {
  const covered = new Set(
    [...layers, ...windowLayers, ...recurrentLayers].map(({ layer }) => layer),
  );
  const missing = Object.keys(tf.layers).filter((name) =>
    !without.has(name) && !covered.has(aliases[name] ?? name)
  );
  assert.deepEqual(missing, []);
});

Deno.test("each known fault has cases that show it", () => {
  const idle = knownFaults.filter(({ cases: pattern }) =>
    pattern !== undefined && !cases.some(({ name }) => pattern.test(name))
  );
  assert.deepEqual(idle.map(({ op, fault }) => `${op}: ${fault}`), []);
});

/** The cells of the first table below a heading. */
function tableBelow(heading: string, markdown: string): string[][] {
  const [, section = ""] = markdown.split(`\n### ${heading}\n`);
  const [text] = section.split("\n### ");
  const rows = text!.split("\n").filter((line) => line.startsWith("|"));
  return rows.map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim())).slice(2);
}

Deno.test("docs/faq.md has a row for each known fault, and no other", async () => {
  const markdown = await Deno.readTextFile(new URL("../../docs/faq.md", import.meta.url));
  const rows = tableBelow("What stays wrong in TensorFlow.js", markdown);
  const expected = knownFaults.map(({ op, backends, fault, instead }) => [
    op,
    backends === "all" ? "all" : backends.join(", "),
    fault,
    instead,
  ]);
  assert.deepEqual(rows, expected);
});
