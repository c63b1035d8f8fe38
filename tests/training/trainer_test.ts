import assert from "node:assert/strict";
import {
  type Algorithm,
  type Batch,
  type Dataloader,
  layers,
  losses,
  metrics,
  NonFiniteLossError,
  NonFiniteWeightsError,
  optimizers,
  schedules,
  tf,
  Trainer,
  type TrainerOptions,
  WeightStandardization,
} from "../../mod.ts";
import { forEachBackend } from "../backends.ts";

/** Points on two sides of a line, in four batches an epoch. */
const sides: Dataloader = {
  batchesPerEpoch: 4,
  *batches(epoch) {
    for (let i = 0; i < this.batchesPerEpoch; i++) {
      const x = tf.randomUniform([8, 2], -1, 1, "float32", 10 * epoch + i + 1);
      const y = tf.tidy(() => tf.cast(tf.greater(tf.sum(x, 1), 0), "int32"));
      yield { x, y };
    }
  },
};

function classifier(): tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  return tf.sequential({
    layers: [tf.layers.dense({ units: 2, inputShape: [2], kernelInitializer })],
  });
}

/** Trains a classifier and frees all that was made. */
async function withTrainer(
  options: Partial<TrainerOptions>,
  body: (trainer: Trainer, model: tf.LayersModel) => void | Promise<void>,
): Promise<void> {
  const model = options.model ?? classifier();
  const optimizer = options.optimizer ?? optimizers.sgd({ learningRate: 0.5, momentum: 0.9 });
  try {
    const loss = losses.crossEntropy;
    const all = { model, optimizer, loss, trainDataloader: sides, evalDataloader: sides };
    await body(new Trainer({ ...all, metrics: [new metrics.Accuracy()], ...options }), model);
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

forEachBackend("fit() trains to maxDuration and evaluates at every interval", async () => {
  const options = { maxDuration: "10ep", evalInterval: "16ba" } as const;
  await withTrainer(options, async (trainer) => {
    const { losses, learningRates, stepDurationsMs, evaluations } = await trainer.fit();
    assert.equal(losses.length, 40);
    assert.equal(stepDurationsMs.length, 40);
    assert.deepEqual(new Set(learningRates), new Set([0.5]));
    assert.deepEqual(evaluations.map(({ step }) => step), [16, 32, 40]);
    assert.ok(evaluations.at(-1)!.metrics.accuracy! > 90, "accuracy");
    assert.ok(losses.at(-1)! < losses[0]! / 2, "loss");
    assert.equal(trainer.state.epoch, 10);
  });
});

forEachBackend("fit() follows a schedule, and gives the optimizer its own rate back", async () => {
  const optimizer = optimizers.decoupledSgdw({ learningRate: 0.4 });
  const options = { optimizer, schedule: schedules.cosine(), maxDuration: "1ep" } as const;
  await withTrainer(options, async (trainer) => {
    const { learningRates } = await trainer.fit();
    const expected = [0, 1, 2, 3].map((step) => 0.2 * (1 + Math.cos(Math.PI * step / 4)));
    learningRates.forEach((rate, i) => assert.ok(Math.abs(rate - expected[i]!) < 1e-6));
    assert.equal(optimizer.learningRate, 0.4);
  });
});

forEachBackend(
  "fit() called again goes on where it ended, and lengthens the schedule",
  async () => {
    const rates = (steps: number[], total: number) =>
      steps.map((step) => Math.fround(0.5 * schedules.poly({ power: 1 })(step, total)));
    const options = { schedule: schedules.poly({ power: 1 }), maxDuration: "0.75ep" } as const;
    const seen: number[] = [];
    const trainDataloader: Dataloader = {
      batchesPerEpoch: 4,
      *batches(epoch) {
        for (const batch of sides.batches(epoch) as Iterable<Batch>) {
          seen.push(batch.x.dataSync()[0]!);
          yield batch;
        }
      },
    };
    await withTrainer({ ...options, trainDataloader }, async (trainer) => {
      const first = await trainer.fit();
      assert.deepEqual(first.learningRates.map(Math.fround), rates([0, 1, 2], 3));
      const second = await trainer.fit();
      assert.deepEqual(second.learningRates.map(Math.fround), rates([3, 4, 5], 6));
      const { step, epoch, totalSteps } = trainer.state;
      assert.deepEqual([step, epoch, totalSteps], [6, 1, 6]);
      // Three batches; the same three again, passed over, and the fourth; two of the next epoch.
      assert.deepEqual(seen.slice(3, 6), seen.slice(0, 3));
      assert.equal(new Set(seen).size, 6);
      assert.equal(seen.length, 9);
    });
  },
);

forEachBackend("fit() holds a dataloader to its batchesPerEpoch", async () => {
  const steps: number[] = [];
  const log = (event: string, { epoch }: { epoch: number }) =>
    void (event === "stepEnd" && steps.push(epoch));
  const shorter = { ...sides, batchesPerEpoch: 3, batches: sides.batches.bind(sides) };
  const options: Partial<TrainerOptions> = {
    trainDataloader: shorter,
    maxDuration: "2ep",
    callbacks: [log],
  };
  await withTrainer(options, async (trainer) => void await trainer.fit());
  assert.deepEqual(steps, [0, 0, 0, 1, 1, 1]);
  const longer = { ...shorter, batchesPerEpoch: 5 };
  await withTrainer({ ...options, trainDataloader: longer }, async (trainer) => {
    await assert.rejects(trainer.fit(), {
      name: "RangeError",
      message:
        /epoch 0 must have batchesPerEpoch = 5 batches, 1 part\(s\) each: current value is 4$/,
    });
  });
});

forEachBackend("fit() and evaluate() free a batch that fails", async () => {
  const given: tf.Tensor[] = [];
  const loader = (width: number): Dataloader => ({
    batchesPerEpoch: 1,
    *batches() {
      const batch = { x: tf.ones([8, width]), y: tf.zeros([8], "int32") };
      given.push(batch.x, batch.y);
      yield batch;
    },
  });
  const metric = {
    name: "failing",
    update: () => Promise.reject(new Error("no metric")),
    result: () => 0,
    reset: () => {},
  };
  const options = { metrics: [metric], trainDataloader: loader(3), evalDataloader: loader(2) };
  await withTrainer(options, async (trainer) => {
    await assert.rejects(trainer.evaluate(), /no metric/);
    await assert.rejects(trainer.fit(), /shape/);
  });
  assert.equal(given.length, 4);
  assert.ok(given.every((tensor) => tensor.isDisposed));
});

forEachBackend("fit() frees what a step has computed that throws", async () => {
  const { numTensors } = tf.memory();
  const layers = () => [
    tf.layers.dense({ units: 3, inputShape: [2], activation: "relu" }),
    tf.layers.dense({ units: 2 }),
  ];
  for (const microbatchSize of [undefined, 4]) {
    const model = tf.sequential({ layers: layers() });
    const loss = () => {
      throw new Error("no loss");
    };
    await withTrainer({ model, loss, microbatchSize }, async (trainer) => {
      await assert.rejects(trainer.fit(), /no loss/);
    });
    assert.equal(tf.memory().numTensors, numTensors);
  }
});

forEachBackend("fit() refuses a batch without images, and frees it", async () => {
  const { numTensors } = tf.memory();
  const empty = () => ({ x: tf.zeros([0, 2]), y: tf.zeros([0], "int32") });
  const full = () => ({ x: tf.zeros([8, 2]), y: tf.zeros([8], "int32") });
  for (const parts of [[empty], [full, empty], [empty, full]]) {
    const trainDataloader: Dataloader = {
      batchesPerEpoch: 1,
      microbatchesPerBatch: parts.length,
      *batches() {
        for (const part of parts) yield part();
      },
    };
    await withTrainer({ trainDataloader }, async (trainer) => {
      const message = "Cannot train as a batch must have images: current value is [0,2]";
      await assert.rejects(trainer.fit(), { name: "TypeError", message });
    });
    assert.equal(tf.memory().numTensors, numTensors);
  }
});

forEachBackend("fit() refuses to begin while another one is under way", async () => {
  await withTrainer({}, async (trainer) => {
    const first = trainer.fit();
    const checkpoint = await trainer.checkpoint();
    const message = /no other fit\(\) must be under way: current value is step 0 of 4$/;
    await assert.rejects(trainer.fit(), { name: "TypeError", message });
    await assert.rejects(trainer.restore(checkpoint), { name: "TypeError", message });
    assert.equal((await first).losses.length, 4);
    assert.equal((await trainer.fit()).losses.length, 4);
  });
});

forEachBackend("fit() repeats itself when everything is seeded alike", async () => {
  const runs: number[][] = [];
  for (let run = 0; run < 2; run++) {
    await withTrainer({ seed: 3 }, async (trainer) => {
      runs.push((await trainer.fit()).losses);
    });
  }
  assert.deepEqual(runs[0], runs[1]);
});

forEachBackend("fit() works with an optimizer of tf.train", async () => {
  await withTrainer({ optimizer: tf.train.adam(0.05) }, async (trainer) => {
    const { learningRates } = await trainer.fit();
    assert.ok(learningRates.every(Number.isNaN), "an optimizer that does not tell");
  });
});

forEachBackend("fit() adds the model's regularization losses", async () => {
  const kernelRegularizer = tf.regularizers.l2({ l2: 1 });
  const kernelInitializer = tf.initializers.ones();
  const dense = tf.layers.dense({
    units: 2,
    inputShape: [2],
    kernelRegularizer,
    kernelInitializer,
  });
  const model = tf.sequential({ layers: [dense] });
  await withTrainer({ model, maxDuration: "1ba" }, async (trainer) => {
    const { losses } = await trainer.fit();
    assert.ok(Math.abs(losses[0]! - (Math.LN2 + 4)) < 1e-3, `${losses[0]}`);
  });
});

forEachBackend(
  "fit() trains the same with synchronizedBatchNorm where there is one worker",
  async () => {
    const courses: number[][] = [];
    for (const synchronizedBatchNorm of [false, true]) {
      const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
      const dense = tf.layers.dense({ units: 2, inputShape: [2], kernelInitializer });
      const model = tf.sequential({ layers: [dense, layers.batchNormalization()] });
      const logger = { logHyperparameters() {}, logMetrics() {}, logWarning() {} };
      await withTrainer({ model, synchronizedBatchNorm, logger }, async (trainer) => {
        courses.push((await trainer.fit()).losses);
      });
    }
    assert.deepEqual(courses[1], courses[0]);
  },
);

forEachBackend("fit() stops at a non-finite loss and keeps the history", async () => {
  const optimizer = optimizers.sgd({ learningRate: 1e30 });
  const loss = (_labels: tf.Tensor, logits: tf.Tensor) => tf.mean(tf.square(logits)) as tf.Scalar;
  await withTrainer({ optimizer, loss, maxDuration: "5ep" }, async (trainer) => {
    await assert.rejects(trainer.fit(), (error) => {
      assert.ok(error instanceof NonFiniteLossError);
      assert.match(error.message, /must be finite: it is (NaN|Infinity) at step \d+; a lower/);
      assert.ok(error.history.losses.length >= 2);
      assert.ok(Number.isFinite(error.history.losses[0]));
      return true;
    });
  });
});

forEachBackend("fit() stops at weights that are not finite, though its loss is", async () => {
  for (const evalInterval of ["2ba", "9ba"] as const) {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ units: 2, inputShape: [2] }),
        tf.layers.reLU({ maxValue: 6 }), // relu6, which hands no NaN on where it is wasm's
        tf.layers.dense({ units: 2 }),
      ],
    });
    // Nothing of the first layer arrives at the loss, whatever the activation does.
    const loss = (_labels: tf.Tensor, logits: tf.Tensor) =>
      tf.mean(tf.where(tf.isNaN(logits), tf.zerosLike(logits), logits)) as tf.Scalar;
    const broken = [(event: string, { step }: { step: number }) => {
      if (event !== "stepEnd" || step !== 1) return;
      tf.tidy(() => (model.weights[0]!.read() as tf.Variable).assign(tf.fill([2, 2], NaN)));
    }];
    const options = { model, loss, callbacks: broken, maxDuration: "5ba", evalInterval } as const;
    await withTrainer(options, async (trainer) => {
      await assert.rejects(trainer.fit(), (error) => {
        assert.ok(error instanceof NonFiniteWeightsError);
        const step = evalInterval === "2ba" ? 2 : 5;
        assert.match(error.message, /go on training as weights must be finite: model\/0\/.*kernel/);
        assert.match(error.message, new RegExp(`at step ${step};`));
        assert.equal(error.history.losses.length, step);
        assert.deepEqual(error.history.evaluations, []);
        return true;
      });
    });
  }
});

forEachBackend("fit() ends after the step under way when aborted", async () => {
  const abort = new AbortController();
  const callbacks = [() => trainerStep === 3 ? abort.abort() : undefined];
  let trainerStep = 0;
  const watch = [(_: string, state: { step: number }) => void (trainerStep = state.step)];
  const options = { maxDuration: "5ep", signal: abort.signal } as const;
  await withTrainer({ ...options, callbacks: [...watch, ...callbacks] }, async (trainer) => {
    const { losses, evaluations } = await trainer.fit();
    assert.equal(losses.length, 3);
    assert.deepEqual(evaluations, []);
  });
});

forEachBackend("Trainer() applies algorithms at the events that they match", async () => {
  const seen: string[] = [];
  const recorder: Algorithm = {
    name: "recorder",
    match: (event) => event !== "stepEnd",
    apply: (event) => void seen.push(event),
  };
  await withTrainer({ algorithms: [recorder], maxDuration: "1ep" }, async (trainer) => {
    assert.deepEqual(seen, ["init"]);
    await trainer.fit();
  });
  assert.deepEqual(seen, ["init", "fitStart", "epochStart", "epochEnd", "evalEnd", "fitEnd"]);
});

forEachBackend("WeightStandardization standardizes at init and logs the count", async () => {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [6, 6, 1] }),
      tf.layers.conv2d({ filters: 2, kernelSize: 3 }),
    ],
  });
  const logged: Record<string, unknown> = {};
  const logger = {
    logHyperparameters: (values: object) => void Object.assign(logged, values),
    logMetrics: () => {},
  };
  const algorithm = new WeightStandardization({ nLastLayersIgnore: 1 });
  assert.equal(String(algorithm), "WeightStandardization(nLastLayersIgnore=1)");
  await withTrainer({ model, algorithms: [algorithm], logger }, () => {
    assert.deepEqual(logged, { "WeightStandardization/num_weights_standardized": 1 });
    const classes = model.layers.map((layer) => layer.getClassName());
    assert.deepEqual(classes, ["StandardizedConv2D", "Conv2D"]);
  });
});

forEachBackend("Trainer() throws when an option is wrong", async () => {
  const wrong = (options: object, expected: { name: string; message: RegExp }) =>
    assert.rejects(withTrainer(options, () => {}), expected);
  const duration = { name: "RangeError", message: /like "90ep" or "500ba": .* "90"/ };
  await wrong({ maxDuration: "90" }, duration);
  await wrong({ evalInterval: "90" }, duration);
  for (const batchesPerEpoch of [0, 0.5, NaN]) {
    await wrong({ trainDataloader: { ...sides, batchesPerEpoch } }, {
      name: "RangeError",
      message: /batchesPerEpoch must be an integer >= 1: current value is/,
    });
  }
  await wrong({ optimizer: tf.train.sgd(1), schedule: () => 1 }, {
    name: "TypeError",
    message: /must have setLearningRate: SGD has none/,
  });
  await wrong({ evalInterval: "0.1ep" }, {
    name: "RangeError",
    message: /evalInterval must be a step or more: current value is "0.1ep", which rounds to 0/,
  });
  await wrong({ maxDuration: "0.1ep" }, { name: "RangeError", message: /maxDuration .* 0 steps/ });
  await wrong({ checkpointInterval: "5" }, { name: "RangeError", message: /checkpointInterval/ });
  await wrong({ metrics: [new metrics.Accuracy(), new metrics.Accuracy()] }, {
    name: "RangeError",
    message: /metrics must have names of their own: current value is \["accuracy","accuracy"\]$/,
  });
  await wrong({ microbatchSize: 0 }, {
    name: "RangeError",
    message: /microbatchSize .* >= 1: .* 0$/,
  });
  await wrong({ seed: 0.5 }, { name: "RangeError", message: /seed must be an integer: .* 0.5$/ });
  await wrong({ trainDataloader: { ...sides, microbatchesPerBatch: 1.5 } }, {
    name: "RangeError",
    message: /microbatchesPerBatch must be an integer >= 1: current value is 1.5/,
  });
  await withTrainer({ trainDataloader: undefined, evalDataloader: undefined }, async (trainer) => {
    await assert.rejects(trainer.fit(), { name: "TypeError", message: /trainDataloader/ });
    await assert.rejects(trainer.evaluate(), { name: "TypeError", message: /evalDataloader/ });
  });
});

Deno.test("Trainer() names what is missing", () => {
  const make = (options: object) => () => new Trainer(options as TrainerOptions);
  const model = { layers: [] }, optimizer = { applyGradients: () => {} };
  const missing = (name: string) => ({
    name: "TypeError",
    message: new RegExp(`Cannot train as ${name} must be .*: current value is undefined`),
  });
  assert.throws(make({}), missing("model"));
  assert.throws(make({ model }), missing("optimizer"));
  assert.throws(make({ model, optimizer }), missing("loss"));
});

forEachBackend("fit() refuses a learning rate that was set beside the schedule", async () => {
  const optimizer = optimizers.sgd({ learningRate: 0.5 });
  await withTrainer({ optimizer, maxDuration: "1ba" }, async (trainer) => {
    optimizer.setLearningRate(0.1);
    await assert.rejects(trainer.fit(), {
      name: "RangeError",
      message: /which a schedule is for, must be initialLearningRate = 0.5: current value is 0.1$/,
    });
    optimizer.setLearningRate(0.5);
    assert.deepEqual((await trainer.fit()).learningRates, [0.5]);
  });
});

forEachBackend("fit() refuses a model without trainable weights", async () => {
  for (const microbatchSize of [undefined, 2]) {
    await withTrainer({ microbatchSize }, async (trainer, model) => {
      model.layers[0]!.trainable = false;
      await assert.rejects(trainer.fit(), {
        name: "TypeError",
        message: /sequential_\d+ must have trainable weights: current value is 0$/,
      });
    });
  }
});

forEachBackend("fit() notifies in the order of Event's documentation", async () => {
  const seen: string[] = [];
  const record = (event: string, { step }: { step: number }) => void seen.push(`${event} ${step}`);
  const options: Partial<TrainerOptions> = {
    maxDuration: "1.5ep",
    evalInterval: "0.5ep",
    checkpointInterval: "2ba",
    callbacks: [record],
  };
  await withTrainer(options, async (trainer) => {
    await trainer.fit();
    const first = ["stepEnd 1", "stepEnd 2", "evalEnd 2", "checkpoint 2", "stepEnd 3", "stepEnd 4"];
    const second = ["epochStart 4", "stepEnd 5", "stepEnd 6", "epochEnd 6", "evalEnd 6"];
    assert.deepEqual(seen, [
      ...["fitStart 0", "epochStart 0", ...first, "epochEnd 4", "evalEnd 4", "checkpoint 4"],
      ...[...second, "checkpoint 6", "fitEnd 6"],
    ]);
  });
});

forEachBackend("fit() evaluates at multiples of its interval, rounded to steps once", async () => {
  const evaluated = async (evalInterval: TrainerOptions["evalInterval"]) => {
    let steps: number[] = [];
    await withTrainer({ maxDuration: "10ba", evalInterval }, async (trainer) => {
      steps = (await trainer.fit()).evaluations.map(({ step }) => step);
    });
    return steps;
  };
  assert.deepEqual(await evaluated("0.7ep"), [3, 6, 9, 10]); // 2.8 of 4 steps
  assert.deepEqual(await evaluated("0ep"), [10]);
  assert.deepEqual(await evaluated("5ba"), [5, 10]);
});

forEachBackend("fit() tells waiting from computing", async () => {
  const waitMs = 40;
  const trainDataloader: Dataloader = {
    batchesPerEpoch: 4,
    async *batches(epoch) {
      for (const batch of sides.batches(epoch) as Iterable<Batch>) {
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        yield batch;
      }
    },
  };
  for (const microbatchSize of [undefined, 3]) {
    await withTrainer({ trainDataloader, microbatchSize }, async (trainer) => {
      const start = performance.now();
      const { waitDurationsMs, stepDurationsMs } = await trainer.fit();
      const total = performance.now() - start;
      // A timer may come a millisecond early, and never has an upper bound.
      assert.ok(waitDurationsMs.every((wait) => wait > waitMs - 2), `${waitDurationsMs}`);
      assert.ok(stepDurationsMs.every((duration) => duration > 0));
      const sum = [...waitDurationsMs, ...stepDurationsMs].reduce((a, b) => a + b);
      assert.ok(sum <= total, `${sum} of ${total}`);
      assert.equal(trainer.state.waitDurationMs, waitDurationsMs.at(-1));
    });
  }
});

forEachBackend("fit() counts the optimizer's iterations, recorded or not", async () => {
  for (const optimizer of [tf.train.adam(0.05), optimizers.sgd({ learningRate: 0.1 })]) {
    await withTrainer({ optimizer, maxDuration: "5ba" }, async (trainer) => {
      await trainer.fit();
      assert.equal(optimizer.iterations, 5);
    });
  }
});

forEachBackend("callbacks are given the Trainer", async () => {
  const given: unknown[] = [];
  const callbacks: TrainerOptions["callbacks"] = [
    (_event, _state, trainer) => void given.push(trainer),
  ];
  await withTrainer({ callbacks, maxDuration: "1ba" }, async (trainer) => {
    await trainer.fit();
    assert.ok(given.length > 0 && given.every((each) => each === trainer));
  });
});
