/**
 * One backend in a process of its own, so that a crash ends nothing else: computes the golden values,
 * runs the training step both ways, times it, and writes messages ({@linkcode Message}).
 *
 *     deno run --allow-read --allow-env --allow-ffi benchmarks/doctor/subject.ts BACKEND SECONDS
 *
 * @module
 */
import process from "node:process";
import { selectBackend } from "../../src/backends/select.ts";
import { findLibrary } from "../../src/backends/tensorflow/library.ts";
import { TensorFlowBackend } from "../../src/backends/tensorflow/mod.ts";
import { registerWebGpuBackend } from "../../src/backends/webgpu/mod.ts";
import { registerGradients } from "../../src/gradients/register.ts";
import * as tf from "../../src/tf.ts";
import { checkCase, goldenCases } from "./golden_cases.ts";
import { nvidiaLibraries } from "./nvidia_libraries.ts";
import type { Message } from "./protocol.ts";
import { captures, compareSteps, timeSteps } from "./training_step.ts";

const encoder = new TextEncoder();

/** Synchronous, so that a crash right after it loses nothing. */
function tell(message: Message): void {
  let rest = encoder.encode(`${JSON.stringify(message)}\n`);
  while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
}

async function examine(name: string, seconds: number): Promise<void> {
  tell({ kind: "begin", what: "its start" });
  const { version, gpu, oneDnn } = await selectBackend(name);
  // A step that cannot be recorded is a fault here, and not one that runs slower.
  if (captures()) Object.assign(tf.backend(), { runsUnrecorded: false });
  tell({
    kind: "started",
    tensorflowjs: tf.version_core,
    version,
    devices: await devicesOf(name),
    ...(gpu !== undefined && { gpu }),
    ...(oneDnn !== undefined && { oneDnn }),
    captures: captures(),
    libraries: name === "tensorflow" && gpu !== undefined ? nvidiaLibraries(findLibrary()!) : [],
  });
  for (const golden of goldenCases) {
    tell({ kind: "begin", what: golden.name });
    tell({ kind: "golden", ...await checkCase(golden) });
  }
  if (captures()) {
    tell({ kind: "begin", what: "captured steps" });
    tell({ kind: "step", ...await compareSteps() });
  }
  tell({ kind: "begin", what: "timed steps" });
  tell({ kind: "times", ...await timeSteps(seconds) });
  tell({ kind: "memory", peakBytes: process.resourceUsage().maxRSS * 1024 });
  tell({ kind: "begin", what: "its end" });
  tell({ kind: "done" });
}

/** Such as `CPU:0` and `GPU:0` of TensorFlow; WebGPU's adapter. */
async function devicesOf(name: string): Promise<string[]> {
  const backend = tf.backend();
  if (backend instanceof TensorFlowBackend) {
    return backend.devices().map(({ name }) => name.replace(/^.*device:/, ""));
  }
  if (name !== "webgpu") return ["processor"];
  const { name: adapter, isFallback } = await registerWebGpuBackend();
  return [isFallback ? `${adapter}, which is software` : adapter];
}

if (import.meta.main) {
  console.log = console.info = console.error; // stdout belongs to the messages
  registerGradients();
  const [name = "", seconds = ""] = Deno.args;
  try {
    await examine(name, Number(seconds));
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    tell({ kind: "failed", error: text });
  }
  Deno.exit(0);
}
