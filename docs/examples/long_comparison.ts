/**
 * A comparison that takes long, as a program of one's own. It saves its state at Ctrl-C, and goes on
 * when it is started again; parts of it run on several machines, and are merged.
 *
 * ```sh
 * run="deno run --allow-read --allow-write --allow-env --allow-ffi --allow-sys --allow-run=git"
 * $run docs/examples/long_comparison.ts DIR              # all of it
 * $run docs/examples/long_comparison.ts DIR1 1/2         # the first half, and the second elsewhere
 * $run docs/examples/long_comparison.ts DIR2 2/2
 * $run docs/examples/long_comparison.ts DIR merge DIR1 DIR2
 * ```
 */
import {
  compare,
  type CompareOptions,
  ComparisonError,
  type ComparisonResult,
  loadWeights,
  mergeRuns,
  type ModelContext,
} from "../../benchmarks/mod.ts";
import { applyWeightStandardization, tf, WeightStandardization } from "../../mod.ts";

function network({ classes, inputShape, seed }: ModelContext, filters: number): tf.LayersModel {
  const heNormal = (layer: number) => tf.initializers.heNormal({ seed: 10 * seed + layer });
  const conv = { kernelSize: 3, strides: 2, activation: "relu" } as const;
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ ...conv, filters, inputShape, kernelInitializer: heNormal(0) }),
      tf.layers.conv2d({ ...conv, filters: 2 * filters, kernelInitializer: heNormal(1) }),
      tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
      tf.layers.dense({ units: classes, kernelInitializer: heNormal(2) }),
    ],
  });
}
const narrow = (context: ModelContext) => network(context, 8);
const wide = (context: ModelContext) => network(context, 16);

/** The comparison; whatever `options` say goes before. */
export async function run(
  out: string,
  options: Partial<CompareOptions<"imagenet">> = {},
): Promise<ComparisonResult> {
  return await compare({
    suite: "imagenet",
    model: narrow,
    arms: [
      { name: "plain" },
      { name: "ws", algorithms: [new WeightStandardization()] },
      { name: "wide", model: wide },
    ],
    seeds: [0, 1],
    settings: { duration: "12ba", checkpointInterval: "4ba", evaluations: 3, timingRounds: 0 },
    backend: "wasm",
    tensorboard: `${out}/tensorboard`,
    out,
    resume: true,
    ...options,
  });
}

/** What the standardized arm makes of images: the model is made again, and takes the kept weights. */
export async function predict(out: string, images: tf.Tensor4D, seed = 0): Promise<tf.Tensor> {
  const [height, width, channels] = images.shape.slice(1) as [number, number, number];
  const classes = 8;
  const context = { classes, inputShape: [height, width, channels], seed, arm: "ws", settings: {} };
  const model = narrow(context as ModelContext);
  applyWeightStandardization(model);
  await loadWeights(model, out, { arm: "ws", seed });
  return model.predict(images) as tf.Tensor;
}

async function main([out = "reports/latest/long_comparison", ...words]: string[]) {
  if (words[0] === "merge") return await mergeRuns(words.slice(1), out);
  const stop = new AbortController();
  Deno.addSignalListener("SIGINT", () => stop.abort());
  const shard = words[0] as CompareOptions["shard"];
  return await run(out, { signal: stop.signal, ...(shard !== undefined && { shard }) });
}

if (import.meta.main) {
  try {
    const { cells } = await main(Deno.args);
    for (const { arm, seed, metrics } of cells) console.log(arm, seed, metrics.top1);
  } catch (error) {
    if (!(error instanceof ComparisonError)) throw error;
    console.error(error.message);
    Deno.exit(error.ending === "interrupted" ? 4 : 5);
  }
}
