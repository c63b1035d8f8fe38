/**
 * The backend `tensorflow` of TensorFlow.js: tfjs-node's kernels over this folder's binding.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import type { Captured, Step } from "../../training/capture.ts";
import { type Attributes, toOperationAttributes } from "./attributes.ts";
import { capturedStep, type StepRecording } from "../../training/recording/captured_step.ts";
import type { Device } from "./context.ts";
import { hasOneDnn } from "./one_dnn.ts";
import { checkOperation } from "./operation_arguments.ts";
import { outputCountError } from "./output.ts";
import { record } from "./record.ts";
import { RecordableBackend } from "./recordable_backend.ts";

/** TensorFlow as a backend of TensorFlow.js. */
export class TensorFlowBackend extends RecordableBackend {
  #oneDnn: boolean | undefined;

  /** TensorFlow's version. */
  get version(): string {
    return this.eager.version;
  }

  /** Whether processors compute with oneDNN; undefined on a GPU. */
  get oneDnn(): boolean | undefined {
    if (this.onGpu) return undefined;
    return this.#oneDnn ??= hasOneDnn(this.eager);
  }

  /** The devices that TensorFlow found. */
  devices(): readonly Device[] {
    return this.eager.devices;
  }

  /**
   * Runs one operation of TensorFlow. Its gradient is the caller's to define (`tf.customGrad`).
   * Outputs of data types that TensorFlow.js lacks arrive cast: integers as int32 (values beyond
   * its range wrap), floats as float32.
   *
   * @param name the operation, as TensorFlow names it
   * @param attributes its attributes, as `{ T: { type: "float32" }, strides: { int: [1, 1] } }`
   * @param inputs its inputs, in order; a list's elements one after another
   * @param outputCount how many outputs it has
   * @returns the outputs
   * @throws {TensorFlowError} where TensorFlow refuses, with its message
   * @throws {TypeError} if the name, an attribute or an input is none
   * @throws {RangeError} if the operation has another number of outputs
   * @throws {Error} if an input, or the backend, has been disposed
   */
  run(
    name: string,
    attributes: Attributes,
    inputs: readonly tf.Tensor[],
    outputCount: number,
  ): tf.Tensor[] {
    const list = toOperationAttributes(attributes);
    checkOperation(name, attributes, inputs, outputCount);
    const outputs = this.executeMultipleOutputs(name, list, [...inputs], outputCount);
    if (outputs.length === outputCount) return outputs;
    tf.dispose(outputs);
    throw outputCountError(name, outputCount, outputs.length);
  }

  /**
   * Uniform values in `[0, 1)` that depend on the seed alone, and not on what was drawn before.
   *
   * @param shape the result's shape
   * @param seed int32 `[2]`; inside a captured step, what changes it from call to call
   * @returns float32 of that shape
   */
  statelessRandomUniform(shape: number[], seed: tf.Tensor1D): tf.Tensor {
    const attributes: Attributes = {
      dtype: { type: "float32" },
      T: { type: "int32" },
      Tseed: { type: "int32" },
    };
    const dims = tf.tensor1d(shape, "int32");
    try {
      const [values] = this.run("StatelessRandomUniform", attributes, [dims, seed], 1);
      return values as tf.Tensor;
    } finally {
      dims.dispose();
    }
  }

  /** Records a step, for `capture`. */
  record<Inputs extends tf.Tensor[]>(
    step: (...inputs: Inputs) => unknown,
    inputs: Inputs,
  ): StepRecording {
    return record(this, step, inputs);
  }

  /**
   * Records a step at its first call, and runs it as one TensorFlow function from then on.
   * `capture` of this library explains what a step may do.
   */
  capture<Inputs extends tf.Tensor[], Output>(
    step: Step<Inputs, Output>,
  ): Captured<Inputs, Output> {
    return capturedStep(this, step);
  }
}
