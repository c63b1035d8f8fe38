/**
 * Which backend computes. The one place that knows them all; it runs on Deno.
 *
 * @module
 */
import * as tf from "../tf.ts";

/** The backend that a program runs on from here. */
export interface SelectedBackend {
  /** Its name in TensorFlow.js. */
  name: string;
  /** The version of what computes behind it. */
  version: string;
}

const loaders: Readonly<Record<string, () => Promise<string>>> = {
  cpu: () => Promise.resolve(tf.version_core),
  wasm: async () => (await import("npm:@tensorflow/tfjs-backend-wasm@4.22.0")).version_wasm,
};

/** The names that {@linkcode selectBackend} knows. */
export const backendNames: readonly string[] = Object.keys(loaders);

/**
 * Makes a backend TensorFlow.js's current one.
 *
 * @param name the backend; the best that this machine has, by default
 * @returns the backend
 * @throws {RangeError} if the name is unknown, or the backend does not start
 */
export async function selectBackend(name = "wasm"): Promise<SelectedBackend> {
  const load = loaders[name];
  if (load === undefined) {
    throw new RangeError(
      `Cannot select a backend as it must be one of ${backendNames.join(", ")}: ` +
        `current value is ${name}`,
    );
  }
  tf.enableProdMode();
  const version = await load();
  if (!await tf.setBackend(name)) {
    throw new RangeError(`Cannot select the backend ${name} as it does not start on this machine`);
  }
  return { name, version };
}
