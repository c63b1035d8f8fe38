import * as tf from "../../../src/tf.ts";
import type { Trial } from "../trial.ts";
import { trainerFor } from "./network.ts";

/** Steps of a Trainer, recorded at the first and called from then on; a hundred evaluations. */
export const captured: Trial = {
  unit: "captured steps",
  counts: { long: 100_000, short: 2_000 },
  backends: ["wasm", "tensorflow"],
  async run(count, watch) {
    if (!("capture" in tf.backend())) throw new Error(`${tf.getBackend()} captures nothing`);
    const { warn } = console;
    const warnings: unknown[] = [];
    console.warn = (...words: unknown[]) => warnings.push(words); // a step that isn't recorded warns
    const { trainer, dispose } = trainerFor(count, async (event, { step }) => {
      if (event === "stepEnd" && watch.isDue(step)) await watch.take(step);
    });
    try {
      await trainer.fit();
    } finally {
      dispose();
      console.warn = warn;
    }
    if (warnings.length > 0) throw new Error(`Training warned: ${warnings}`);
  },
};
