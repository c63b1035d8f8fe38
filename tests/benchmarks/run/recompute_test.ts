/** The setting `recompute`: the same numbers, from layers that run once more. */
import assert from "node:assert/strict";
import { compare, type ModelContext } from "../../../benchmarks/mod.ts";
import { tf, WeightStandardization } from "../../../mod.ts";
import { assertError, suiteProcess } from "../suite_process.ts";

const arms = [
  { name: "plain", algorithms: [] },
  { name: "ws", algorithms: [new WeightStandardization()] },
];

/** Hands its input on, and tells that it was called in training. */
class Told extends tf.layers.Layer {
  static readonly className: string = "ToldOfRecompute";
  constructor(readonly onCall: () => void) {
    super({});
  }
  override call(inputs: tf.Tensor | tf.Tensor[], { training = false }): tf.Tensor {
    if (training) this.onCall();
    return [inputs].flat()[0]!.clone();
  }
}

/** Compares on cpu, where steps are not captured, and counts the calls of a layer in training. */
async function compared(settings: Record<string, string | number>) {
  const out = await Deno.makeTempDir();
  let calls = 0;
  const model = ({ classes, inputShape, seed }: ModelContext): tf.LayersModel => {
    const kernelInitializer = tf.initializers.glorotUniform({ seed: seed + 1 });
    return tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, inputShape, kernelInitializer }),
        new Told(() => calls++),
        tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
        tf.layers.dense({ units: classes, kernelInitializer }),
      ],
    });
  };
  const shared = { duration: "2ba", evaluations: 1, timingRounds: 0, batchSize: 2 } as const;
  try {
    const result = await compare({
      suite: "imagenet",
      ...{ model, arms, out, seeds: [3], backend: "cpu" },
      settings: { ...shared, ...settings },
    });
    return { result, calls };
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

const cells = 2, steps = 2, timedSteps = 4;

Deno.test("compare() trains and times with recompute, to the same numbers", async () => {
  const kept = await compared({});
  assert.equal(kept.calls, cells * steps);
  const again = await compared({ recompute: "blocks" });
  assert.equal(again.calls, 2 * kept.calls);
  const timed = await compared({ recompute: "blocks", timingRounds: 1 });
  assert.equal(timed.calls, 2 * cells * (steps + timedSteps));
  const numbers = ({ result }: typeof kept) =>
    result.cells.map(({ curve, metrics }) => [curve, metrics]);
  assert.deepEqual(numbers(again), numbers(kept));
});

Deno.test("compare() refuses recompute that a model's layers cannot have before it trains", async () => {
  await assert.rejects(compared({ recompute: "normalization" }), {
    name: "UsageError",
    message: /the model must have layers that normalize/,
  });
});

const { run, test } = suiteProcess("bench:ade20k", "tests/benchmarks/run/synthetic_suite.ts");
const line = (out: string) => `--backend cpu --arms ws --out ${out}`;

test("goes on with a run that knows no recompute, and with none that recomputes", async (out) => {
  assert.equal((await run(line(out))).code, 0);
  const { config } = JSON.parse(await Deno.readTextFile(`${out}/result.json`));
  assert.equal(config.recompute, undefined);
  assert.equal((await run(`${line(out)} --set recompute=none --resume`)).code, 0);
  assertError(
    await run(`${line(out)} --set recompute=blocks --resume`),
    2,
    /differs in config\.recompute \(none and "blocks"\)/,
  );
  assert.equal((await run(`${line(out)} --set recompute=blocks --force`)).code, 0);
});
