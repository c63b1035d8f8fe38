/**
 * A training step in jax-js, on wasm or WebGPU, compiled as a whole by its `jit`:
 *
 *     deno run --allow-read --allow-env benchmarks/timing/peers/jax_step.ts ORDER
 *
 * @module
 */
import process from "node:process";
import { defaultDevice, type Device, init, nn, numpy as np, random } from "@jax-js/jax";
import type { OverheadProfile } from "../../experiments/profiles/overhead.ts";
import { answerHarness, UnavailableError } from "../answer.ts";
import type { SubjectOrder, Work } from "../protocol.ts";
import { layoutOf } from "./jax_layout.ts";
import { initialState, trainingStep } from "./jax_resnet.ts";

/** As the import map has it: the package tells programs nothing of its version. */
const version = "0.1.25";

/**
 * Prepares the step.
 *
 * @throws {UnavailableError} if the network is no ResNet, its normalization no batch norm, or the
 * device is not there
 */
export async function openJaxWork({ subject, profile }: SubjectOrder): Promise<Work> {
  if (profile.model !== "resnet") {
    throw new UnavailableError(`only the ResNets are written in jax-js, not ${profile.model}`);
  }
  if (profile.normalization !== "batch") {
    throw new UnavailableError(`jax-js has batch norm here, not ${profile.normalization}`);
  }
  const device = await startDevice(subject.device ?? "wasm");
  const layout = layoutOf(profile);
  const step = trainingStep(layout, profile);
  let state = initialState(layout, 0);
  const [x, y] = batchOf(profile);
  return {
    ready: {
      versions: { "jax-js": version },
      parameterCount: state.weights.reduce((sum, { size }) => sum + size, 0),
      // Of its own accord on wasm: it takes no number.
      threads: device === "wasm" ? navigator.hardwareConcurrency : 1,
      note: `jit and autodiff on ${device}`,
    },
    step: async () => {
      const stepped = step(state, x.ref, y.ref);
      state = stepped.state;
      const [loss = NaN] = await stepped.loss.data();
      return loss;
    },
    memory: () => ({ peakBytes: process.resourceUsage().maxRSS * 1024 }),
  };
}

async function startDevice(device: Device): Promise<Device> {
  const available = await init(device);
  if (!available.includes(device)) {
    throw new UnavailableError(`jax-js starts no ${device} here: it has ${available.join(", ")}`);
  }
  return defaultDevice(device);
}

/** Images `[batch, 3, height, width]` and one-hot labels `[batch, classes]`. */
function batchOf({ batchSize, imageSize, classes }: OverheadProfile): [np.Array, np.Array] {
  const x = random.normal(random.key(1), [batchSize, 3, imageSize, imageSize]);
  const labels = Array.from({ length: batchSize }, (_, i) => (i * 7919) % classes);
  return [x, nn.oneHot(np.array(labels, { dtype: np.int32 }), classes)];
}

if (import.meta.main) await answerHarness(openJaxWork);
