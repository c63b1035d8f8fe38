/** A run whose cells break, through `compare()`. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { compare, type ModelContext } from "../../../benchmarks/mod.ts";
import { readResult } from "../../../benchmarks/record/mod.ts";
import { type Algorithm, tf } from "../../../mod.ts";
import { withFolder } from "../../datasets/files.ts";

const settings = {
  duration: "3ba",
  evaluations: 1,
  timingRounds: 0,
  generatedTraining: 32,
  generatedValidation: 8,
  batchSize: 8,
} as const;

function classifier({ classes, inputShape, seed }: ModelContext): tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed });
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 2, kernelSize: 3, strides: 4, inputShape, kernelInitializer }),
      tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
      tf.layers.dense({ units: classes, kernelInitializer }),
    ],
  });
}

/** An algorithm that throws after the second step. */
function throwing(error: Error): Algorithm {
  return {
    name: "throwing",
    match: (event, { step }) => event === "stepEnd" && step === 2,
    apply: () => {
      throw error;
    },
  };
}

/** What is written to the console as errors meanwhile. */
async function errorsOf(body: () => Promise<void>): Promise<unknown[]> {
  const { error } = console, written: unknown[] = [];
  console.error = (...values: unknown[]) => written.push(...values);
  try {
    await body();
  } finally {
    console.error = error;
  }
  return written;
}

Deno.test("a run names each cell that broke with its own error, and runs the others", () =>
  withFolder(async (folder) => {
    const out = join(folder, "out");
    const [first, second] = [new Error("the first"), new Error("the second")];
    const arms = [
      { name: "a", algorithms: [throwing(first)] },
      { name: "b" },
      { name: "c", algorithms: [throwing(second)] },
    ];
    const written = await errorsOf(async () => {
      const options = { suite: "imagenet" as const, arms, model: classifier, seeds: [1], settings };
      await assert.rejects(compare({ ...options, backend: "cpu", out }), (error: Error) => {
        assert.match(error.message, /^3 cells, 2 broke\n {2}broke: a, .*\n {2}broke: c, /);
        assert.equal(error.cause, first);
        return true;
      });
    });
    for (const [arm, error] of [["a", first], ["c", second]] as const) {
      const line = `broke: ${arm}, seed 1, step 2: ${error}`;
      assert.equal(written[written.indexOf(line) + 1], error.stack, `${written}`);
    }
    const { cells } = await readResult(join(out, "result.json"));
    assert.deepEqual(cells.map(({ arm, status, steps }) => [arm, status, steps]), [
      ["a", "broken", 2],
      ["b", "done", 3],
      ["c", "broken", 2],
    ]);
  }));
