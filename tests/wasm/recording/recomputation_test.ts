/** Recomputation in recorded steps: the same numbers from a plan of less memory. */
import assert from "node:assert/strict";
import { batchNormalization, standardizedConv2d } from "../../../src/layers.ts";
import { RepairedReLU } from "../../../src/layers/relu.ts";
import * as tf from "../../../src/tf.ts";
import { crossEntropy } from "../../../src/training/losses.ts";
import { sgd } from "../../../src/training/optimizers.ts";
import type { Recompute } from "../../../src/training/recomputation/apply_recomputed.ts";
import { trainStep } from "../../../src/training/train_step.ts";
import { ArenaMemory } from "../../../src/wasm/recording/arena_memory.ts";
import { forEachBackend } from "../../backends.ts";

/** Eight convolutions with their norms and ReLUs, and a classifier. */
function chain(): tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 3 });
  const shared = { filters: 8, kernelSize: 3, padding: "same", kernelInitializer } as const;
  const layers = Array.from({ length: 8 }, (_, i) => [
    standardizedConv2d({ ...shared, ...(i === 0 && { inputShape: [16, 16, 8] }) }),
    batchNormalization(),
    new RepairedReLU({}),
  ]).flat();
  const head = [tf.layers.flatten(), tf.layers.dense({ units: 3, kernelInitializer })];
  return tf.sequential({ layers: [...layers, ...head] });
}

/** Losses of three recorded steps, and the bytes of the recording's blocks. */
function trained(recompute?: Recompute): { losses: number[]; bytes: number } {
  const { join } = ArenaMemory.prototype;
  let bytes = 0;
  ArenaMemory.prototype.join = function (user, size) {
    bytes += size;
    join.call(this, user, size);
  };
  const model = chain(), optimizer = sgd({ learningRate: 0.05, momentum: 0.9 });
  const step = trainStep(model, optimizer, crossEntropy, { recompute });
  try {
    const losses = [1, 2, 3].map((seed) =>
      tf.tidy(() => {
        const x = tf.randomUniform([4, 16, 16, 8], -1, 1, "float32", seed);
        const y = tf.tensor1d([0, 1, 2, 0], "int32");
        return step(x, y, tf.scalar(0.05), tf.tensor1d([seed], "int32")).dataSync()[0]!;
      })
    );
    return { losses, bytes };
  } finally {
    ArenaMemory.prototype.join = join;
    [step, optimizer, model].forEach((made) => made.dispose());
  }
}

forEachBackend("a recorded step that recomputes is planned in less memory", () => {
  const kept = trained(), normalization = trained("normalization"), blocks = trained("blocks");
  assert.deepEqual([normalization.losses, blocks.losses], [kept.losses, kept.losses]);
  const peaks = `${kept.bytes}, ${normalization.bytes}, ${blocks.bytes}`;
  assert.ok(normalization.bytes < 0.9 * kept.bytes, peaks);
  assert.ok(0 < blocks.bytes && blocks.bytes < 0.75 * kept.bytes, peaks);
}, ["wasm"]);
