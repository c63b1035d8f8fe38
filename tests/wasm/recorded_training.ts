/** A training on wasm through the Trainer, for Deno, for Chromium and, without its types, for Node. */
import type * as library from "../../mod.ts";

type Library = typeof library;

/** What a training was. */
export interface Training {
  /** The loss of each step. */
  losses: number[];
  /** How often the loss's JavaScript ran: at every step, or to record it. */
  calls: number;
  /** Tensors that the training left behind. */
  leaked: number;
}

/**
 * Trains a standardized network on the current backend.
 *
 * @param library the library, however it was loaded
 * @param steps how many steps
 * @param recorded whether the backend may record them
 */
export async function trainNetwork(
  library: Library,
  steps: number,
  recorded: boolean,
): Promise<Training> {
  const { tf, losses, models, optimizers, Trainer, WeightStandardization } = library;
  const backend = tf.backend() as { capture?: unknown };
  const { capture } = backend;
  const before = tf.memory().numTensors;
  const depth = { block: "basic", counts: [1, 1, 1, 1] } as const;
  const model = models.resnet({ depth, width: 4, classes: 3, inputShape: [32, 32, 3], seed: 1 });
  const optimizer = optimizers.decoupledSgdw({ learningRate: 0.01, momentum: 0.9 });
  let calls = 0;
  try {
    if (!recorded) backend.capture = undefined;
    const trainer = new Trainer({
      model,
      optimizer,
      loss: (labels, logits) => {
        calls++;
        return losses.crossEntropy(labels, logits);
      },
      algorithms: [new WeightStandardization()],
      trainDataloader: {
        batchesPerEpoch: steps,
        *batches() {
          for (let step = 0; step < steps; step++) yield batchOf(tf, step);
        },
      },
      maxDuration: `${steps}ba`,
    });
    const history = await trainer.fit();
    return { losses: history.losses, calls, leaked: leftBehind() };
  } finally {
    backend.capture = capture;
  }

  function leftBehind(): number {
    model.dispose();
    optimizer.dispose();
    return tf.memory().numTensors - before;
  }
}

/** Waves whose length tells the class; the same in every engine. */
function batchOf(tf: Library["tf"], step: number) {
  const labels = [0, 1, 2, step % 3];
  const values = labels.flatMap((label, image) =>
    Array.from(
      { length: 32 * 32 * 3 },
      (_, i) => ((i * (label + 2) + 7 * image + step) % 32) / 16 - 1,
    )
  );
  return { x: tf.tensor(values, [4, 32, 32, 3]), y: tf.tensor1d(labels, "int32") };
}
