import { losses, optimizers } from "../../../mod.ts";
import * as tf from "../../../src/tf.ts";
import type { Trial } from "../trial.ts";
import { batch, network } from "./network.ts";

/** Steps op by op, as a program takes them that has a loop of its own. */
export const eager: Trial = {
  unit: "eager steps",
  counts: { long: 20_000, short: 400 },
  backends: ["cpu", "wasm", "tensorflow"],
  async run(count, watch) {
    const model = network();
    const optimizer = optimizers.sgd({ learningRate: 0.01, momentum: 0.9 });
    for (let step = 1; step <= count; step++) {
      const { x, y } = batch(step);
      const loss = optimizer.minimize(
        () => losses.crossEntropy(y, model.apply(x, { training: true }) as tf.Tensor),
        true,
      )!;
      const [value] = await loss.data();
      if (!Number.isFinite(value)) throw new Error(`the loss is ${value} at step ${step}`);
      tf.dispose([x, y, loss]);
      if (watch.isDue(step)) await watch.take(step);
    }
    optimizer.dispose();
    model.dispose();
  },
};
