import type * as tf from "../tf.ts";

/** What TensorFlow.js's wasm backend knows of a tensor. */
export interface WasmTensorData {
  /** By what the backend's own code knows it; not its `DataId`. */
  id: number;
  /** Where its values begin, in bytes. */
  memoryOffset: number;
  shape: number[];
  dtype: tf.DataType;
  refCount: number;
}

/** The parts of TensorFlow.js's wasm backend that this folder works with: it exports no such type. */
export interface WasmBackend extends tf.KernelBackend {
  /** The `id` of the next tensor. */
  dataIdNextNumber: number;
  dataIdMap: {
    get(dataId: tf.DataId): WasmTensorData;
    set(dataId: tf.DataId, data: WasmTensorData): void;
    has(dataId: tf.DataId): boolean;
    delete(dataId: tf.DataId): boolean;
  };
  wasm: {
    /** Its exports. The memory's buffer is another one each time that it grows. */
    asm: { memory: WebAssembly.Memory };
    HEAPU8: Uint8Array<ArrayBuffer>;
    HEAPF32: Float32Array<ArrayBuffer>;
    _malloc(bytes: number): number;
    _free(address: number): void;
    tfjs: {
      registerTensor(id: number, size: number, memoryOffset: number): void;
      /** Also forgets what was packed of its values for convolutions and products. */
      disposeData(id: number): void;
    };
  };
  readSync(dataId: tf.DataId, start?: number, end?: number): tf.backend_util.BackendValues;
  makeOutput(
    shape: readonly number[],
    dtype: tf.DataType,
    memoryOffset?: number | null,
    values?: tf.backend_util.BackendValues | null,
  ): tf.TensorInfo;
}
