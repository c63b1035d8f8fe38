/**
 * Compares one's own model with and without weight standardization, on generated scenes:
 * `deno run --allow-read --allow-write --allow-env --allow-ffi --allow-sys --allow-run=git docs/examples/compare_two_arms.ts`
 */
import { compare } from "../../benchmarks/mod.ts";
import { tf, WeightStandardization } from "../../mod.ts";

const result = await compare({
  model: ({ classes, inputShape, seed }) => {
    const kernelInitializer = tf.initializers.glorotUniform({ seed });
    const conv = { kernelSize: 3, padding: "same", kernelInitializer } as const;
    return tf.sequential({
      layers: [
        tf.layers.conv2d({ ...conv, filters: 16, activation: "relu", inputShape }),
        tf.layers.conv2d({ ...conv, filters: classes, activation: "linear" }),
      ],
    });
  },
  arms: [
    { name: "plain", algorithms: [] },
    { name: "standardized", algorithms: [new WeightStandardization({ nLastLayersIgnore: 1 })] },
  ],
  settings: { duration: "20ba", imageSize: 32, timingRounds: 0 },
  out: Deno.args[0] ?? "reports/latest/compare",
});
for (const { arm, seed, metrics } of result.cells) console.log(arm, seed, metrics.mIoU);
