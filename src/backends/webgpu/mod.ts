/**
 * WebGPU as a backend of TensorFlow.js on Deno.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { DenoWebGpuBackend } from "./backend.ts";

export { DenoWebGpuBackend, WebGpuDeviceError } from "./backend.ts";

/** No adapter: the machine has no driver that WebGPU could use. */
export class WebGpuAdapterError extends Error {
  override name = "WebGpuAdapterError";
}

/** What computes behind the backend. */
export interface WebGpuAdapter {
  /** The adapter, as its driver names it. */
  name: string;
  /** Whether it is a software one. */
  isFallback: boolean;
}

/**
 * Registers the backend `webgpu`, for `tf.setBackend("webgpu")`. Needs no permission. A second call
 * does nothing but describe the adapter.
 *
 * It replaces the backend that importing TensorFlow.js's package registers, which continues with
 * zeros after an error of the device. Here the next read throws a {@linkcode WebGpuDeviceError},
 * and so does every later one.
 *
 * Values are read by `await tensor.data()`; `dataSync` throws, since Deno cannot block.
 *
 * @returns the adapter
 * @throws {WebGpuAdapterError} if there is no adapter
 */
export function registerWebGpuBackend(): Promise<WebGpuAdapter> {
  return registration ??= register();
}

let registration: Promise<WebGpuAdapter> | undefined;

async function register(): Promise<WebGpuAdapter> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) {
    throw new WebGpuAdapterError(
      "Cannot register the webgpu backend as there must be a WebGPU adapter: current value is " +
        "none; install a Vulkan driver",
    );
  }
  const backend = new DenoWebGpuBackend(await openDevice(adapter), adapter.info);
  tf.removeBackend(BACKEND_NAME);
  tf.registerBackend(BACKEND_NAME, () => backend, PRIORITY);
  const { description, device, isFallbackAdapter } = adapter.info;
  return { name: description || device, isFallback: isFallbackAdapter };
}

function openDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  return adapter.requestDevice({
    requiredFeatures: adapter.features.has("timestamp-query") ? ["timestamp-query"] : [],
    requiredLimits: Object.fromEntries(usedLimits.map((name) => [name, adapter.limits[name]])),
  });
}

const BACKEND_NAME = "webgpu";

/** TensorFlow.js's for webgpu: above wasm's and webgl's. */
const PRIORITY = 3;

/** The limits that decide how large a tensor may be, and how much of one a workgroup takes. */
const usedLimits = [
  "maxBufferSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
] as const;
