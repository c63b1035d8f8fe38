/**
 * oneDNN, Intel's library of kernels inside of TensorFlow. By default, TensorFlow uses it only on
 * processors with AVX-512-VNNI, AVX-512-BF16, AVX-VNNI or AMX; yet convolutions are fastest with it
 * on those with AVX2, too: a step of ResNet-50 takes 1.6 times as long without.
 *
 * @module
 */
import { toOperationAttributes } from "./attributes.ts";
import type { Binding } from "./binding.ts";
import { isUnset } from "./cache.ts";
import { DATA_TYPES } from "./dtypes.ts";
import { TensorFlowError } from "./status.ts";

/** TensorFlow's own switch, which it reads once, when it is opened. */
export const oneDnnSwitch = "TF_ENABLE_ONEDNN_OPTS";

/**
 * The environment variables to add so that TensorFlow uses oneDNN: none if the user has set it, or
 * if permission to know is missing. On other architectures than x86-64, where it was not measured,
 * TensorFlow decides.
 *
 * @param arch the architecture
 */
export function oneDnnVariables(arch: string = Deno.build.arch): Record<string, string> {
  return arch === "x86_64" && isUnset(oneDnnSwitch) ? { [oneDnnSwitch]: "1" } : {};
}

/** Switches oneDNN on for a library that is opened after this, see {@linkcode oneDnnVariables}. */
export function preferOneDnn(): void {
  for (const [name, value] of Object.entries(oneDnnVariables())) Deno.env.set(name, value);
}

/**
 * Whether TensorFlow computes with oneDNN on processors, by its behaviour: of its kernels for
 * depthwise convolutions, only oneDNN's supports dilations.
 *
 * @param binding runs operations at once, on a processor
 */
export function hasOneDnn(binding: Binding): boolean {
  const attributes = toOperationAttributes({
    T: { type: "float32" },
    data_format: "NHWC",
    strides: { int: [1, 1, 1, 1] },
    dilations: { int: [1, 2, 2, 1] },
    padding: "SAME",
    explicit_paddings: { int: [] },
  });
  const inputs = [[1, 3, 3, 1], [3, 3, 1, 1]].map((shape) =>
    binding.createTensor(shape, DATA_TYPES.float32, new Float32Array(9))
  );
  try {
    const outputs = binding.executeOp("DepthwiseConv2dNative", attributes, inputs, 1);
    outputs.forEach(({ id }) => binding.deleteTensor(id));
    return true;
  } catch (error) {
    if (!(error instanceof TensorFlowError)) throw error;
    return false;
  } finally {
    inputs.forEach((id) => binding.deleteTensor(id));
  }
}
