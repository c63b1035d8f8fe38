/**
 * Fine-tuning: the head on features that are computed once, or all layers.
 *
 * @module
 */
import { losses, optimizers, schedules, tf, Trainer } from "../../mod.ts";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A picture as the network takes it, and its class. */
export interface Example {
  /** `[side, side, 3]`, or a picture's features. */
  readonly values: Float32Array;
  /** The class, counted from 0. */
  readonly label: number;
}

/** Examples of one shape. */
export interface Examples {
  /** Each. */
  readonly list: readonly Example[];
  /** The shape of their values. */
  readonly shape: readonly number[];
}

/** How to fine-tune. */
export interface Plan {
  /** What learns. */
  readonly what: "head" | "all";
  /** Optimizer steps. */
  readonly steps: number;
  /** Pictures a step. */
  readonly batchSize: number;
  /** The learning rate that the schedule's factors are of. */
  readonly learningRate: number;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Is told of each picture that the network has seen for its features. */
  onFeatures(done: number, total: number): Promise<void>;
  /** Is told of each step's loss. */
  onStep(loss: number): Promise<void>;
}

/** Pictures that pass through the network at once where nothing is learned. */
const together = 4;

/** A network cut before its last layer with weights. */
export interface CutNetwork {
  /** Pictures to features. */
  readonly body: tf.LayersModel;
  /** Features to logits, by the network's own layers. */
  readonly head: tf.LayersModel;
}

/** A layer that two networks share has no input of its own any more: each is cut once. */
const cuts = new WeakMap<tf.LayersModel, CutNetwork>();

/**
 * Cuts a network before its classifier. Both parts share its layers.
 *
 * @param model the network
 * @returns its parts
 */
export function cut(model: tf.LayersModel): CutNetwork {
  const parts = cuts.get(model) ?? cutAnew(model);
  cuts.set(model, parts);
  return parts;
}

function cutAnew(model: tf.LayersModel): CutNetwork {
  const at = model.layers.findLastIndex(({ weights }) => weights.length > 0);
  const features = model.layers[at]!.input as tf.SymbolicTensor;
  const body = tf.model({ inputs: model.inputs, outputs: features });
  const input = tf.input({ shape: features.shape.slice(1) });
  const tail = model.layers.slice(at);
  const logits = tail.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, input);
  return { body, head: tf.model({ inputs: input, outputs: logits }) };
}

/**
 * What a model makes of examples.
 *
 * @param model the model
 * @param examples the examples
 * @param onDone is told how many are done
 * @returns each one's values, and their shape
 */
export async function outputsOf(
  model: tf.LayersModel,
  { list, shape }: Examples,
  onDone?: (done: number, total: number) => Promise<void>,
): Promise<Examples> {
  const outputs: Example[] = [];
  const outputShape = model.outputs[0]!.shape.slice(1) as number[];
  for (let i = 0; i < list.length; i += together) {
    const part = list.slice(i, i + together);
    const output = tf.tidy(() => model.predict(stack(part, shape)) as tf.Tensor);
    const values = await output.data() as Float32Array;
    output.dispose();
    const length = values.length / part.length;
    part.forEach(({ label }, k) =>
      outputs.push({ label, values: values.slice(k * length, (k + 1) * length) })
    );
    await onDone?.(outputs.length, list.length);
  }
  return { list: outputs, shape: outputShape };
}

function stack(part: readonly Example[], shape: readonly number[]): tf.Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  const values = new Float32Array(part.length * length);
  part.forEach((example, i) => values.set(example.values, i * length));
  return tf.tensor(values, [part.length, ...shape]);
}

/**
 * Fine-tunes a network in place.
 *
 * @param model the network
 * @param examples pictures `[side, side, 3]` to learn from
 * @param plan how
 * @returns the loss of each step
 * @throws {NonFiniteLossError} if it diverges
 */
export async function fineTune(
  model: tf.LayersModel,
  examples: Examples,
  plan: Plan,
): Promise<number[]> {
  if (plan.what === "all") return await train(model, examples, plan);
  const { body, head } = cut(model);
  return await train(head, await outputsOf(body, examples, plan.onFeatures), plan);
}

async function train(model: tf.LayersModel, examples: Examples, plan: Plan): Promise<number[]> {
  const { steps, learningRate, signal } = plan;
  const [height = 1, width = 1] = examples.shape;
  const rule = schedules.bitHyperRule({ examples: examples.list.length, height, width });
  const optimizer = optimizers.sgd({ learningRate, momentum: rule.momentum });
  const trainer = new Trainer({
    model,
    optimizer,
    loss: losses.crossEntropy,
    schedule: rule.schedule,
    trainDataloader: dataloader(examples, plan),
    maxDuration: `${steps}ba`,
    microbatchSize: plan.what === "all" ? 4 : 512,
    signal,
    callbacks: [async (event, { loss }) => {
      if (event === "stepEnd") await plan.onStep(loss);
    }],
  });
  try {
    return (await trainer.fit()).losses;
  } finally {
    optimizer.dispose();
  }
}

/** Shuffled batches; pictures are mirrored half of the time. */
function dataloader({ list, shape }: Examples, { batchSize, what }: Plan) {
  const size = Math.min(batchSize, list.length);
  const batchesPerEpoch = Math.floor(list.length / size);
  return {
    batchesPerEpoch,
    *batches(epoch: number) {
      const generator = xoroshiro128plus(epoch);
      const order = [...list];
      for (let i = order.length - 1; i > 0; i--) {
        const k = uniformInt(generator, 0, i);
        [order[i], order[k]] = [order[k]!, order[i]!];
      }
      for (let i = 0; i < batchesPerEpoch; i++) {
        const part = order.slice(i * size, (i + 1) * size).map((example) =>
          what === "all" && uniformInt(generator, 0, 1) === 1 ? mirrored(example, shape) : example
        );
        yield { x: stack(part, shape), y: tf.tensor1d(part.map(({ label }) => label), "int32") };
      }
    },
  };
}

/** The picture left to right. */
function mirrored({ values, label }: Example, [, width = 1]: readonly number[]): Example {
  const out = new Float32Array(values.length);
  for (let row = 0; row < values.length; row += 3 * width) {
    for (let x = 0; x < width; x++) {
      out.set(values.subarray(row + 3 * x, row + 3 * x + 3), row + 3 * (width - 1 - x));
    }
  }
  return { values: out, label };
}

/**
 * How many examples a network is right about.
 *
 * @param model the network
 * @param examples the examples
 */
export async function countRight(model: tf.LayersModel, examples: Examples): Promise<number> {
  const { list } = await outputsOf(model, examples);
  return list.filter(({ values, label }) => values.indexOf(Math.max(...values)) === label).length;
}
