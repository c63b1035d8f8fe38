/** Recomputation of models of one's own: whatever their layers, gradients are the same. */
import assert from "node:assert/strict";
import { batchChannelNormalization, batchNormalization } from "../../src/layers.ts";
import * as tf from "../../src/tf.ts";
import {
  applyRecomputed,
  type Recompute,
} from "../../src/training/recomputation/apply_recomputed.ts";
import { forEachBackend } from "../backends.ts";
import {
  assertRecomputes,
  assertSameValues,
  freeModel,
  gradients,
  modes,
} from "./recomputation.ts";

/**
 * A user's model: TensorFlow.js's own layers, its dropout, a model in a model, a layer that is used
 * three times, two outputs' worth of one tensor.
 */
function ownModel(): tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 3 });
  const dense = (units: number) => tf.layers.dense({ units, kernelInitializer });
  const inner = tf.sequential({
    layers: [
      tf.layers.dense({ units: 6, inputShape: [6], kernelInitializer }),
      tf.layers.batchNormalization(),
      tf.layers.reLU(),
      tf.layers.dropout({ rate: 0.5 }),
    ],
  });
  const input = tf.input({ shape: [6] });
  const shared = dense(6);
  let x = shared.apply(input) as tf.SymbolicTensor;
  const early = x;
  for (let i = 0; i < 2; i++) {
    const y = inner.apply(shared.apply(x)) as tf.SymbolicTensor;
    x = tf.layers.add().apply([early, y, x]) as tf.SymbolicTensor;
    x = tf.layers.activation({ activation: "tanh" }).apply(x) as tf.SymbolicTensor;
  }
  const joined = tf.layers.concatenate().apply([x, early]) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: dense(2).apply(joined) as tf.SymbolicTensor });
}

/** Two inputs and two outputs, one of which is used further. */
function branched(): tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 3 });
  const inputs = [6, 4].map((length) => tf.input({ shape: [length] }));
  const branches = inputs.map((input) =>
    tf.layers.dense({ units: 6, activation: "tanh", kernelInitializer }).apply(input)
  ) as tf.SymbolicTensor[];
  const sum = tf.layers.add().apply(branches);
  const x = tf.layers.reLU().apply(tf.layers.batchNormalization().apply(sum));
  const output = tf.layers.dense({ units: 3, kernelInitializer }).apply(x) as tf.SymbolicTensor;
  return tf.model({ inputs, outputs: [output, branches[0]!] });
}

/** TensorFlow.js's recurrent layers, one of them wrapped. */
function recurrent(): tf.LayersModel {
  const initializers = {
    kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }),
    recurrentInitializer: tf.initializers.glorotUniform({ seed: 4 }),
    returnSequences: true,
  };
  const layer = tf.layers.lstm({ units: 4, ...initializers }) as tf.RNN;
  return tf.sequential({
    layers: [
      tf.layers.bidirectional({ layer, mergeMode: "concat", inputShape: [5, 3] }),
      tf.layers.layerNormalization(),
      tf.layers.gru({ units: 3, ...initializers }),
      tf.layers.flatten(),
    ],
  });
}

/** Statistics that are read after they have moved, twice in a row: in one block. */
function normalizedTwice(): tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 3 });
  const dense = () => tf.layers.dense({ units: 4, kernelInitializer });
  const input = tf.input({ shape: [4] });
  const norm = batchChannelNormalization({ groups: 2, estimate: true });
  let x = dense().apply(input);
  for (let i = 0; i < 2; i++) {
    x = tf.layers.activation({ activation: "tanh" }).apply(norm.apply(x));
  }
  for (let i = 0; i < 12; i++) {
    x = tf.layers.activation({ activation: "tanh" }).apply(dense().apply(x));
  }
  return tf.model({ inputs: input, outputs: x as tf.SymbolicTensor });
}

/** Normalizations of what others gave, with an activation between and without. */
function normalizedInARow(): tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 3 });
  return tf.sequential({
    layers: [
      tf.layers.dense({ units: 6, inputShape: [6], kernelInitializer }),
      batchNormalization(),
      batchNormalization(),
      tf.layers.activation({ activation: "tanh" }),
      batchNormalization(),
      tf.layers.layerNormalization(),
      tf.layers.batchNormalization(),
      tf.layers.reLU(),
      tf.layers.dense({ units: 2, kernelInitializer }),
    ],
  });
}

const models: Record<string, () => tf.LayersModel> = {
  "TensorFlow.js's layers, its dropout, and a layer used three times": ownModel,
  "two inputs and two outputs": branched,
  "recurrent layers": recurrent,
  "a normalization that is called twice": normalizedTwice,
  "normalizations in a row": normalizedInARow,
};

for (const [name, makeModel] of Object.entries(models)) {
  forEachBackend(`applyRecomputed() computes a model of ${name}`, () => {
    assertRecomputes(makeModel);
  });
}

forEachBackend("applyRecomputed() sees what was added, frozen and trained again", () => {
  const by = (recompute?: Recompute) => {
    const kernelInitializer = tf.initializers.glorotUniform({ seed: 3 });
    const model = normalizedInARow() as tf.Sequential;
    const pass = () =>
      Object.values(
        gradients(model, (x) =>
          recompute === undefined
            ? model.apply(x, { training: true }) as tf.Tensor
            : applyRecomputed(model, x, { recompute })),
      );
    const passes = [pass()];
    model.add(tf.layers.dense({ units: 3, kernelInitializer }));
    passes.push(pass());
    for (const trainable of [false, true]) {
      model.layers[0]!.trainable = trainable;
      passes.push(pass());
    }
    freeModel(model);
    return Object.fromEntries(passes.flat().map((values, i) => [i, values]));
  };
  for (const recompute of modes) assertSameValues(by(recompute), by(), recompute);
});

/** A layer that tells those after it where its input is 0. */
class Masking extends tf.layers.Layer {
  static readonly className: string = "OwnMasking";
  constructor(args: ConstructorParameters<typeof tf.layers.Layer>[0]) {
    super(args);
    this.supportsMasking = true;
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.clone([inputs].flat()[0]!);
  }
  override computeMask(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.any(tf.notEqual([inputs].flat()[0]!, 0), -1);
  }
}

Deno.test("applyRecomputed() refuses a mask of a layer of one's own", async () => {
  await tf.setBackend("cpu");
  const x = tf.ones([2, 5, 3]);
  const model = tf.sequential({
    layers: [new Masking({ inputShape: [5, 3] }), tf.layers.lstm({ units: 2 })],
  });
  const forward = () =>
    tf.mean(applyRecomputed(model, x, { recompute: "blocks" }) as tf.Tensor) as tf.Scalar;
  assert.throws(() => tf.tidy(() => void tf.variableGrads(forward)), {
    name: "TypeError",
    message: /as layers must make no masks: current value is one of own_masking/,
  });
  tf.dispose(tf.engine().state.activeTape.flatMap(({ saved }) => saved ?? []));
  tf.engine().state.activeTape = [];
  x.dispose();
  model.dispose();
});
