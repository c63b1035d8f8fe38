/**
 * Fine-tunes BiT by its own rule on a folder of pictures, `FOLDER/train/CLASS/…` and
 * `FOLDER/val/CLASS/…`, or in any other layout that datasets/README.md describes:
 *
 *     deno run --allow-read --allow-write --allow-env --allow-ffi --allow-net \
 *       docs/examples/fine_tune_bit.ts hf:timm/resnetv2_50x1_bit.goog_in21k FOLDER OUT.safetensors
 *
 * Weights are a repository, an address or a file. Without `--steps N` and `--batch N` it takes the
 * rule's 500 steps or more of 512 pictures: hours on a processor.
 */
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { decodeEntry, openClassified, readEntry } from "../../datasets/classified.ts";
import { type Batch, metrics, models, optimizers, schedules, tf, Trainer } from "../../mod.ts";
import { selectBackend } from "../../src/backends/select.ts";

const { source, folder, out, count } = readArguments();
await Deno.stat(dirname(out)).catch(refuse); // before hours of work, not after

const { training, validation, classNames } = await openClassified(folder).catch(refuse);
if (training.length === 0 || validation.length === 0) {
  refuse(`${folder} must have pictures in both parts, train and val`);
}
const firstPicture = await pixels(training, 0);
const rule = schedules.bitHyperRule({ ...firstPicture, examples: training.length });

await selectBackend();

/** How many pictures are computed with at once; what a step takes comes in parts of so many. */
const partSize = 8;
const steps = count("steps") ?? rule.steps;
const parts = Math.ceil((count("batch") ?? rule.batchSize) / partSize);

/** Both sides pressed to a size, which is what BiT's code does in training and in evaluation. */
const pressed = {
  cropShare: 1,
  cropMode: "squash",
  interpolation: "bilinear",
  mean: 0.5,
  std: 0.5,
};
const forTraining = models.preprocessing({ ...pressed, size: rule.resize });
const forEvaluation = models.preprocessing({ ...pressed, size: rule.crop });

const isAddress = /^(hf|https?):/.test(source);
const weights = isAddress ? source : await Deno.readFile(source).catch(refuse);
const groups = count("groups");
const { model, description } = await models.loadPretrained(weights, {
  ...(groups !== undefined && { groups }),
  classes: classNames.length,
}).catch(refuse);
console.log(description);

const trainer = new Trainer({
  model,
  // The rule's rate is for its batch.
  optimizer: optimizers.sgd({
    learningRate: rule.learningRate * parts * partSize / rule.batchSize,
    momentum: rule.momentum,
  }),
  loss: softCrossEntropy,
  metrics: [new metrics.Accuracy()],
  schedule: rule.schedule,
  maxDuration: `${steps}ba`,
  evalInterval: "0ep",
  trainDataloader: {
    batchesPerEpoch: steps,
    microbatchesPerBatch: parts,
    async *batches() {
      for (let part = 0, share = 1;; part++) {
        if (part % parts === 0) share = randomShare(); // one for all of a step's pictures
        yield await trainingPart(share);
      }
    },
  },
  evalDataloader: {
    batchesPerEpoch: Math.ceil(validation.length / partSize),
    async *batches() {
      for (let at = 0; at < validation.length; at += partSize) yield await evaluationPart(at);
    },
  },
  callbacks: [(event, { step, totalSteps, loss }) => {
    if (event === "stepEnd") console.log(`step ${step} of ${totalSteps}, loss ${loss.toFixed(4)}`);
  }],
});
await trainer.fit();
console.log(`validation accuracy ${trainer.state.evaluation["accuracy"]?.toFixed(1)} %`);
await Deno.writeFile(out, await models.encodeTorchWeights(model, [["classes", `${classNames}`]]));

/** What the command line says. */
function readArguments() {
  const options = {
    steps: { type: "string" },
    batch: { type: "string" },
    groups: { type: "string" }, // of a network that is not a published one
  } as const;
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [source, folder, out, ...others] = positionals;
    if (source === undefined || folder === undefined || out === undefined || others.length > 0) {
      refuse(`three arguments are wanted: ${positionals.length} are there`);
    }
    for (const [name, text] of Object.entries(values)) {
      if (!/^[1-9]\d*$/.test(text)) refuse(`--${name} must be an integer >= 1: it is ${text}`);
    }
    const count = (name: keyof typeof options) =>
      values[name] === undefined ? undefined : Number(values[name]);
    return { source, folder, out, count };
  } catch (error) {
    refuse(error);
  }
}

/** Ends with what was wrong, and how it is called. */
function refuse(problem: unknown): never {
  console.error(`error: ${problem instanceof Error ? problem.message : problem}`);
  console.error(
    "usage: fine_tune_bit.ts WEIGHTS FOLDER OUT.safetensors [--steps N] [--batch N] [--groups N]",
  );
  Deno.exit(2);
}

async function pixels(split: typeof training, index: number): Promise<models.Pixels> {
  const entry = split.entry(index);
  return await decodeEntry(entry, await readEntry(entry));
}

/** Random pictures, cropped at random and mirrored half of the time, mixed if the rule says so. */
async function trainingPart(share: number): Promise<Batch> {
  const indices = Array.from({ length: partSize }, () => randomInteger(training.length));
  const pictures = await Promise.all(indices.map((index) => pixels(training, index)));
  const whole = await forTraining(pictures);
  const batch = tf.tidy(() => {
    const views = tf.unstack(whole).map((picture) => {
      const corner = [0, 0].map(() => randomInteger(rule.resize - rule.crop + 1));
      const crop = tf.slice(picture, [...corner, 0], [rule.crop, rule.crop, 3]);
      return Math.random() < 0.5 ? tf.reverse(crop, 1) : crop;
    });
    const labels = indices.map((index) => training.entry(index).label);
    const x = tf.stack(views), y = tf.oneHot(tf.tensor1d(labels, "int32"), classNames.length);
    return mixUp(x, tf.cast(y, "float32"), share);
  });
  whole.dispose();
  return batch;
}

async function evaluationPart(at: number): Promise<Batch> {
  const indices = Array.from(
    { length: Math.min(partSize, validation.length - at) },
    (_, i) => at + i,
  );
  const pictures = await Promise.all(indices.map((index) => pixels(validation, index)));
  const labels = indices.map((index) => validation.entry(index).label);
  return { x: await forEvaluation(pictures), y: tf.tensor1d(labels, "int32") };
}

/** MixUp: a share of the pictures and labels, and the rest of others'. */
function mixUp(x: tf.Tensor, y: tf.Tensor, share: number): { x: tf.Tensor; y: tf.Tensor } {
  if (share === 1) return { x, y };
  const mixed = (tensor: tf.Tensor) =>
    tf.add(tf.mul(tensor, share), tf.mul(tf.reverse(tensor, 0), 1 - share));
  return { x: mixed(x), y: mixed(y) };
}

/** From Beta(a, a) with MixUp's a, by Jöhnk's method; 1 where the rule wants no MixUp. */
function randomShare(): number {
  if (rule.mixup === 0) return 1;
  for (;;) {
    const [u, v] = [Math.random() ** (1 / rule.mixup), Math.random() ** (1 / rule.mixup)];
    if (u + v > 0 && u + v <= 1) return u / (u + v);
  }
}

function randomInteger(below: number): number {
  return Math.floor(Math.random() * below);
}

/** Cross entropy of labels that are shares, `[batch, classes]`. */
function softCrossEntropy(labels: tf.Tensor, logits: tf.Tensor): tf.Scalar {
  return tf.neg(tf.mean(tf.sum(tf.mul(labels, tf.logSoftmax(logits)), -1)));
}
