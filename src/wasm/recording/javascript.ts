import { COMPUTE_VALUES, type ComputeValues } from "../../kernels/compute_values.ts";
import * as tf from "../../tf.ts";
import type { WasmBackend } from "../backend.ts";

/** Makes what the library computes in JavaScript a kernel, so that a recording does it again. */
export function registerComputeValues(): void {
  if (tf.getKernel(COMPUTE_VALUES, "wasm") !== undefined) return;
  tf.registerKernel({
    kernelName: COMPUTE_VALUES,
    backendName: "wasm",
    kernelFunc({ inputs, attrs, backend }) {
      const { shape, dtype, compute } = attrs as unknown as ComputeValues; // as it is called with
      const wasm = backend as WasmBackend;
      const given = Object.values(inputs) as tf.TensorInfo[]; // none is a list
      const values = compute(...given.map((input) => viewOf(wasm, input)));
      const output = wasm.makeOutput(shape, dtype); // memory may grow: no view from before holds
      viewOf(wasm, output).set(values);
      return output;
    },
  });
}

/** A tensor's values where they are. */
function viewOf({ dataIdMap, wasm }: WasmBackend, { dataId, shape, dtype }: tf.TensorInfo) {
  const { buffer } = wasm.HEAPU8, { memoryOffset } = dataIdMap.get(dataId);
  const Values = dtype === "float32" ? Float32Array : Int32Array;
  return new Values(buffer, memoryOffset, tf.util.sizeFromShape(shape));
}
