/**
 * The binding that tfjs-node's kernels call, made with FFI over TensorFlow's C API. Kernels see
 * tensors as ids; behind an id is a `TFE_TensorHandle` that is deleted exactly once.
 *
 * @module
 */
import {
  ATTRIBUTE,
  type AttributeSetter,
  castAttributes,
  cString,
  eagerAttributeSetter,
  type OperationAttribute,
} from "./attributes.ts";
import type { DeviceOptions } from "./config.ts";
import { createContext, type Device, listDevices } from "./context.ts";
import { CAST_OUTPUT, TF } from "./dtypes.ts";
import { type ReadValues, TensorMemory, type Values } from "./memory.ts";
import { disposedBackendError, readString, Status } from "./status.ts";
import type { TensorFlowLibrary } from "./symbols.ts";

/** What an operation returns: an id, and what tfjs-node makes a tensor of. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** The numbers that tfjs-node's kernels expect on their binding. */
export const BINDING_CONSTANTS: Readonly<Record<string, number>> = {
  TF_FLOAT: TF.FLOAT,
  TF_INT32: TF.INT32,
  TF_INT64: TF.INT64,
  TF_BOOL: TF.BOOL,
  TF_COMPLEX64: TF.COMPLEX64,
  TF_STRING: TF.STRING,
  TF_RESOURCE: TF.RESOURCE,
  TF_UINT8: TF.UINT8,
  TF_ATTR_STRING: ATTRIBUTE.STRING,
  TF_ATTR_INT: ATTRIBUTE.INT,
  TF_ATTR_FLOAT: ATTRIBUTE.FLOAT,
  TF_ATTR_BOOL: ATTRIBUTE.BOOL,
  TF_ATTR_TYPE: ATTRIBUTE.TYPE,
  TF_ATTR_SHAPE: ATTRIBUTE.SHAPE,
  TF_ATTR_RESOURCE: ATTRIBUTE.RESOURCE,
};

/** The calls through which kernels reach TensorFlow, whether it computes or records. */
export interface Binding {
  createTensor(shape: number[], dtype: number, values: Values): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): ReadValues;
  executeOp(
    name: string,
    attributes: OperationAttribute[],
    inputs: number[],
    outputCount: number,
  ): TensorMetadata[];
  /** `Identity` of one tensor that, in a recording, runs only after another one is there. */
  runAfter(id: number, after: number): TensorMetadata;
}

/** What was made in a context, and must be gone before it. */
export interface Owned {
  /** Frees it; again, does nothing. */
  dispose(): void;
}

/**
 * Runs operations at once. It owns the context, its status, the operations that it keeps, and a handle
 * for each id; a recording, which it owns too, frees its own operation, function and handles.
 */
export class EagerBinding implements Binding {
  readonly library: TensorFlowLibrary;
  readonly status: Status;
  readonly version: string;
  readonly #context: Deno.PointerValue;
  readonly #memory: TensorMemory;
  readonly #setAttribute: AttributeSetter;
  readonly #handles = new Map<number, Deno.PointerValue>();
  readonly #operations = new Map<string, Deno.PointerValue>();
  readonly #owned = new Set<Owned>();
  #devices: readonly Device[] = [];
  #disposed = false;
  /** How many operations are running on threads of their own. */
  #apart = 0;
  /** How many other calls on threads of their own have the context. */
  #borrowed = 0;
  #nextId = 1;
  #count = new Int32Array(1);
  #outputs = new BigUint64Array(16);

  constructor(library: TensorFlowLibrary, options: DeviceOptions = {}) {
    this.library = library;
    this.status = new Status(library);
    this.#context = createContext(library, this.status, options);
    this.refreshDevices();
    this.version = readString(library.TF_Version());
    this.#memory = new TensorMemory(library, this.status);
    this.#setAttribute = eagerAttributeSetter(library);
  }

  /** The context's devices. */
  get devices(): readonly Device[] {
    return this.#devices;
  }

  /** Asks for the devices' names again, which change when the context joins a cluster. */
  refreshDevices(): void {
    this.#devices = listDevices(this.library, this.status, this.#context);
  }

  /** How many tensors TensorFlow holds for ids. */
  get tensorCount(): number {
    return this.#handles.size;
  }

  /** Whether the context is gone, and with it whatever was in it. */
  get disposed(): boolean {
    return this.#disposed;
  }

  /**
   * The `TFE_Context`.
   *
   * @throws {Error} once it is gone
   */
  get context(): Deno.PointerValue {
    this.#checkThere();
    return this.#context;
  }

  /** From now on `dispose` disposes of this, too, before the context that it was made in. */
  own(owned: Owned): void {
    this.#checkThere();
    this.#owned.add(owned);
  }

  /** `dispose` no longer knows this: it is gone. */
  disown(owned: Owned): void {
    this.#owned.delete(owned);
  }

  /** Copies values into TensorFlow. The caller deletes the tensor behind the id. */
  createTensor(shape: number[], dtype: number, values: Values): number {
    this.#checkThere();
    if (dtype !== TF.STRING) return this.adopt(this.#memory.write(shape, dtype, values));
    const strings = values as Uint8Array[] | string[];
    return this.adopt(this.#memory.writeStrings(shape, strings, (handle) => {
      const type = { name: "T", type: ATTRIBUTE.TYPE, value: TF.STRING };
      return this.#execute("DeepCopy", [type], [handle], 1)[0] ?? null;
    }));
  }

  /** Frees the tensor behind an id; unknown ids are ignored. */
  deleteTensor(id: number): void {
    const handle = this.#handles.get(id);
    if (handle === undefined) return;
    this.library.TFE_DeleteTensorHandle(handle);
    this.#handles.delete(id);
  }

  /** The values, copied. */
  tensorDataSync(id: number): ReadValues {
    return this.#memory.read(this.handle(id));
  }

  /** Runs one operation. Outputs of a data type that TensorFlow.js lacks are cast. */
  executeOp(
    name: string,
    attributes: OperationAttribute[],
    inputs: number[],
    outputCount: number,
  ): TensorMetadata[] {
    const handles = inputs.map((id) => this.handle(id));
    const outputs = this.#execute(name, attributes, handles, outputCount);
    const taken: TensorMetadata[] = [];
    try {
      for (let output = outputs.shift(); output !== undefined; output = outputs.shift()) {
        const id = this.adopt(this.#castUnknown(output));
        taken.push({ id, ...this.inspect(this.handle(id)) });
      }
      return taken;
    } catch (error) { // of the cast
      taken.forEach(({ id }) => this.deleteTensor(id));
      outputs.forEach((output) => this.library.TFE_DeleteTensorHandle(output));
      throw error;
    }
  }

  /** The same memory under another id: operations that run at once have an order already. */
  runAfter(id: number): TensorMetadata {
    const handle = this.handle(id);
    return { id: this.adopt(this.share(handle)), ...this.inspect(handle) };
  }

  /** The handle behind an id. */
  handle(id: number): Deno.PointerValue {
    const handle = this.#handles.get(id);
    if (handle !== undefined) return handle;
    this.#checkThere();
    throw new Error(
      id < 0
        ? "Cannot use a tensor that was made while a step was being captured: it has no values. " +
          "Return it from the step instead of keeping it"
        : `Cannot use tensor ${id}: it has been disposed`,
    );
  }

  /** Takes a handle over: from now on its id owns it. */
  adopt(handle: Deno.PointerValue): number {
    this.#checkThere();
    const id = this.#nextId++;
    this.#handles.set(id, handle);
    return id;
  }

  /** Shape and data type of what a handle stands for. */
  inspect(handle: Deno.PointerValue): { shape: number[]; dtype: number } {
    const { library } = this, status = this.status.pointer;
    const rank = library.TFE_TensorHandleNumDims(handle, status);
    this.status.check("TFE_TensorHandleNumDims");
    const shape = new Array<number>(rank);
    for (let d = 0; d < rank; d++) {
      shape[d] = Number(library.TFE_TensorHandleDim(handle, d, status));
    }
    return { shape, dtype: library.TFE_TensorHandleDataType(handle) };
  }

  /** Another handle of the same memory, which the caller deletes. */
  share(handle: Deno.PointerValue): Deno.PointerValue {
    const shared = this.library.TFE_TensorHandleCopySharingTensor(handle, this.status.pointer);
    this.status.check("TFE_TensorHandleCopySharingTensor");
    return shared;
  }

  /**
   * Runs a prepared operation and returns its outputs' handles, which the caller owns.
   *
   * @param operation a `TFE_Op` with its inputs and attributes
   * @param name how an error names it
   */
  executePrepared(
    operation: Deno.PointerValue,
    name: string,
    outputCount: number,
  ): Deno.PointerValue[] {
    const status = this.status.pointer; // of a disposed backend there is none
    if (outputCount > this.#outputs.length) this.#outputs = new BigUint64Array(2 * outputCount);
    this.#count[0] = outputCount;
    this.library.TFE_Execute(operation, this.#outputs, this.#count, status);
    this.status.check(name);
    const handles = new Array<Deno.PointerValue>(this.#count[0]);
    for (let i = 0; i < handles.length; i++) {
      handles[i] = Deno.UnsafePointer.create(this.#outputs[i] ?? 0n);
    }
    return handles;
  }

  /**
   * Like {@linkcode executePrepared}, on a thread of its own, so that the event loop lives meanwhile.
   * The operation must not be touched until it has ended.
   */
  async executeApart(
    operation: Deno.PointerValue,
    name: string,
    outputCount: number,
  ): Promise<Deno.PointerValue[]> {
    // Of its own, all of them: other operations run meanwhile.
    const outputs = new BigUint64Array(outputCount), count = Int32Array.of(outputCount);
    const status = new Status(this.library);
    this.#apart++;
    try {
      await this.library.executeApart(operation, outputs, count, status.pointer);
      status.check(name);
      return Array.from(outputs.subarray(0, count[0]), (each) => Deno.UnsafePointer.create(each));
    } finally {
      this.#apart--;
      status.dispose();
    }
  }

  /**
   * Lends the context to a call on a thread of its own, which may end after this has been disposed of: the
   * context then goes with it.
   *
   * @param call gets the context
   * @returns what it returns
   * @throws {Error} once the context is gone
   */
  async withContext<T>(call: (context: Deno.PointerValue) => Promise<T>): Promise<T> {
    const { context } = this;
    this.#borrowed++;
    try {
      return await call(context);
    } finally {
      this.#borrowed--;
      if (this.#disposed) this.#deleteContext();
    }
  }

  #deleteContext(): void {
    if (this.#borrowed === 0) this.library.TFE_DeleteContext(this.#context);
  }

  /** Frees everything. Ids and captured functions are invalid afterwards. */
  dispose(): void {
    if (this.#disposed) return;
    if (this.#apart > 0) {
      throw new Error("Cannot dispose of the tensorflow backend as a step must not be running");
    }
    for (const owned of [...this.#owned]) owned.dispose();
    for (const operation of this.#operations.values()) this.library.TFE_DeleteOp(operation);
    for (const handle of this.#handles.values()) this.library.TFE_DeleteTensorHandle(handle);
    this.#operations.clear();
    this.#handles.clear();
    this.#deleteContext();
    this.status.dispose();
    this.#disposed = true;
  }

  #checkThere(): void {
    if (this.#disposed) throw disposedBackendError();
  }

  #execute(
    name: string,
    attributes: OperationAttribute[],
    inputs: Deno.PointerValue[],
    outputCount: number,
  ): Deno.PointerValue[] {
    const operation = this.#operation(name);
    try {
      for (const input of inputs) {
        this.library.TFE_OpAddInput(operation, input, this.status.pointer);
        this.status.check(name);
      }
      for (const attribute of attributes) this.#setAttribute(operation, attribute);
      return this.executePrepared(operation, name, outputCount);
    } finally {
      // At once, not before its next use: until then it would hold on to its inputs' memory.
      this.library.TFE_OpReset(operation, cString(name), null, this.status.pointer);
    }
  }

  /** One `TFE_Op` a name, reused: making one costs as much as running a small one. */
  #operation(name: string): Deno.PointerValue {
    let operation = this.#operations.get(name);
    if (operation === undefined) {
      operation = this.library.TFE_NewOp(this.context, cString(name), this.status.pointer);
      this.status.check(name);
      this.#operations.set(name, operation);
    }
    return operation;
  }

  #castUnknown(handle: Deno.PointerValue): Deno.PointerValue {
    const from = this.library.TFE_TensorHandleDataType(handle);
    const to = CAST_OUTPUT.get(from);
    if (to === undefined) return handle;
    try {
      return this.#execute("Cast", castAttributes(from, to), [handle], 1)[0] ?? null;
    } finally {
      this.library.TFE_DeleteTensorHandle(handle);
    }
  }
}
