/** What every test of the tensorflow backend uses: skipped, visibly, without TensorFlow's library. */
import assert from "node:assert/strict";
import {
  findLibrary,
  registerTensorFlowBackend,
  type TensorFlowBackend,
} from "../../../src/backends/tensorflow/mod.ts";
import * as tf from "../../../src/tf.ts";

export { variableOf, wave } from "../../training/recording.ts";

tf.enableProdMode();

/** The folder with TensorFlow's library, where it is set up and may be opened. */
export const libraryFolder: string | undefined =
  Deno.permissions.querySync({ name: "ffi" }).state === "granted" ? findLibrary() : undefined;

/**
 * Declares a test that is ignored where TensorFlow's library is not set up. Its name ends like that
 * of every test on this backend, by which `.ci/run` finds them.
 */
export function testWithLibrary(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name: `${name} [tensorflow]`, ignore: libraryFolder === undefined, fn });
}

/**
 * The same for a test of processes, what they tell each other and how they end: `.ci/run` does it once, as
 * it is the same with oneDNN and without.
 */
export function testProcesses(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: libraryFolder === undefined, fn });
}

/** Declares a test on the tensorflow backend; fails where it leaves tensors behind. */
export function testOnTensorFlow(
  name: string,
  body: (backend: TensorFlowBackend) => void | Promise<void>,
): void {
  testWithLibrary(name, async () => {
    const backend = registerTensorFlowBackend();
    await tf.setBackend("tensorflow");
    const before = { tensors: tf.memory().numTensors, handles: backend.eager.tensorCount };
    await body(backend);
    const after = { tensors: tf.memory().numTensors, handles: backend.eager.tensorCount };
    assert.deepEqual(after, before, "tensors left behind");
  });
}
