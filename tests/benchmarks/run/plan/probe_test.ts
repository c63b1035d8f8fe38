import assert from "node:assert/strict";
import { planCells } from "../../../../benchmarks/run/plan.ts";
import { describePlan } from "../../../../benchmarks/run/plan/describe.ts";
import { estimateMemory } from "../../../../benchmarks/run/plan/memory.ts";
import { type Estimate, estimate } from "../../../../benchmarks/run/plan/probe.ts";
import type { Task } from "../../../../benchmarks/tasks/task.ts";
import { DataError } from "../../../../datasets/errors.ts";
import { tf } from "../../../../mod.ts";
import { synthetic } from "../synthetic_suite.ts";

const profile = synthetic.profiles.quick!;
const { signal } = new AbortController();
const backend = { name: "cpu", version: "4.22.0" };
const disk = {
  weights: { mode: "last", files: 4, bytes: 5744 },
  checkpoints: { most: 3, bytes: 8616 },
  textBytes: 1e6,
  totalBytes: 1e6 + 14_360,
  out: "reports",
  freeBytes: 1e6,
} as const;

async function planned(changes: Partial<Task> = {}) {
  const task = { ...await synthetic.open(undefined).task(profile), ...changes };
  const arms = synthetic.arms.map((arm) => ({ ...arm, profile, task }));
  return await planCells({ suite: synthetic, profile, seeds: [0, 1] }, arms);
}

/** Runs as on a machine with so much free memory. */
async function withFreeMemory<T>(available: number, body: () => Promise<T>): Promise<T> {
  const { systemMemoryInfo } = Deno;
  Deno.systemMemoryInfo = () => ({ ...systemMemoryInfo(), available });
  try {
    return await body();
  } finally {
    Deno.systemMemoryInfo = systemMemoryInfo;
  }
}

Deno.test("estimateMemory() counts weights, gradients, momentum, sums and outputs", () => {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 3, kernelSize: 2, inputShape: [4, 4, 2] }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 5 }),
    ],
  });
  const parameterCount = 3 * 2 * 2 * 2 + 3 + 27 * 5 + 5;
  const imageBytes = 3 * 4 * (27 + 27 + 5); // not captured: three times
  const whole = { parameterCount, stateBytes: 12 * parameterCount, imageBytes, images: 8 };
  assert.deepEqual(estimateMemory(model, 8, 0), {
    ...whole,
    totalBytes: 12 * parameterCount + 8 * imageBytes,
  });
  const parts = { ...whole, stateBytes: 16 * parameterCount, images: 2 };
  assert.partialDeepStrictEqual(estimateMemory(model, 8, 2), parts);
  assert.deepEqual(estimateMemory(model, 8, 8), estimateMemory(model, 8, 0));
  model.dispose();
});

Deno.test("estimate() tries the run's own step, and leaves no tensors", async () => {
  const plan = await planned();
  const before = tf.memory().numTensors;
  const { memory, probe } = await estimate(plan, signal);
  assert.equal(tf.memory().numTensors, before);
  assert.ok(typeof probe !== "string");
  assert.deepEqual([probe.arm, probe.images, memory.parameterCount], ["baseline", 4, 359]);
  assert.ok(probe.stepMs > 0 && probe.startMs >= 0 && probe.evaluationMs > 0);
  const text = describePlan({ plan, disk, estimate: { memory, probe }, backend });
  assert.match(text, /4 cells \(baseline, ws; seeds 0, 1\)/);
  assert.match(text, /^backend: cpu 4\.22\.0$/m);
  assert.match(
    text,
    /^disk: writes into reports, about 1\.0 MB at most: .*; 1\.0 MB are free there, so that the run would be refused$/m,
  );
  assert.match(
    text,
    /^weights: last of each cell are kept, about 0\.0 MB in 4 files in weights\//m,
  );
  assert.match(text, /12 steps of 4 images, 359 parameters, .* every 2ba \(the last 2 are kept\)/);
});

Deno.test("estimate() tries a step of few images and one of all, each once more than it is timed", async () => {
  const shapes: number[] = [];
  const loss: Task["loss"] = (truth, prediction) => {
    shapes.push(prediction.shape[0]!);
    return tf.losses.softmaxCrossEntropy(tf.oneHot(truth, 3), prediction);
  };
  const { probe } = await estimate(await planned({ loss }), signal);
  assert.partialDeepStrictEqual(probe, { images: 4 });
  assert.deepEqual(shapes, [2, 2, 4, 4, 4, 4]);
});

Deno.test("estimate() tries two images where the whole step would not fit, or none", async () => {
  const plan = await planned();
  const { memory } = await estimate(plan, signal);
  const before = tf.memory().numTensors;
  const few = await withFreeMemory(2 * memory.totalBytes - 1, () => estimate(plan, signal));
  assert.partialDeepStrictEqual(few.probe, { images: 2 });
  const text = (estimate: Estimate) => describePlan({ plan, disk, estimate, backend });
  assert.match(text(few), /scaled up from 2 images\)/);
  assert.doesNotMatch(text(few), /when tried here/);
  await withFreeMemory(memory.stateBytes, async () => {
    const none = text(await estimate(plan, signal));
    assert.match(none, /time: not known: two images would take more than half/);
    assert.match(none, /^memory: .*; more than the \S+ \wB to be had$/m);
  });
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("estimate() tries a step of each microbatchSize, and the time counts each arm's", async () => {
  const plan = await planned();
  const arms = plan.arms.map((arm, i) => ({
    ...arm,
    profile: { ...arm.profile, microbatchSize: i === 0 ? 0 : 1 },
  }));
  const parts = {
    ...plan,
    arms,
    cells: plan.cells.map((cell, i) => ({ ...cell, arm: arms[i % 2]! })),
  };
  const before = tf.memory().numTensors;
  const { memory, probe } = await estimate(parts, signal);
  assert.equal(tf.memory().numTensors, before);
  assert.ok(typeof probe !== "string");
  assert.deepEqual([...probe.otherStepsMs.keys()], [1]);
  const timed = {
    ...probe,
    stepMs: 1000,
    startMs: 0,
    evaluationMs: 0,
    otherStepsMs: new Map([[1, 5000]]),
  };
  const text = describePlan({ plan: parts, disk, estimate: { memory, probe: timed }, backend });
  assert.match(text, /^time: about 2 min 24 s: 1000 ms a step, 5000 ms in parts of 1, /m);
});

Deno.test("estimate() tells what kept the probe from ending", async () => {
  const loss = () => {
    throw new RangeError("Array buffer\nallocation failed");
  };
  const { probe } = await estimate(await planned({ loss }), signal);
  assert.equal(probe, "Array buffer allocation failed");
  const stopped = await estimate(await planned(), AbortSignal.abort(new Error("stopped")));
  assert.equal(stopped.probe, "the probe was stopped");
});

Deno.test("describePlan() tells microbatches, warnings, and that nothing is saved", async () => {
  const warning = { code: "x", message: "The data are few", advice: "Give more" };
  const plan = await planned({ warnings: [warning] });
  const changes = { microbatchSize: 2, checkpointInterval: "0ep" as const };
  const arms = plan.arms.map((arm) => ({ ...arm, profile: { ...arm.profile, ...changes } }));
  const estimated = await estimate(plan, signal);
  const text = describePlan({ plan: { ...plan, arms }, disk, estimate: estimated, backend });
  assert.match(text, /4 images, 2 at once, .* a checkpoint only where it is stopped/);
  assert.match(text, /^warning: The data are few\. Give more$/m);
});

Deno.test("estimate() throws where the data cannot be read", async () => {
  const broken = {
    batchesPerEpoch: 1,
    batches: () => {
      throw new DataError("Cannot read x.jpg");
    },
  };
  const plan = await planned({ trainDataloader: () => broken });
  await assert.rejects(estimate(plan, signal), { name: "DataError" });
});

Deno.test("estimate() times an evaluation alone where there is nothing to train on", async () => {
  const plan = await planned({ trainDataloader: () => undefined });
  assert.partialDeepStrictEqual((await estimate(plan, signal)).probe, { stepMs: 0 });
});
