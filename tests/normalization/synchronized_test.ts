import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { synchronizedBatchNorm } from "../../src/gradients/synchronized_batch_norm.ts";
import { batchNormalization } from "../../src/normalization/batch.ts";
import { batchChannelNormalization } from "../../src/normalization/batch_channel.ts";
import { freeTape } from "../../src/training/recording/free_tape.ts";
import type { StepGroup } from "../../src/workers.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { type FixtureTensor, pytorch, toTensor } from "../fixtures/pytorch.ts";
import { built } from "../layers/roundtrip.ts";
import { inSharedStep, simulateWorkers } from "../training/simulated_workers.ts";
import { normalization } from "./fixtures/normalization.ts";

/** Which images a worker has: the first one, and how many. */
type Share = readonly [first: number, count: number];

/** A call of a layer on the whole batch, as PyTorch has it. */
interface Whole {
  x: FixtureTensor;
  upstream: FixtureTensor;
  y: FixtureTensor;
  dx: FixtureTensor;
  movingMean: FixtureTensor;
  movingVariance: FixtureTensor;
}

/** What one worker makes of its images. */
interface Part {
  y: Float32Array;
  dx: Float32Array;
  byWeight: Float32Array[];
  movingMean: Float32Array;
  movingVariance: Float32Array;
}

/** How a layer trains on a worker's images in a step whose batch norm is synchronized. */
function train(
  layer: tf.layers.Layer,
  { x, upstream }: Pick<Whole, "x" | "upstream">,
  weights: readonly FixtureTensor[],
  group: StepGroup,
  [first, count]: Share,
): Part {
  const images = (of: FixtureTensor) => tf.slice(toTensor(of), first, count);
  built(layer, x.shape);
  const channels = x.shape.at(-1)!;
  layer.setWeights([
    ...weights.map((each) => toTensor(each)),
    tf.zeros([channels]),
    tf.ones([channels]),
  ]);
  const variables = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const input = tf.variable(images(x));
  let y: Float32Array | undefined;
  const { grads } = inSharedStep(group, () =>
    tf.variableGrads(() => {
      const output = layer.apply(input, { training: true }) as tf.Tensor;
      y = output.dataSync<"float32">();
      return tf.sum(tf.mul(output, images(upstream)));
    }, [input, ...variables]));
  const values = ({ name }: tf.Variable) => grads[name]!.dataSync<"float32">();
  const moving = (layer.weights.slice(-2) as unknown as { read(): tf.Tensor }[])
    .map((weight) => weight.read().dataSync<"float32">());
  const part = {
    y: y!,
    dx: values(input),
    byWeight: variables.map(values),
    movingMean: moving[0]!,
    movingVariance: moving[1]!,
  };
  layer.dispose();
  input.dispose();
  return part;
}

/** Fails unless workers together have what PyTorch has of the whole batch. */
function assertWhole(
  parts: readonly Part[],
  whole: Whole,
  dweights: readonly FixtureTensor[],
): void {
  const joined = (of: (part: Part) => Float32Array) => parts.flatMap((part) => [...of(part)]);
  assertClose(joined(({ y }) => y), whole.y.values, 2e-5, "y");
  assertClose(joined(({ dx }) => dx), whole.dx.values, 2e-5, "dx");
  for (const [i, expected] of dweights.entries()) {
    const sum = expected.values.map((_, at) =>
      parts.reduce((total, { byWeight }) => total + byWeight[i]![at]!, 0)
    );
    assertClose(sum, expected.values, 2e-5, `gradient of weight ${i}`);
  }
  for (const { movingMean, movingVariance } of parts) {
    assertClose(movingMean, whole.movingMean.values, 1e-6, "moving mean");
    assertClose(movingVariance, whole.movingVariance.values, 2e-6, "moving variance");
    assert.deepEqual(movingMean, parts[0]!.movingMean, "each worker has the same");
    assert.deepEqual(movingVariance, parts[0]!.movingVariance, "each worker has the same");
  }
}

/** Four images over two and three workers, equally and not. */
const divisions: readonly (readonly Share[])[] = [
  [[0, 2], [2, 2]],
  [[0, 3], [3, 1]],
  [[0, 1], [1, 2], [3, 1]],
];

for (const shares of divisions) {
  const how = shares.map(([, count]) => count).join(" + ");
  forEachBackend(`synchronized batch normalization of ${how} is PyTorch's of all`, () => {
    const whole = pytorch.batchNorm;
    const { results, sums } = simulateWorkers(
      shares.length,
      (group) =>
        train(batchNormalization(), whole, [whole.gamma, whole.beta], group, shares[group.rank]!),
    );
    assertWhole(results, whole, [whole.dgamma, whole.dbeta]);
    assert.equal(sums, 2, "one forward, one backward");
  });
}

const channelCases = normalization.batchChannel.filter(({ steps }) => steps[0]!.x.shape[0]! > 1);

for (const { estimate, groups, initial, steps } of channelCases) {
  const step = steps[0]!, images = step.x.shape[0]!;
  const form = `estimate is ${estimate}`;
  forEachBackend(`synchronized batch-channel normalization is PyTorch's where ${form}`, () => {
    const { gamma, beta, channelGamma, channelBeta } = initial;
    const weights = [gamma, beta, channelGamma, channelBeta];
    const shares: readonly Share[] = [[0, 1], [1, images - 1]];
    const { results } = simulateWorkers(2, (group) => {
      const layer = batchChannelNormalization({ groups, estimate });
      return train(layer, step, weights, group, shares[group.rank]!);
    });
    assertWhole(results, step, [step.dgamma, step.dbeta, step.dchannelGamma, step.dchannelBeta]);
  });
}

forEachBackend("synchronizedBatchNorm() keeps its digits where means are large", () => {
  // Worker 1 is 16 apart from worker 0, both are 4,096 from 0; variances are about 1.
  const [rows, channels] = [512, 3];
  const values = (worker: number) =>
    Float32Array.from(
      { length: rows * channels },
      (_, i) => 4096 + 16 * worker + Math.sin(1.7 * i + worker) * 1.4,
    );
  const all = [0, 1].flatMap((worker) => [...values(worker)]);
  const expected = Array.from({ length: channels }, (_, channel) => {
    const own = all.filter((_, i) => i % channels === channel);
    const mean = own.reduce((a, b) => a + b) / own.length;
    return { mean, variance: own.reduce((sum, x) => sum + (x - mean) ** 2, 0) / own.length };
  });
  const { results } = simulateWorkers(2, (group) => {
    const x = tf.tensor2d(values(group.rank), [rows, channels]);
    const [gamma, beta]: tf.Tensor1D[] = [tf.ones([channels]), tf.zeros([channels])];
    const { mean, variance } = synchronizedBatchNorm(x, gamma!, beta!, 1e-5, group);
    return { mean: mean.dataSync(), variance: variance.dataSync() };
  });
  for (const { mean, variance } of results) {
    assertClose(mean, expected.map(({ mean }) => mean), 4096 * 2 ** -21, "mean");
    // In float32, E[x²] − E[x]² would be a difference of 16,842,000s, in steps of 1 or 2.
    assertClose(variance, expected.map(({ variance }) => variance), 1e-2, "variance");
  }
});

forEachBackend("batch normalization is each worker's own where it is not synchronized", () => {
  const { results, sums } = simulateWorkers(2, (group) => {
    const layer = batchNormalization();
    const x = tf.tensor2d([[group.rank], [group.rank + 2]]);
    const step = () => layer.apply(x, { training: true }) as tf.Tensor;
    const y = inSharedStep(group, step, { synchronizedBatchNorm: false });
    const values = y.dataSync();
    layer.dispose();
    return values;
  });
  assert.equal(sums, 0);
  for (const values of results) assertClose(values, [-1, 1], 1e-4);
});

forEachBackend("synchronized batch normalization takes one value of each worker", () => {
  const { results } = simulateWorkers(2, (group) => {
    const layer = batchNormalization();
    const x = tf.tensor2d([[2 * group.rank]]);
    const y = inSharedStep(group, () => layer.apply(x, { training: true }) as tf.Tensor);
    const values = [...y.dataSync(), ...layer.movingVariance.read().dataSync()];
    layer.dispose();
    return values;
  });
  // The values 0 and 2: the biased variance is 1, the unbiased one 2.
  assertClose(results[0]!, [-1, 1.1], 1e-4);
  assertClose(results[1]!, [1, 1.1], 1e-4);
});

forEachBackend("gradients of a synchronized batch normalization's gradient are refused", () => {
  const { results } = simulateWorkers(2, (group) => {
    const [gamma, beta]: tf.Tensor1D[] = [tf.ones([1]), tf.zeros([1])];
    const normalized = (x: tf.Tensor) =>
      tf.sum(tf.square(synchronizedBatchNorm(x as tf.Tensor2D, gamma!, beta!, 1e-5, group).y));
    try {
      tf.grad((x: tf.Tensor) => tf.sum(tf.grad(normalized)(x)))(tf.tensor2d([[1], [2]]));
    } catch (error) {
      freeTape();
      return (error as Error).message;
    }
    return "none";
  });
  for (const message of results) assert.match(message, /^Cannot differentiate a gradient of batch/);
});
