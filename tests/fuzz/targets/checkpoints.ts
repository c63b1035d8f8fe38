/** Trainers' checkpoints: the state as a tree with lies in it, and the weights' header. */
import * as fc from "fast-check";
import * as tf from "../../../src/tf.ts";
import { writeSafetensors } from "../../../src/models/safetensors.ts";
import type { Checkpoint } from "../../../src/training/checkpoints/checkpoint.ts";
import { crossEntropy } from "../../../src/training/losses.ts";
import { adamw } from "../../../src/training/optimizers.ts";
import { Trainer } from "../../../src/training/trainer.ts";
import { complaintOf } from "../complaints.ts";
import { mutated } from "../mutate/bytes.ts";
import { mutatedJson } from "../mutate/json.ts";
import type { Case, Target } from "../target.ts";

const images = {
  batchesPerEpoch: 2,
  *batches() {
    for (let i = 0; i < 2; i++) yield { x: tf.ones([2, 3]), y: tf.zeros([2], "int32") };
  },
};

function trainer(): Trainer {
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 2, inputShape: [3], kernelInitializer: "zeros" })],
  });
  return new Trainer(
    {
      model,
      loss: crossEntropy,
      optimizer: adamw({ learningRate: 0.01 }),
      trainDataloader: images,
      maxDuration: "2ep",
      movingAverage: { smoothing: 0.9 },
    } as unknown as ConstructorParameters<typeof Trainer>[0],
  );
}

/** A checkpoint as one file: the state's length, the state, the weights. */
function packed(state: Uint8Array, weights: Uint8Array): Uint8Array {
  const all = new Uint8Array(4 + state.length + weights.length);
  new DataView(all.buffer).setUint32(0, state.length);
  all.set(state, 4);
  all.set(weights, 4 + state.length);
  return all;
}

export async function start(): Promise<Target> {
  await tf.setBackend("cpu");
  const first = trainer();
  await first.fit();
  const { state, weights } = await first.checkpoint();
  const whole = new TextEncoder().encode(JSON.stringify(state));
  const states = mutatedJson([["a state", state]])
    .map(({ bytes, made }): Case => ({ bytes: packed(bytes, weights), made }));
  const headers = mutated({
    seeds: [
      { name: "weights", bytes: weights, fields: [{ at: 0, size: 8 }] },
      {
        name: "no weights",
        bytes: writeSafetensors({
          tensors: new Map(),
          metadata: new Map([["step", `${state.step}`]]),
        }),
      },
    ],
    words: ['"step":"4"', '"F32"', "optimizer/0", "[3,2]", '"model/0', "average/"],
  }).map(({ bytes, made }): Case => ({ bytes: packed(whole, bytes), made }));
  const others = new Set(["CheckpointError", "RangeError", "TypeError"]);
  return {
    cases: fc.oneof({ weight: 2, arbitrary: states }, { weight: 1, arbitrary: headers }),
    async read(bytes) {
      const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
      const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
      let json: unknown;
      try {
        json = JSON.parse(text);
      } catch {
        return "no JSON"; // which its caller parses
      }
      const fresh = trainer();
      const before = tf.memory().numTensors;
      const attempt = fresh.restore(
        { state: json, weights: bytes.slice(4 + length) } as Checkpoint,
      );
      const error = await attempt.then(() => undefined, (error: Error) => error);
      const leaked = tf.memory().numTensors - before;
      tf.disposeVariables();
      if (leaked > 40) throw new Error(`it leaves ${leaked} tensors`);
      if (error !== undefined) throw error;
      return "restored";
    },
    complaint: (error) => complaintOf(error, [...others]),
  };
}
