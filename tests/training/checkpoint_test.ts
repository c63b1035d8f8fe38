/** Twenty steps are ten, a checkpoint, everything made anew, and ten. */
import assert from "node:assert/strict";
import { ChannelDropout } from "../../src/layers/channel_dropout.ts";
import { standardizedConv2d } from "../../src/layers.ts";
import { readSafetensors, writeSafetensors } from "../../src/models/safetensors.ts";
import { TorchBatchNormalization } from "../../src/normalization/batch.ts";
import * as tf from "../../src/tf.ts";
import type { Checkpoint } from "../../src/training/checkpoints/checkpoint.ts";
import { CheckpointError } from "../../src/training/checkpoints/checkpoint_error.ts";
import type { Dataloader } from "../../src/training/dataloader.ts";
import type { Callback } from "../../src/training/callback.ts";
import type { Event } from "../../src/training/engine.ts";
import { NonFiniteLossError, NonFiniteWeightsError } from "../../src/training/history.ts";
import { crossEntropy } from "../../src/training/losses.ts";
import { Accuracy, type Metric } from "../../src/training/metrics.ts";
import { adamw, decoupledAdamw, decoupledSgdw, sgd } from "../../src/training/optimizers.ts";
import { cosine } from "../../src/training/schedules.ts";
import { Trainer, type TrainerOptions } from "../../src/training/trainer.ts";
import { forEachBackend } from "../backends.ts";

/** Six steps an epoch, each of eight images. */
const images: Dataloader = {
  batchesPerEpoch: 6,
  *batches(epoch) {
    for (let i = 0; i < 6; i++) {
      const x = tf.randomUniform([8, 4, 4, 2], -1, 1, "float32", 10 * epoch + i + 1);
      yield { x, y: tf.tidy(() => tf.cast(tf.greater(tf.mean(x, [1, 2, 3]), 0), "int32")) };
    }
  },
};

/** Standardized convolution, batch norm with its moving statistics, seeded dropout. */
function network(args: { name?: string } = {}): tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  return tf.sequential({
    layers: [
      standardizedConv2d({
        filters: 4,
        kernelSize: 3,
        inputShape: [4, 4, 2],
        kernelInitializer,
        ...args,
      }),
      new TorchBatchNormalization({}),
      tf.layers.reLU(),
      new ChannelDropout({ rate: 0.25 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 2, kernelInitializer }),
    ],
  });
}

interface Made {
  trainer: Trainer;
  model: tf.LayersModel;
  optimizer: tf.Optimizer;
}

const twenty = {
  loss: crossEntropy,
  trainDataloader: images,
  evalDataloader: { ...images, batchesPerEpoch: 1 },
  maxDuration: "20ba",
  evalInterval: "4ba",
  checkpointInterval: "5ba",
  seed: 3,
} as const;

function make(options: Partial<TrainerOptions> = {}): Made {
  const model = options.model ?? network();
  const optimizer = options.optimizer ??
    decoupledSgdw({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 });
  const schedule = "initialLearningRate" in optimizer ? cosine({ warmupSteps: 3 }) : undefined;
  const all = { ...twenty, metrics: [new Accuracy()], schedule, ...options, model, optimizer };
  return { trainer: new Trainer(all), model, optimizer };
}

function free({ trainer, model, optimizer }: Made): void {
  trainer.dispose();
  model.dispose();
  optimizer.dispose();
  // TensorFlow.js's momentum forgets this one.
  if ("c" in optimizer) tf.dispose(optimizer.c as tf.Tensor);
}

/** What a run leaves: equal where two runs are, whatever they took. */
async function outcome({ trainer, model, optimizer }: Made) {
  const { weights, state } = await trainer.checkpoint();
  const { stepDurationsMs: _, waitDurationsMs: __, ...history } = state.history;
  assert.equal(model.weights.length > 0, true);
  return { weights, state: { ...state, history }, iterations: optimizer.iterations };
}

/** Keeps the checkpoint of a step, as a file would. */
function keeping(step: number, kept: Checkpoint[]): Callback {
  return async (event, state, trainer) => {
    if (event !== "checkpoint" || state.step !== step) return;
    const { weights, state: json } = await trainer.checkpoint();
    kept.push({ weights: weights.slice(), state: JSON.parse(JSON.stringify(json)) });
  };
}

/** A whole run beside one that is resumed at a step; both end alike, in every bit. */
async function assertResumes(options: () => Partial<TrainerOptions>, step = 10): Promise<void> {
  const kept: Checkpoint[] = [];
  const whole = make({ ...options(), callbacks: [keeping(step, kept)] });
  const { losses, evaluations } = await whole.trainer.fit();
  const expected = await outcome(whole);
  free(whole);
  assert.equal(losses.length, 20);
  assert.deepEqual(evaluations.map((each) => each.step), [4, 8, 12, 16, 20]);

  const seen: [Event, number][] = [];
  const record: Callback = (event, state) => void seen.push([event, state.step]);
  const resumed = make({ ...options(), callbacks: [record] });
  await resumed.trainer.restore(kept[0]!);
  assert.equal(resumed.trainer.state.step, step);
  assert.equal(resumed.trainer.state.loss, losses[step - 1]);
  const history = await resumed.trainer.fit();
  assert.deepEqual(await outcome(resumed), expected);
  assert.deepEqual(history.losses, losses);
  const steps = seen.filter(([event]) => event === "stepEnd").map(([, at]) => at);
  assert.deepEqual(steps, Array.from({ length: 20 - step }, (_, i) => step + 1 + i));
  free(resumed);
}

forEachBackend("restore() and fit() train the rest of the run, bit for bit", async () => {
  await assertResumes(() => ({})); // in the middle of the second epoch
  await assertResumes(() => ({}), 5);
});

forEachBackend("restore() and fit() train the rest of a run over microbatches", async () => {
  await assertResumes(() => ({ microbatchSize: 3 }));
});

const everything: Record<string, () => Partial<TrainerOptions>> = {
  "adamw": () => ({ optimizer: adamw({ learningRate: 0.02 }) }),
  "decoupledAdamw over microbatches": () => ({
    optimizer: decoupledAdamw({ learningRate: 0.02, weightDecay: 0.01 }),
    microbatchSize: 3,
  }),
  "maxGradientNorm": () => ({ maxGradientNorm: 0.2 }),
  "movingAverage": () => ({ movingAverage: { halfLife: "3ba" } }),
  "movingAverage by epochs": () => ({
    movingAverage: { halfLife: "1ep", updateInterval: "0.5ep" },
  }),
  "a movingAverage that has not begun": () => ({
    movingAverage: { smoothing: 0.5, start: "12ba" },
  }),
  "earlyStopping": () => ({ earlyStopping: { metric: "accuracy", patience: "20ba" } }),
  "all of it": () => ({
    optimizer: adamw({ learningRate: 0.02 }),
    maxGradientNorm: 0.2,
    movingAverage: { halfLife: "3ba" },
    earlyStopping: { metric: "accuracy", patience: "20ba" },
    microbatchSize: 3,
    recompute: "blocks",
  }),
};
for (const [name, options] of Object.entries(everything)) {
  forEachBackend(
    `restore() and fit() train the rest of a run with ${name}, bit for bit`,
    async () => {
      await assertResumes(options);
      if (name === "all of it") await assertResumes(options, 5);
    },
  );
}

forEachBackend(
  "a run that stops early is resumed to the same step and the same weights",
  async () => {
    // Falls from the third evaluation on, the one at step 12.
    const metric = (): Metric => {
      let calls = 0;
      return {
        name: "score",
        update: () => Promise.resolve(),
        result: () => [0.1, 0.2, 0.5, 0.4, 0.3][calls - 1] ?? 0,
        reset: () => void calls++,
      };
    };
    const options = (metrics: Metric[]) => ({
      metrics,
      earlyStopping: { metric: "score", patience: "0ba" },
      movingAverage: { halfLife: "2ba" },
    } as const);
    const kept: Checkpoint[] = [];
    const whole = make({
      ...options([metric()]),
      callbacks: [keeping(15, kept), keeping(16, kept)],
    });
    const { stoppedEarly, restored, ...history } = await whole.trainer.fit();
    const expected = await outcome(whole);
    assert.deepEqual([stoppedEarly, restored?.step, history.losses.length], [true, 12, 16]);
    assert.equal(whole.trainer.state.totalSteps, 16);
    free(whole);
    assert.deepEqual(kept.map(({ state }) => state.step), [15, 16]);
    for (const checkpoint of kept) {
      const scores = metric();
      for (let i = 0; i < 3; i++) scores.reset(); // those before the checkpoint
      const resumed = make(options([scores]));
      await resumed.trainer.restore(checkpoint);
      const again = await resumed.trainer.fit();
      assert.deepEqual([again.stoppedEarly, again.restored], [true, restored]);
      assert.deepEqual(again.losses, history.losses);
      assert.deepEqual(await outcome(resumed), expected);
      free(resumed);
    }
  },
);

forEachBackend("restore() refuses another average, norm or early stop", async () => {
  const source = make(), plain = await source.trainer.checkpoint();
  free(source);
  const options: [Partial<TrainerOptions>, RegExp][] = [
    [{ maxGradientNorm: 1 }, /maxGradientNorm must be .* none: current value is 1$/],
    [
      { movingAverage: { halfLife: "1ba" } },
      /movingAverage .* none: .* smoothing 0.5, interval 1, first 1$/,
    ],
    [
      { earlyStopping: { metric: "accuracy" } },
      /earlyStopping .* none: .* metric accuracy, sign 1, patience 6, minDelta 0, restoreBest true$/,
    ],
  ];
  for (const [option, message] of options) {
    const made = make(option);
    await assert.rejects(made.trainer.restore(plain), { name: "RangeError", message });
    const checkpoint = await made.trainer.checkpoint();
    const other = make();
    await assert.rejects(other.trainer.restore(checkpoint), {
      name: "RangeError",
      message: /current value is none$/,
    });
    free(made);
    free(other);
  }
});

forEachBackend("restore() refuses a checkpoint without its averages", async () => {
  const kept: Checkpoint[] = [], options = { movingAverage: { halfLife: "3ba" } } as const;
  const source = make({ ...options, callbacks: [keeping(5, kept)] });
  await source.trainer.fit();
  free(source);
  const { tensors, metadata } = readSafetensors(kept[0]!.weights);
  const without = new Map(tensors);
  without.delete([...tensors.keys()].find((name) => name.startsWith("average/"))!);
  const made = make(options);
  await assert.rejects(
    made.trainer.restore({
      ...kept[0]!,
      weights: writeSafetensors({ tensors: without, metadata }),
    }),
    { name: "TypeError", message: /average\/model.* must be that of the checkpoint, missing/ },
  );
  free(made);
});

const stock: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.05, 0.9),
  rmsprop: () => tf.train.rmsprop(0.01, 0.9, 0.5),
  adam: () => tf.train.adam(0.01),
  adagrad: () => tf.train.adagrad(0.05),
  adadelta: () => tf.train.adadelta(0.5),
};
for (const [name, optimizer] of Object.entries(stock)) {
  forEachBackend(`restore() gives tf.train.${name} what it had kept`, async () => {
    await assertResumes(() => ({ optimizer: optimizer() }));
  });
}

forEachBackend("checkpoint() says that tf.train.adamax does not tell what it keeps", async () => {
  const made = make({ optimizer: tf.train.adamax(0.01) });
  await assert.rejects(made.trainer.checkpoint(), {
    name: "TypeError",
    message: /the optimizer must have getWeights: Adamax has none/,
  });
  free(made);
});

forEachBackend("restore() asks the dataloader for the rest of the epoch where it can", async () => {
  const asked: [number, number][] = [];
  const trainDataloader: Dataloader = {
    ...images,
    *batchesFrom(epoch, firstBatch) {
      asked.push([epoch, firstBatch]);
      let i = 0;
      for (const batch of images.batches(epoch) as Iterable<{ x: tf.Tensor; y: tf.Tensor }>) {
        if (i++ >= firstBatch) yield batch;
        else tf.dispose([batch.x, batch.y]);
      }
    },
  };
  await assertResumes(() => ({ trainDataloader }));
  assert.deepEqual(asked, [[1, 4]]);
});

forEachBackend(
  "fit() after an abort and restore() evaluates where the whole run does",
  async () => {
    const abort = new AbortController(), kept: Checkpoint[] = [], events: string[] = [];
    const stop: Callback = (event, { step }) => {
      events.push(`${event} ${step}`);
      if (event === "stepEnd" && step === 12) abort.abort();
    };
    const aborted = make({ signal: abort.signal, callbacks: [stop, keeping(12, kept)] });
    const { evaluations } = await aborted.trainer.fit();
    assert.deepEqual(evaluations.map(({ step }) => step), [4, 8]);
    assert.deepEqual(events.slice(-4), ["stepEnd 12", "epochEnd 12", "checkpoint 12", "fitEnd 12"]);
    free(aborted);

    const whole = make();
    await whole.trainer.fit();
    const resumed = make();
    await resumed.trainer.restore(kept[0]!);
    await resumed.trainer.fit();
    assert.deepEqual(await outcome(resumed), await outcome(whole));
    free(resumed);
    free(whole);
  },
);

forEachBackend(
  "fit() after restore() of the end gives the history and trains nothing",
  async () => {
    const kept: Checkpoint[] = [], events: Event[] = [];
    const whole = make({ callbacks: [keeping(20, kept)] });
    const history = await whole.trainer.fit();
    free(whole);
    const resumed = make({ callbacks: [(event) => void events.push(event)] });
    await resumed.trainer.restore(kept[0]!);
    assert.deepEqual(await resumed.trainer.fit(), history);
    assert.deepEqual(events, ["fitStart", "fitEnd"]);
    free(resumed);
  },
);

forEachBackend("checkpoint() taken while a step is under way is of a step's end", async () => {
  const taken: Promise<Checkpoint>[] = [];
  const trainDataloader: Dataloader = {
    ...images,
    microbatchesPerBatch: 2,
    async *batches(epoch) {
      for (const { x, y } of images.batches(epoch) as Iterable<{ x: tf.Tensor; y: tf.Tensor }>) {
        const xs = tf.split(x, 2), ys = tf.split(y, 2);
        tf.dispose([x, y]);
        for (const i of [0, 1]) {
          if (i === 1 && taken.length < 3) taken.push(run.trainer.checkpoint());
          await Promise.resolve();
          yield { x: xs[i]!, y: ys[i]! };
        }
      }
    },
  };
  const kept: Checkpoint[] = [];
  const run: Made = make({
    trainDataloader,
    checkpointInterval: "1ba",
    callbacks: [keeping(3, kept)],
  });
  await run.trainer.fit();
  const checkpoints = await Promise.all(taken);
  assert.deepEqual(checkpoints.map(({ state }) => state.step), [1, 2, 3]);
  assert.deepEqual(checkpoints[2]!.weights, kept[0]!.weights);
  free(run);
});

forEachBackend("checkpoint() of a second fit() goes on to that one's end", async () => {
  const options = { maxDuration: "7ba", checkpointInterval: "10ba" } as const;
  const kept: Checkpoint[] = [];
  const whole = make({ ...options, callbacks: [keeping(10, kept)] });
  await whole.trainer.fit();
  const second = await whole.trainer.fit();
  const resumed = make(options);
  await resumed.trainer.restore(kept[0]!);
  const { losses } = await resumed.trainer.fit();
  assert.deepEqual(losses, second.losses);
  assert.deepEqual(await outcome(resumed), await outcome(whole));
  assert.equal(resumed.trainer.state.totalSteps, 14);
  free(resumed);
  free(whole);
});

forEachBackend("checkpoint() names weights alike in a model that is built again", async () => {
  const names: string[][] = [];
  for (let i = 0; i < 2; i++) {
    const made = make();
    names.push([...readSafetensors((await made.trainer.checkpoint()).weights).tensors.keys()]);
    free(made);
  }
  assert.deepEqual(names[0], names[1]);
  assert.ok(names[0]!.includes("model/0/repaired_conv2d_RepairedConv2D/kernel"), `${names[0]}`);
  assert.ok(names[0]!.some((name) => name.endsWith("/moving_variance")));
});

forEachBackend("restore() refuses another run, and changes nothing", async () => {
  const source = make({ maxDuration: "20ba", callbacks: [] });
  const checkpoint = await source.trainer.checkpoint();
  free(source);
  const dense = (units: number) =>
    tf.sequential({
      layers: [tf.layers.flatten({ inputShape: [4, 4, 2] }), tf.layers.dense({ units })],
    });
  const cases: [() => Partial<TrainerOptions>, string, RegExp][] = [
    [
      () => ({ seed: 4 }),
      "RangeError",
      /seed must be that of the checkpoint, 3: current value is 4/,
    ],
    [() => ({ maxDuration: "30ba" }), "RangeError", /maxDuration .* 20ba: current value is 30ba/],
    [() => ({ evalInterval: "1ba" }), "RangeError", /evalInterval .* 4ba: current value is 1ba/],
    [() => ({ microbatchSize: 2 }), "RangeError", /microbatchSize .* 0: current value is 2/],
    [() => ({ optimizer: tf.train.adam(0.1) }), "RangeError", /optimizer .* DecoupledSGDW .* Adam/],
    [
      () => ({ optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) }),
      "RangeError",
      /DecoupledSGDW .*: current value is TorchSGD/,
    ],
    [
      () => ({ optimizer: decoupledSgdw({ learningRate: 0.2, momentum: 0.9, weightDecay: 0.01 }) }),
      "RangeError",
      /"learningRate":0.1.*"learningRate":0.2/,
    ],
    [
      () => ({ model: dense(2) }),
      "RangeError",
      /standardization of model\/0\/repaired.* must be that .*: current value is none$/,
    ],
    [
      () => ({ model: network({ name: "other" }) }),
      "RangeError",
      /standardization of model\/0\/other\/kernel must be .*, none: current value is composer/,
    ],
  ];
  for (const [options, name, message] of cases) {
    const made = make(options());
    const before = made.model.getWeights().map((weight) => `${weight.dataSync()}`);
    await assert.rejects(made.trainer.restore(checkpoint), { name, message });
    assert.deepEqual(made.model.getWeights().map((weight) => `${weight.dataSync()}`), before);
    assert.equal(made.trainer.state.step, 0);
    free(made);
  }
});

forEachBackend("restore() refuses a model whose weights have other shapes", async () => {
  const dense = (units: number) =>
    tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [4, 4, 2] }),
        tf.layers.dense({ units }),
      ],
    });
  const source = make({ model: dense(2) });
  const checkpoint = await source.trainer.checkpoint();
  free(source);
  const made = make({ model: dense(3) });
  await assert.rejects(made.trainer.restore(checkpoint), {
    name: "TypeError",
    message: /model\/0\/dense_Dense\/kernel must .*, F32 \[32,2\]: current value is F32 \[32,3\]$/,
  });
  free(made);
});

forEachBackend("restore() refuses a model that is standardized otherwise", async () => {
  const model = (variant?: "timm") =>
    tf.sequential({
      layers: [
        variant === undefined
          ? tf.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [4, 4, 2], name: "a" })
          : standardizedConv2d({
            filters: 2,
            kernelSize: 3,
            inputShape: [4, 4, 2],
            name: "a",
            variant,
          }),
        tf.layers.flatten(),
      ],
    });
  const source = make({ model: model("timm") });
  const checkpoint = await source.trainer.checkpoint();
  free(source);
  const made = make({ model: model() });
  await assert.rejects(made.trainer.restore(checkpoint), {
    name: "RangeError",
    message: /standardization of model\/0\/a\/kernel .*, timm, 0.000001: current value is none$/,
  });
  free(made);
});

forEachBackend(
  "restore() refuses another schedule, a used optimizer, a Trainer that trained",
  async () => {
    const kept: Checkpoint[] = [];
    const whole = make({ callbacks: [keeping(10, kept)] });
    await whole.trainer.fit();
    const [checkpoint] = kept;
    await assert.rejects(whole.trainer.restore(checkpoint!), {
      name: "TypeError",
      message: /must be at step 0, before fit\(\): current value is 20$/,
    });
    const used = make({ optimizer: whole.optimizer });
    await assert.rejects(
      used.trainer.restore(checkpoint!),
      /the optimizer must be at iteration 0: current value is 20$/,
    );
    used.model.dispose();
    free(whole);
    const other = make({ schedule: cosine() });
    await assert.rejects(other.trainer.restore(checkpoint!), {
      name: "RangeError",
      message: /schedule must be that of the checkpoint, 0,0.0\d+,0.0\d+: current value is 0.1,/,
    });
    assert.equal(other.trainer.state.step, 0);
    free(other);
  },
);

forEachBackend("restore() refuses what is damaged, and changes nothing", async () => {
  const kept: Checkpoint[] = [];
  const whole = make({ callbacks: [keeping(5, kept), keeping(10, kept)] });
  await whole.trainer.fit();
  free(whole);
  const [five, ten] = kept as [Checkpoint, Checkpoint];
  const { weights, state } = ten;
  const withState = (change: object): Checkpoint => ({ weights, state: { ...state, ...change } });
  const cut = { ...state.history, losses: state.history.losses.slice(1) };
  const badMetric = { ...state.history, evaluations: [{ step: 4, metrics: { accuracy: "high" } }] };
  const cases: [unknown, RegExp][] = [
    [
      { weights: weights.slice(0, -5), state },
      /weights are damaged: .*must end where the file does/,
    ],
    [{ weights: weights.slice(0, 5), state }, /weights are damaged: .*8 or more/],
    [{ weights: new Uint8Array(100).fill(7), state }, /weights are damaged/],
    [{ weights: undefined, state }, /weights are damaged: .*Uint8Array/],
    [{ weights: five.weights, state }, /state's step 10: they are of step 5/],
    [{ weights, state: undefined }, /state's state must be an object: current value is undefined/],
    [undefined, /state must be an object/],
    [{ weights, state: { step: 3 } }, /format must be "weight-standardization\/checkpoint"/],
    [withState({ version: 2 }), /version must be 1: current value is 2/],
    [withState({ step: -1 }), /step must be an integer >= 0: current value is -1/],
    [withState({ history: [] }), /history must be an object: current value is \[\]/],
    [withState({ history: { ...state.history, losses: "x" } }), /losses must be a list/],
    [
      withState({ history: { ...state.history, losses: [null] } }),
      /losses must be a number/,
    ],
    [withState({ history: cut }), /learningRates must be 9 numbers: current value is 10/],
    [withState({ history: badMetric }), /accuracy must be a number: current value is "high"/],
    [withState({ settings: 3 }), /settings must be an object/],
  ];
  for (const [checkpoint, message] of cases) {
    const made = make();
    const before = made.model.getWeights().map((weight) => `${weight.dataSync()}`);
    await assert.rejects(made.trainer.restore(checkpoint as Checkpoint), (error) => {
      assert.ok(error instanceof CheckpointError, `${error}`);
      assert.match(error.message, message);
      return true;
    });
    assert.deepEqual(made.model.getWeights().map((weight) => `${weight.dataSync()}`), before);
    free(made);
  }
});

forEachBackend("restore() refuses slots of another shape", async () => {
  const kept: Checkpoint[] = [];
  const whole = make({ callbacks: [keeping(5, kept)] });
  await whole.trainer.fit();
  free(whole);
  const { weights, state } = kept[0]!;
  const { tensors, metadata } = readSafetensors(weights);
  const fewer = new Map([...tensors].filter(([name]) => name !== "optimizer/5/momentum"));
  const made = make();
  await assert.rejects(
    made.trainer.restore({ weights: writeSafetensors({ tensors: fewer, metadata }), state }),
    {
      name: "TypeError",
      message: /optimizer\/5 must be that of the checkpoint, missing: current value is F32 \[2\]/,
    },
  );
  const turned = new Map(tensors);
  turned.set("optimizer/0/momentum", tensors.get("optimizer/1/momentum")!);
  await assert.rejects(
    made.trainer.restore({ weights: writeSafetensors({ tensors: turned, metadata }), state }),
    {
      name: "TypeError",
      message: /optimizer\/0\/momentum must .*, F32 \[4\]: current value is F32 \[3,3,2,4\]/,
    },
  );
  free(made);
});

forEachBackend("checkpoint() refuses weights and losses that are not finite", async () => {
  const made = make({ maxDuration: "1ba" });
  await made.trainer.fit();
  const variable = made.model.trainableWeights[2]!.read() as tf.Variable;
  const bad = tf.fill(variable.shape, Infinity);
  variable.assign(bad);
  bad.dispose();
  await assert.rejects(made.trainer.checkpoint(), (error) => {
    assert.ok(error instanceof NonFiniteWeightsError);
    assert.match(error.message, /model\/2\/.*gamma is not at step 1;/);
    assert.equal(error.history.losses.length, 1);
    return true;
  });
  free(made);
});

forEachBackend("the last checkpoint before a non-finite loss is good", async () => {
  const kept: Checkpoint[] = [];
  // The bias alone grows to 1e34 and more, whatever the rest does: its square is none of float32's.
  const loss = (labels: tf.Tensor, logits: tf.Tensor) =>
    tf.add(crossEntropy(labels, logits), tf.mean(tf.square(logits))) as tf.Scalar;
  const optimizer = sgd({ learningRate: 1e-3 });
  const schedule = (step: number) => step < 2 ? 1 : 1e38;
  const options = { loss, optimizer, schedule, checkpointInterval: "1ba" } as const;
  const last: Callback = async (event, _, trainer) => {
    if (event === "checkpoint") kept.push(await trainer.checkpoint());
  };
  const made = make({ ...options, callbacks: [last] });
  const failure = await made.trainer.fit().then(() => undefined, (error) => error);
  assert.ok(failure instanceof NonFiniteLossError || failure instanceof NonFiniteWeightsError);
  await assert.rejects(made.trainer.checkpoint(), /must be finite/);
  assert.ok(kept.length >= 2);
  free(made);
  const again = make({ ...options, optimizer: sgd({ learningRate: 1e-3 }) });
  await again.trainer.restore(kept.at(-1)!);
  for (const weight of again.model.getWeights()) {
    assert.ok(weight.dataSync().every(Number.isFinite));
  }
  free(again);
});

forEachBackend("checkpoint() keeps numbers that JSON lacks", async () => {
  const optimizer = () => tf.train.sgd(0.1); // its learning rates are NaN in the history
  const nothing = { name: "nothing", update: () => Promise.resolve(), reset: () => {} };
  const metrics = [{ ...nothing, result: () => NaN }, {
    ...nothing,
    name: "most",
    result: () => Infinity,
  }];
  const kept: Checkpoint[] = [];
  const whole = make({ optimizer: optimizer(), metrics, callbacks: [keeping(5, kept)] });
  const history = await whole.trainer.fit();
  free(whole);
  const resumed = make({ optimizer: optimizer(), metrics });
  await resumed.trainer.restore(kept[0]!);
  const again = await resumed.trainer.fit();
  assert.deepEqual(again.learningRates, history.learningRates);
  assert.deepEqual(again.evaluations, history.evaluations);
  assert.deepEqual(again.evaluations[0], { step: 4, metrics: { nothing: NaN, most: Infinity } });
  free(resumed);
});

Deno.test("restore() goes on in a new process, bit for bit", async () => {
  const folder = await Deno.makeTempDir({ prefix: "checkpoint-test-" });
  const run = async (mode: string): Promise<{ course: number[] }> => {
    const script = new URL("resume_process.ts", import.meta.url).href;
    const args = ["run", "--allow-read", "--allow-write", "--allow-env", script, mode, folder];
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    return JSON.parse(new TextDecoder().decode(stdout));
  };
  try {
    const whole = await run("whole");
    assert.equal(whole.course.length, 6);
    assert.deepEqual(await run("resumed"), whole);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
