/**
 * Values on their way from JavaScript into TensorFlow's memory and back. Every `TF_Tensor` made
 * here is deleted here; what it gives out is a `TFE_TensorHandle`, which its caller owns.
 *
 * @module
 */
import { ELEMENT_BYTES, TF } from "./dtypes.ts";
import type { Status } from "./status.ts";
import type { TensorFlowLibrary } from "./symbols.ts";

/** Values as tfjs-node's kernels hand them over. */
export type Values = ArrayLike<number> | Uint8Array[] | string[];

/** Values as TensorFlow.js reads them. */
export type ReadValues = Float32Array | Int32Array | Uint8Array | Uint8Array[];

/** Bytes of one `TF_TString`, the same on every 64-bit system. */
const STRING_BYTES = 24;

const encoder = new TextEncoder();

/** Copies values to and from TensorFlow. */
export class TensorMemory {
  readonly #library: TensorFlowLibrary;
  readonly #status: Status;

  constructor(library: TensorFlowLibrary, status: Status) {
    this.#library = library;
    this.#status = status;
  }

  /** A new handle with these values, of any data type but `string`. */
  write(shape: readonly number[], dtype: number, values: Values): Deno.PointerValue {
    const elementBytes = ELEMENT_BYTES[dtype];
    if (elementBytes === undefined) throw new TypeError(`Cannot create a tensor of type ${dtype}`);
    checkShape(shape);
    const bytes = toBytes(dtype, values);
    const wanted = elementBytes * shape.reduce((a, b) => a * b, 1);
    if (bytes.length !== wanted) {
      throw new RangeError(
        `Cannot create a tensor of shape [${shape}] as it takes ${wanted} bytes: ` +
          `the values have ${bytes.length}`,
      );
    }
    const tensor = this.#allocate(shape, dtype, wanted);
    this.#view(tensor, wanted).set(bytes);
    return this.#toHandle(tensor);
  }

  /**
   * A new handle with these strings.
   *
   * TensorFlow does not destroy the strings in memory that the C API allocated, so they are copied
   * by `copy` into a tensor of TensorFlow's own, and destroyed here.
   *
   * @param copy makes a deep copy, as a new handle
   */
  writeStrings(
    shape: readonly number[],
    values: Uint8Array[] | string[],
    copy: (handle: Deno.PointerValue) => Deno.PointerValue,
  ): Deno.PointerValue {
    checkShape(shape);
    const wanted = shape.reduce((a, b) => a * b, 1);
    if (values.length !== wanted) {
      throw new RangeError(
        `Cannot create a tensor of shape [${shape}] as it takes ${wanted} strings: ` +
          `there are ${values.length}`,
      );
    }
    const library = this.#library;
    const tensor = this.#allocate(shape, TF.STRING, STRING_BYTES * values.length);
    const strings = values.map((_, i) => this.#stringAt(tensor, i));
    values.forEach((value, i) => {
      const bytes = typeof value === "string" ? encoder.encode(value) : Uint8Array.from(value);
      library.TF_StringInit(strings[i] ?? null);
      library.TF_StringCopy(strings[i] ?? null, bytes, BigInt(bytes.length));
    });
    let handle: Deno.PointerValue = null;
    try {
      handle = library.TFE_NewTensorHandle(tensor, this.#status.pointer);
      this.#status.check("TFE_NewTensorHandle");
      return copy(handle);
    } finally {
      if (handle !== null) library.TFE_DeleteTensorHandle(handle);
      strings.forEach((string) => library.TF_StringDealloc(string));
      library.TF_DeleteTensor(tensor);
    }
  }

  /** The values behind a handle, copied. Waits for the device, and fetches from it. */
  read(handle: Deno.PointerValue): ReadValues {
    const library = this.#library;
    const dtype = library.TFE_TensorHandleDataType(handle);
    const tensor = library.TFE_TensorHandleResolve(handle, this.#status.pointer);
    this.#status.check("TFE_TensorHandleResolve");
    try {
      if (dtype === TF.STRING) return this.#readStrings(tensor);
      const bytes = this.#view(tensor, Number(library.TF_TensorByteSize(tensor))).slice();
      if (dtype === TF.INT32) return new Int32Array(bytes.buffer);
      const isFloat = dtype === TF.FLOAT || dtype === TF.COMPLEX64;
      return isFloat ? new Float32Array(bytes.buffer) : bytes;
    } finally {
      library.TF_DeleteTensor(tensor);
    }
  }

  #readStrings(tensor: Deno.PointerValue): Uint8Array[] {
    const library = this.#library;
    const length = Number(library.TF_TensorElementCount(tensor));
    return Array.from({ length }, (_, i) => {
      const string = this.#stringAt(tensor, i);
      const bytes = Number(library.TF_StringGetSize(string));
      return copyBytes(library.TF_StringGetDataPointer(string), bytes);
    });
  }

  #allocate(shape: readonly number[], dtype: number, bytes: number): Deno.PointerValue {
    const dims = BigInt64Array.from(shape, BigInt);
    return this.#library.TF_AllocateTensor(dtype, dims, shape.length, BigInt(bytes));
  }

  #toHandle(tensor: Deno.PointerValue): Deno.PointerValue {
    const handle = this.#library.TFE_NewTensorHandle(tensor, this.#status.pointer);
    this.#library.TF_DeleteTensor(tensor);
    this.#status.check("TFE_NewTensorHandle");
    return handle;
  }

  #stringAt(tensor: Deno.PointerValue, index: number): Deno.PointerValue {
    const data = this.#library.TF_TensorData(tensor);
    if (data === null) return null;
    return Deno.UnsafePointer.offset(data, STRING_BYTES * index);
  }

  #view(tensor: Deno.PointerValue, bytes: number): Uint8Array<ArrayBuffer> {
    return viewBytes(this.#library.TF_TensorData(tensor), bytes);
  }
}

/** TensorFlow takes whatever it is told here, and ends the process later. */
function checkShape(shape: readonly number[]): void {
  if (shape.every((size) => Number.isSafeInteger(size) && size >= 0)) return;
  throw new RangeError(
    `Cannot create a tensor as its shape must be of integers >= 0: current value is [${shape}]`,
  );
}

function viewBytes(pointer: Deno.PointerValue, bytes: number): Uint8Array<ArrayBuffer> {
  if (pointer === null || bytes === 0) return new Uint8Array();
  return new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(pointer, bytes));
}

function copyBytes(pointer: Deno.PointerValue, bytes: number): Uint8Array {
  return viewBytes(pointer, bytes).slice();
}

function toBytes(dtype: number, values: Values): Uint8Array {
  const array = toTypedArray(dtype, values as ArrayLike<number>);
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function toTypedArray(dtype: number, values: ArrayLike<number>): ArrayBufferView {
  switch (dtype) {
    case TF.FLOAT:
      return values instanceof Float32Array ? values : Float32Array.from(values);
    case TF.INT32:
      return values instanceof Int32Array ? values : Int32Array.from(values);
    case TF.COMPLEX64:
      return Float32Array.from(values);
    case TF.INT64:
      // tfjs-node writes an int64 as two int32s, low half first.
      return Int32Array.from(values);
    default:
      return values instanceof Uint8Array ? values : Uint8Array.from(values);
  }
}
