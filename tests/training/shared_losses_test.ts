/** Losses of a batch that lies on several workers: their mean is the loss of the whole. */
import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { crossEntropy, dice, type Loss, segmentation } from "../../src/training/losses.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { pytorch, toTensor } from "../fixtures/pytorch.ts";
import { inSharedStep, simulateWorkers } from "./simulated_workers.ts";

const reference = pytorch.segmentationLoss;

/** A batch: labels and logits by pixels, where each image has the same number of pixels. */
interface Pixels {
  labels: { values: number[]; shape: number[] };
  logits: { values: number[]; shape: number[] };
}

/**
 * Fails unless the workers' losses, weighted by their images, are the loss of the whole, and so are
 * their gradients.
 */
function assertShared(
  loss: Loss,
  { labels, logits }: Pixels,
  images: readonly number[],
  expected: { value: number; dlogits: readonly number[] },
): void {
  const all = images.reduce((sum, count) => sum + count);
  const { results } = simulateWorkers(images.length, (group) => {
    const first = images.slice(0, group.rank).reduce((sum, count) => sum + count, 0);
    const own = images[group.rank]!;
    const y = tf.slice(tf.tensor(labels.values, labels.shape, "int32"), first, own);
    const x = tf.slice(tf.tensor(logits.values, logits.shape), first, own);
    const share = tf.scalar(own / all);
    return inSharedStep(group, () => {
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => loss(y, x))(x, share);
      return { value: value.dataSync()[0]! * own / all, grad: [...grad.dataSync()] };
    }, { share });
  });
  const value = results.reduce((sum, { value }) => sum + value, 0);
  assertClose([value], [expected.value], 2e-6, "loss");
  assertClose(results.flatMap(({ grad }) => grad), expected.dlogits, 1e-6, "gradient");
}

const { crossEntropy: nats, dice: overlap, total } = reference;
const cases: readonly [name: string, Loss, number, readonly number[]][] = [
  ["crossEntropy()", crossEntropy, nats, reference.dlogitsCrossEntropy.values],
  ["dice()", dice, overlap, reference.dlogitsDice.values],
  ["segmentation()", segmentation(), total, reference.dlogits.values],
  // A function of one's own that is made of the library's losses, such as the arms of a suite have.
  [
    "a sum of two losses",
    (y, z) => tf.add(tf.mul(crossEntropy(y, z), 0.375), tf.mul(dice(y, z), 1.125)) as tf.Scalar,
    total,
    reference.dlogits.values,
  ],
];

/** How many labelled pixels an image has: the fixture's differ. */
const labelled = [0, 1].map((image) =>
  reference.labels.values.slice(12 * image, 12 * image + 12).filter((label) => label >= 0).length
);

for (const [name, loss, value, dlogits] of cases) {
  forEachBackend(`${name} of an image on each of two workers is PyTorch's of both`, () => {
    assert.notEqual(labelled[0], labelled[1]);
    const { labels, logits } = reference;
    assertShared(loss, { labels, logits }, [1, 1], { value, dlogits });
  });
}

forEachBackend(
  "losses of workers with unequal images, one unlabelled, are those of the whole",
  () => {
    const classes = 4, pixels = 6, images = [2, 1, 1];
    const values = (count: number, salt: number) =>
      Array.from({ length: count }, (_, i) => Math.fround(Math.sin(salt + 1.7 * i)));
    // The third image has no label at all; of the others the third part is ignored.
    const labels = Array.from(
      { length: 4 * pixels },
      (_, i) => Math.floor(i / pixels) === 2 || i % 3 === 0 ? -1 : i % classes,
    );
    const whole: Pixels = {
      labels: { values: labels, shape: [4, pixels] },
      logits: { values: values(4 * pixels * classes, 1), shape: [4, pixels, classes] },
    };
    const smoothed: Loss = (y, z) => crossEntropy(y, z, { labelSmoothing: 0.1 });
    for (const loss of [crossEntropy, smoothed, dice, segmentation({ labelSmoothing: 0.2 })]) {
      const expected = tf.tidy(() => {
        const y = tf.tensor(labels, whole.labels.shape, "int32");
        const { value, grad } = tf.valueAndGrad((z: tf.Tensor) => loss(y, z))(
          tf.tensor(whole.logits.values, whole.logits.shape),
        );
        return { value: value.dataSync()[0]!, dlogits: [...grad.dataSync()] };
      });
      assertShared(loss, whole, images, expected);
    }
  },
);

forEachBackend("losses of workers are NaN on all where a label of one is out of range", () => {
  for (const loss of [crossEntropy, dice, segmentation()]) {
    const { results } = simulateWorkers(2, (group) => {
      const y = tf.tensor1d([group.rank === 0 ? 0 : 7, 1], "int32");
      return inSharedStep(group, () => loss(y, tf.zeros([2, 3])).dataSync()[0]!);
    });
    assert.deepEqual(results, [NaN, NaN]);
  }
});

forEachBackend("losses of workers are 0 with gradient 0 where nothing is labelled", () => {
  const labels = { values: [-1, -1, -1, -1], shape: [2, 2] };
  const logits = { values: [1, 2, 3, 4, 5, 6, 7, 8], shape: [2, 2, 2] };
  for (const loss of [crossEntropy, dice, segmentation()]) {
    assertShared(loss, { labels, logits }, [1, 1], { value: 0, dlogits: new Array(8).fill(0) });
  }
});

forEachBackend("a loss is of a worker's images alone where these are a batch of their own", () => {
  const { results, sums } = simulateWorkers(2, (group) => {
    const y = tf.slice(toTensor(reference.labels), group.rank, 1).toInt();
    const z = tf.slice(toTensor(reference.logits), group.rank, 1);
    const own = crossEntropy(y, z).dataSync()[0]!;
    const loss = () => crossEntropy(y, z).dataSync()[0]!;
    return [own, inSharedStep(group, loss, { share: undefined })];
  });
  assert.equal(sums, 0);
  for (const [alone, shared] of results) assert.equal(shared, alone);
});
