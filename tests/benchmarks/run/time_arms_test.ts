/** Which step's time is whose, shown by a clock that only the models move. */
import assert from "node:assert/strict";
import { timeArms } from "../../../benchmarks/run/time_arms.ts";
import type { PlannedArm } from "../../../benchmarks/run/plan.ts";
import type { Task } from "../../../benchmarks/tasks/task.ts";
import { losses, optimizers, tf } from "../../../mod.ts";
import "../../backends.ts";

const names = ["a", "b", "c"];

/** Hands its input on, and tells that it was called. */
class Told extends tf.layers.Layer {
  static readonly className: string = "Told";
  constructor(readonly onCall: () => void) {
    super({});
  }
  override call(inputs: tf.Tensor[]): tf.Tensor {
    this.onCall();
    return inputs[0]!.clone();
  }
}

/** A task whose n-th model tells its steps. */
function taskOf(onStep: (arm: number) => void): Task {
  let models = 0;
  const task: Pick<Task, "trainDataloader" | "makeModel" | "makeOptimizer" | "loss"> = {
    trainDataloader: () => ({
      batchesPerEpoch: 1,
      *batches() {
        yield { x: tf.ones([2, 3]), y: tf.tensor1d([0, 1], "int32") };
      },
    }),
    makeModel() {
      const arm = models++;
      return tf.sequential({
        layers: [
          tf.layers.dense({ units: 2, inputShape: [3] }),
          new Told(() => onStep(arm)),
        ],
      });
    },
    makeOptimizer: () => optimizers.sgd({ learningRate: 0.1 }),
    loss: losses.crossEntropy,
  };
  return task as Task; // what is timed asks for no more
}

/** Times the arms while each step takes as long as is said. */
async function timed(rounds: number, durationOf: (arm: number, step: number) => number) {
  await tf.setBackend("cpu");
  const order: string[] = [];
  let now = 0;
  const task = taskOf((arm) => now += durationOf(arm, order.push(names[arm]!) - 1));
  const clock = performance.now;
  performance.now = () => now;
  try {
    const { signal } = new AbortController();
    const options = { rounds, signal, onRound: () => {} };
    const profile = { microbatchSize: 0 } as PlannedArm["profile"];
    const arms = names.map((name) =>
      ({ name, algorithms: [], task, profile }) as unknown as PlannedArm
    );
    return { order, records: await timeArms(arms, options) };
  } finally {
    performance.now = clock;
  }
}

const warmup = "aabbcc";

Deno.test("timeArms() runs each arm there and back, after two steps of each that do not count", async () => {
  const { order } = await timed(2, () => 1);
  assert.equal(order.join(""), `${warmup}abccbaabccba`);
});

Deno.test("timeArms() credits each step to its arm, beside the first arm's", async () => {
  const durations = [10, 25, 70];
  const { records } = await timed(2, (arm, step) => step < warmup.length ? 999 : durations[arm]!);
  assert.deepEqual(records, [
    { arm: "b", baseline: "a", pairs: new Array(2).fill({ baselineMs: 10, armMs: 25 }) },
    { arm: "c", baseline: "a", pairs: new Array(2).fill({ baselineMs: 10, armMs: 70 }) },
  ]);
});

Deno.test("timeArms() lets a machine that slows down slow all arms alike", async () => {
  const { records } = await timed(2, (_, step) => step);
  const means = [warmup.length + 2.5, warmup.length + 8.5];
  for (const { pairs } of records) {
    assert.deepEqual(pairs, means.map((ms) => ({ baselineMs: ms, armMs: ms })));
  }
});
