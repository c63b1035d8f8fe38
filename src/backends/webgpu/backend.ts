import { WebGPUBackend } from "npm:@tensorflow/tfjs-backend-webgpu@4.22.0";
import type * as tf from "../../tf.ts";

/** The device reported an error, or was lost: what it computed since is not valid. */
export class WebGpuDeviceError extends Error {
  override name = "WebGpuDeviceError";
}

/**
 * TensorFlow.js's WebGPU backend without two silent failures: WebGPU reports errors outside of the
 * program, which continues and reads zeros; and a read that cannot be synchronous on Deno fails
 * inside of a canvas.
 */
export class DenoWebGpuBackend extends WebGPUBackend {
  #failure: string | undefined;

  /**
   * @param device the device, which the backend takes ownership of
   * @param info the adapter's description
   */
  constructor(device: GPUDevice, info: GPUAdapterInfo) {
    super(device, info);
    device.addEventListener("uncapturederror", (event) => {
      event.preventDefault();
      this.#failure ??= (event as GPUUncapturedErrorEvent).error.message;
    });
    device.lost.then(({ message }) => this.#failure ??= message);
  }

  /**
   * Reads a tensor's values, once the device has computed them.
   *
   * @param dataId the tensor's
   * @returns the values
   * @throws {WebGpuDeviceError} if the device has reported an error since it was opened
   */
  override async read(dataId: tf.DataId): ReturnType<WebGPUBackend["read"]> {
    const values = await super.read(dataId);
    if (this.#failure === undefined) return values;
    throw new WebGpuDeviceError(
      `Cannot read a tensor as the device must be without errors: current value is ${this.#failure}`,
    );
  }

  /**
   * Reads a tensor's values if they are not only on the device.
   *
   * @param dataId the tensor's
   * @returns the values
   * @throws {TypeError} if the device has the only copy
   */
  override readSync(dataId: tf.DataId): ReturnType<WebGPUBackend["readSync"]> {
    const { values, resource } = this.tensorMap.get(dataId);
    if (values != null || !resource) return super.readSync(dataId);
    throw new TypeError(
      "Cannot read a tensor synchronously as its values must be in main memory: on Deno, those of " +
        "the webgpu backend are on the device; await data() or array() instead",
    );
  }
}
