/**
 * TensorFlow's eager context: the devices it found, and the threads it may use.
 *
 * @module
 */
import { type DeviceOptions, encodeConfig } from "./config.ts";
import { readString, type Status } from "./status.ts";
import type { TensorFlowLibrary } from "./symbols.ts";

/** A device that TensorFlow computes on. */
export interface Device {
  /** TensorFlow's full name, as `/job:localhost/replica:0/task:0/device:GPU:0`. */
  readonly name: string;
  /** `"CPU"` or `"GPU"`. */
  readonly type: string;
}

/**
 * Makes the context.
 *
 * @returns a `TFE_Context`, which the caller deletes
 * @throws {TensorFlowError} where TensorFlow refuses
 */
export function createContext(
  library: TensorFlowLibrary,
  status: Status,
  options: DeviceOptions,
): Deno.PointerValue {
  const config = encodeConfig(options);
  const contextOptions = library.TFE_NewContextOptions();
  try {
    const length = BigInt(config.length);
    library.TFE_ContextOptionsSetConfig(contextOptions, config, length, status.pointer);
    status.check("TFE_ContextOptionsSetConfig");
    const context = library.TFE_NewContext(contextOptions, status.pointer);
    status.check("TFE_NewContext");
    return context;
  } finally {
    library.TFE_DeleteContextOptions(contextOptions);
  }
}

/** The context's devices, in TensorFlow's order. */
export function listDevices(
  library: TensorFlowLibrary,
  status: Status,
  context: Deno.PointerValue,
): Device[] {
  const list = library.TFE_ContextListDevices(context, status.pointer);
  status.check("TFE_ContextListDevices");
  try {
    return Array.from({ length: library.TF_DeviceListCount(list) }, (_, i) => ({
      name: readString(library.TF_DeviceListName(list, i, status.pointer)),
      type: readString(library.TF_DeviceListType(list, i, status.pointer)),
    }));
  } finally {
    library.TF_DeleteDeviceList(list);
  }
}
