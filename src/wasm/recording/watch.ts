/**
 * What is changed in TensorFlow.js while a step is watched, and changed back.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { watchStock } from "../../kernels/stock_kernels.ts";
import { readingError } from "../../training/recording/capture_error.ts";
import { refuseRandomValues, type Restore } from "../../training/recording/interceptions.ts";
import { checkMemory } from "./arena_memory.ts";
import { type BackendMethods, byteLength, type SwitchedBackend } from "./backend_methods.ts";
import type { Stands } from "./stands.ts";
import { refuseStrings, type Tape } from "./tape.ts";

/** Lets the tape see every kernel of the wasm backend that runs. */
export function watchKernels(tape: Tape): Restore {
  const restores = tf.getKernelsForBackend("wasm").map((config) => {
    const { kernelName, kernelFunc } = config;
    config.kernelFunc = (call) => tape.run(kernelName, kernelFunc, call);
    return () => void (config.kernelFunc = kernelFunc);
  });
  const unwatch = watchStock((...all) => tape.run(...all));
  return () => {
    unwatch();
    restores.forEach((restore) => restore());
  };
}

/** Makes reading values throw. Kernels read past the engine. */
export function refuseReading(): Restore {
  const engine = tf.engine();
  const { read, readSync } = engine;
  const refuse = (): never => {
    throw readingError();
  };
  Object.assign(engine, { read: refuse, readSync: refuse });
  return () => void Object.assign(engine, { read, readSync });
}

/** The backend's methods, watched. */
export function watchedMethods(
  { backend, stock }: SwitchedBackend,
  tape: Tape,
  stands: Stands,
): Partial<BackendMethods> {
  let isOutput = false;
  return {
    makeOutput(shape, dtype, offset, values) {
      checkMemory(backend, byteLength(shape, dtype));
      isOutput = true;
      try {
        const output = stock.makeOutput(shape, dtype, offset, values);
        tape.made(output);
        return output;
      } finally {
        isOutput = false;
      }
    },
    write(values, shape, dtype) {
      if (!isOutput) {
        refuseRandomValues(); // before there is memory that nobody would free
        refuseStrings(dtype);
        checkMemory(backend, byteLength(shape, dtype));
      }
      const dataId = stock.write(values, shape, dtype);
      if (!isOutput) tape.written({ dataId, shape, dtype });
      return dataId;
    },
    disposeData: (dataId, force) =>
      stands.isAlias(dataId) ? stands.release(dataId) : stock.disposeData(dataId, force),
    readSync(...all) {
      tape.looked();
      return stock.readSync(...all);
    },
  };
}
