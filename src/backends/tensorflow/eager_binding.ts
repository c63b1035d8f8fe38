/**
 * The binding that tfjs-node's kernels call, made with FFI over TensorFlow's C API: operations run at
 * once. Behind an id is a `TFE_TensorHandle` that is deleted exactly once.
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
import type { Binding, TensorMetadata } from "./binding.ts";
import type { DeviceOptions } from "./config.ts";
import { CAST_OUTPUT, TF } from "./dtypes.ts";
import { EagerContext } from "./eager_context.ts";
import { type ReadValues, TensorMemory, type Values } from "./memory.ts";
import type { TensorFlowLibrary } from "./symbols.ts";

/**
 * Runs operations at once. It owns the operations that it keeps, and a handle for each id; a recording,
 * which it owns too, frees its own operation, function and handles.
 */
export class EagerBinding extends EagerContext implements Binding {
  readonly #memory: TensorMemory;
  readonly #setAttribute: AttributeSetter;
  readonly #handles = new Map<number, Deno.PointerValue>();
  readonly #operations = new Map<string, Deno.PointerValue>();
  #nextId = 1;
  #count = new Int32Array(1);
  #outputs = new BigUint64Array(16);

  constructor(library: TensorFlowLibrary, options: DeviceOptions = {}) {
    super(library, options);
    this.#memory = new TensorMemory(library, this.status);
    this.#setAttribute = eagerAttributeSetter(library);
  }

  /** How many tensors TensorFlow holds for ids. */
  get tensorCount(): number {
    return this.#handles.size;
  }

  /** Copies values into TensorFlow. The caller deletes the tensor behind the id. */
  createTensor(shape: number[], dtype: number, values: Values): number {
    this.checkThere();
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
    this.checkThere();
    throw new Error(
      id < 0
        ? "Cannot use a tensor that was made while a step was being captured: it has no values. " +
          "Return it from the step instead of keeping it"
        : `Cannot use tensor ${id}: it has been disposed`,
    );
  }

  /** Takes a handle over: from now on its id owns it. */
  adopt(handle: Deno.PointerValue): number {
    this.checkThere();
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

  /** Frees operations and handles. Ids and captured functions are invalid afterwards. */
  protected override disposeContents(): void {
    for (const operation of this.#operations.values()) this.library.TFE_DeleteOp(operation);
    for (const handle of this.#handles.values()) this.library.TFE_DeleteTensorHandle(handle);
    this.#operations.clear();
    this.#handles.clear();
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
