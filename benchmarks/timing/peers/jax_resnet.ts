/**
 * torchvision's ResNet and its training step in jax-js: channels first, as its convolutions want
 * it. In jax-js a use takes an array's place in memory, unless it is of `.ref`.
 *
 * @module
 */
import { jit, lax, nn, numpy as np, random, tree, valueAndGrad } from "@jax-js/jax";
import { type Convolution, convolutionsOf, type Layout } from "./jax_layout.ts";

/** What a step reads and writes, as flat lists. */
export interface State {
  /** A convolution's kernel `[out, in, height, width]`, scale and shift; at the end the classifier's. */
  weights: np.Array[];
  /** The optimizer's velocity of each weight. */
  velocities: np.Array[];
  /** A normalization's moving mean and variance. */
  moving: np.Array[];
}

export interface StepSettings {
  learningRate: number;
  momentum: number;
}

type Step = (state: State, x: np.Array, y: np.Array) => { loss: np.Array; state: State };

/** As PyTorch's. */
const epsilon = 1e-5;
const movingRate = 0.1;

/** First weights: kernels as `kaiming_normal_` draws them, scales 1, all else 0. */
export function initialState(layout: Layout, seed: number): State {
  const convolutions = convolutionsOf(layout);
  const keys = random.split(random.key(seed), convolutions.length + 1);
  const draw = (i: number, shape: number[], deviation: number) =>
    random.normal(keys.ref.slice(i), shape).mul(deviation);
  const weights = convolutions.flatMap(({ inChannels, outChannels, kernelSize: size }, i) => [
    draw(i, [outChannels, inChannels, size, size], Math.sqrt(2 / (inChannels * size * size))),
    np.ones([outChannels]),
    np.zeros([outChannels]),
  ]);
  const { features, classes } = layout;
  weights.push(draw(convolutions.length, [features, classes], Math.sqrt(2 / features)));
  weights.push(np.zeros([classes]));
  keys.dispose();
  return stateOf(weights);
}

/** The state before the first step from given weights. */
export function stateOf(weights: np.Array[]): State {
  const scales = weights.slice(0, -2).filter((_, i) => i % 3 === 1);
  return {
    weights,
    velocities: weights.map(({ shape }) => np.zeros(shape)),
    moving: scales.flatMap(({ shape }) => [np.zeros(shape), np.ones(shape)]),
  };
}

/**
 * One step of SGD with momentum on the cross entropy, compiled; it takes the old state's place.
 *
 * The images are `[batch, 3, height, width]`, the labels one-hot `[batch, classes]`.
 */
export function trainingStep(layout: Layout, { learningRate, momentum }: StepSettings): Step {
  const lossOf = (weights: np.Array[], moving: np.Array[], x: np.Array, y: np.Array) => {
    const [batch = 1] = y.shape;
    const { logits, moved } = forward(layout, weights, moving, x);
    const loss = nn.logSoftmax(logits).mul(y).sum().mul(-1 / batch);
    return [loss, moved] as [np.Array, np.Array[]];
  };
  return jit(({ weights, velocities, moving }: State, x: np.Array, y: np.Array) => {
    const differentiated = valueAndGrad(lossOf, { hasAux: true });
    const [[loss, moved], gradients] = differentiated(tree.ref(weights), moving, x, y);
    const faster = velocities.map((velocity, i) => velocity.mul(momentum).add(gradients[i]!));
    const stepped = weights.map((weight, i) => weight.sub(faster[i]!.ref.mul(learningRate)));
    return { loss, state: { weights: stepped, velocities: faster, moving: moved } };
  });
}

/** Logits `[batch, classes]`, and the moving statistics after the batch. */
function forward(layout: Layout, weights: np.Array[], moving: np.Array[], x: np.Array) {
  const [rest, statistics] = [weights.values(), moving.values()];
  const take = (values: ArrayIterator<np.Array>) => values.next().value!;
  const moved: np.Array[] = [];
  const module = (image: np.Array, { kernelSize, stride }: Convolution): np.Array => {
    const border = (kernelSize - 1) / 2;
    const padding: [number, number][] = [[border, border], [border, border]];
    const y = lax.convGeneralDilated(image, take(rest), [stride, stride], padding);
    const normalized = normalize(y, take(rest), take(rest));
    moved.push(move(take(statistics), normalized.mean));
    moved.push(move(take(statistics), normalized.unbiasedVariance));
    return normalized.y;
  };
  x = maxPool(nn.relu(module(x, layout.stem)));
  for (const { main, shortcut } of layout.blocks) {
    let y = x.ref;
    for (const [i, convolution] of main.entries()) {
      y = module(i === 0 ? y : nn.relu(y), convolution);
    }
    x = nn.relu(y.add(shortcut === undefined ? x : module(x, shortcut)));
  }
  const logits = np.matmul(x.mean([2, 3]), take(rest)).add(take(rest));
  return { logits, moved };
}

/** Batch normalization by the batch's own mean and biased variance. */
function normalize(x: np.Array, scale: np.Array, shift: np.Array) {
  const axes = [0, 2, 3], perChannel = [1, x.shape[1]!, 1, 1];
  const count = x.size / x.shape[1]!;
  const mean = x.ref.mean(axes);
  const centred = x.sub(mean.ref.reshape(perChannel));
  const variance = np.square(centred.ref).mean(axes);
  const factor = scale.div(np.sqrt(variance.ref.add(epsilon)));
  const y = centred.mul(factor.reshape(perChannel)).add(shift.reshape(perChannel));
  return { y, mean, unbiasedVariance: variance.mul(count / (count - 1)) };
}

/** No gradient flows through moving statistics. */
function move(moving: np.Array, batch: np.Array): np.Array {
  return moving.mul(1 - movingRate).add(lax.stopGradient(batch).mul(movingRate));
}

/** The 3 × 3 max pool of stride 2. A border of zeros is none, after a ReLU. */
function maxPool(x: np.Array): np.Array {
  const padded = np.pad(x, [[0, 0], [0, 0], [1, 1], [1, 1]]);
  return lax.reduceWindow(padded, (window) => np.max(window), [3, 3], [2, 2]);
}
