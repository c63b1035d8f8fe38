/**
 * jax-js: kernels generated for wasm and WebGPU, a step compiled as a whole. It needs no Python, and
 * is installed with the project: one package of 1.7 MB.
 *
 * @module
 */
import type { Subject } from "./protocol.ts";

/** What `--peers` calls it. */
export const jaxPeer = "jax-js";

/** The backends of this library that it is beside. */
const devices = ["wasm", "webgpu"] as const;

/** The name of its subject on a device. */
export function jaxName(device: string): string {
  return `${jaxPeer}@${device}`;
}

/**
 * Its plain training step, on those of the backends that it has. On wasm the convolutions of a
 * ResNet-50 take it minutes: it is then reported as too slow.
 */
export function jaxSubjects(engines: readonly string[]): Subject[] {
  return devices.filter((device) => engines.includes(device)).map((device): Subject => ({
    name: jaxName(device),
    label: `jax-js jit on ${device}: plain`,
    engine: jaxPeer,
    mode: "captured",
    work: "train",
    kernels: "plain",
    program: "jax_step.ts",
    device,
    limits: { replySeconds: 300, stepSeconds: 10 },
    comparedTo: [],
  }));
}
