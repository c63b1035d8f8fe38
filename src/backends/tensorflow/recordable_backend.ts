/**
 * tfjs-node's kernels over this folder's binding, whose operations can go to a graph for a while.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { type Binding, BINDING_CONSTANTS } from "./binding.ts";
import { EagerBinding } from "./eager_binding.ts";
import type { DeviceOptions } from "./config.ts";
import { refuseRandomValues } from "../../training/recording/interceptions.ts";
import { NodeKernelBackend } from "./kernels.ts";
import type { TensorFlowLibrary } from "./symbols.ts";

/** Up to this many elements, values stay in JavaScript until their first use. */
const SMALL = 1024;

/** A backend whose operations run at once, or are recorded. */
export class RecordableBackend extends NodeKernelBackend {
  /** Runs operations at once. */
  readonly eager: EagerBinding;
  /** Whether its operations run on a GPU. */
  readonly onGpu: boolean;
  /** The threads that one operation may use, where they were asked for. */
  readonly intraOpThreads: number | undefined;
  #recording = false;

  /**
   * @param library TensorFlow's functions, from `openLibrary`
   * @param options which devices it uses, and with how many threads
   */
  constructor(library: TensorFlowLibrary, options: DeviceOptions = {}) {
    const eager = new EagerBinding(library, options);
    const onGpu = eager.devices.some(({ type }) => type === "GPU");
    super(withConstants(eager, onGpu), onGpu ? "@tensorflow/tfjs-node-gpu" : "tfjs-node");
    this.eager = eager;
    this.onGpu = onGpu;
    this.intraOpThreads = options.intraOpThreads || undefined;
  }

  /** Whether a step is being recorded. */
  get recording(): boolean {
    return this.#recording;
  }

  /** Runs `record` with operations going to another binding: to a graph instead of a device. */
  recordWith<T>(binding: Binding, record: () => T): T {
    const outer = this.binding;
    this.binding = withConstants(binding, this.onGpu);
    this.#recording = true;
    try {
      return record();
    } finally {
      this.binding = outer;
      this.#recording = false;
    }
  }

  /**
   * `tensor`, unchanged. In a captured step it and what is computed from it run only once `after`
   * is there: TensorFlow runs whatever is ready, and holds the results until they are needed.
   *
   * @param tensor of any shape and data type
   * @param after what must be there before; its values do not matter, but something else must need
   *   them: TensorFlow takes out what is only waited for
   * @returns a tensor of the same values
   */
  runAfter(tensor: tf.Tensor, after: tf.Tensor): tf.Tensor {
    const [id, control] = this.getInputTensorIds([tensor, after]) as [number, number];
    return this.createOutputTensor(this.binding.runAfter(id, control));
  }

  /** The id behind a tensor. Values that are still in JavaScript are passed on first. */
  idOf(tensor: tf.Tensor): number {
    return this.getInputTensorIds([tensor])[0] as number;
  }

  /** The handle behind a tensor that has values. */
  handleOf(tensor: tf.Tensor): Deno.PointerValue {
    return this.eager.handle(this.idOf(tensor));
  }

  /** Without this, TensorFlow.js reads a property of nothing where a tensor has been disposed. */
  override getInputTensorIds(tensors: tf.Tensor[]): number[] {
    try {
      return super.getInputTensorIds(tensors);
    } catch (error) {
      const gone = tensors.find(({ dataId }) => !tf.engine().state.tensorInfo.has(dataId));
      if (gone === undefined || !(error instanceof TypeError)) throw error;
      throw new Error(`Cannot use a tensor of shape [${gone.shape}]: it has been disposed`);
    }
  }

  /**
   * Takes values over from JavaScript. tfjs-node copies them at their first use, and a model's
   * weights would be in memory twice; small ones are left to it, as they are often read back.
   */
  override write(
    values: tf.backend_util.BackendValues,
    shape: number[],
    dtype: tf.DataType,
  ): tf.DataId {
    if (this.#recording) refuseRandomValues();
    const dataId = super.write(values, shape, dtype);
    const isLarge = dtype !== "string" && values.length > SMALL;
    if (isLarge) this.getInputTensorIds([{ dataId } as tf.Tensor]); // all that it asks for
    return dataId;
  }

  /** Every tensor's memory is freed with it, so the engine's counts are exact. */
  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  /** Frees TensorFlow's context and every tensor in it. */
  override dispose(): void {
    this.eager.dispose();
  }
}

/** A binding as tfjs-node's kernels expect it: its calls, and the numbers they pass. */
function withConstants(binding: Binding, onGpu: boolean): Binding {
  return {
    ...BINDING_CONSTANTS,
    createTensor: binding.createTensor.bind(binding),
    deleteTensor: binding.deleteTensor.bind(binding),
    tensorDataSync: binding.tensorDataSync.bind(binding),
    executeOp: binding.executeOp.bind(binding),
    runAfter: binding.runAfter.bind(binding),
    isUsingGpuDevice: () => onGpu,
  } as Binding;
}
