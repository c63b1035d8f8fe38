/**
 * Watches a step: which kernels it runs, on which values.
 *
 * @module
 */
import type * as tf from "../../tf.ts";
import type { KernelCall } from "../../kernels/stock_kernels.ts";
import { CaptureError, randomError, shapeError } from "../../training/recording/capture_error.ts";
import type { WasmBackend } from "../backend.ts";
import { byteLength, type SwitchedBackend } from "./backend_methods.ts";
import { Constants } from "./constants.ts";
import {
  type Call,
  type Operand,
  operandList,
  type Operands,
  type Source,
  type Value,
} from "./values.ts";

/** Stock kernels whose results' sizes depend on values. */
const SHAPED_BY_VALUES =
  /^(NonMaxSuppressionV[345]|SparseFillEmptyRows|SparseReshape|SparseSegment(Mean|Sum)|String\w+|Unique)$/;

/** Kernels that fill a tensor of the form of another. */
const ALIKE = /^(Zeros|Ones)Like$/;

/** A kernel that is running. */
interface Frame {
  readonly made: { dataId: tf.DataId; shape: number[]; dtype: tf.DataType }[];
  /** Whether it ran another kernel, of which it is then composed. */
  isComposed: boolean;
  looks: boolean;
}

/** What a step does, as it is watched. */
export class Tape {
  /** Its calls, in order. */
  readonly calls: Call[] = [];
  /** The values that are the same at every call. */
  readonly constants: Constants;
  readonly #switched: SwitchedBackend;
  readonly #values = new Map<tf.DataId, Value>();
  readonly #computed = new Set<tf.DataId>();
  readonly #frames: Frame[] = [];
  /** Made by a kernel that is composed of others and does something on top, which nothing sees. */
  readonly #unseen = new Map<tf.DataId, string>();

  /** @param switched the backend */
  constructor(switched: SwitchedBackend) {
    this.#switched = switched;
    this.constants = new Constants(switched);
  }

  /** From now on, this memory stands for a value that comes from outside of the calls. */
  declare(dataId: tf.DataId, source: Source): void {
    const { shape, dtype } = this.#backend.dataIdMap.get(dataId);
    this.#values.set(dataId, valueOf(source, shape, dtype, false));
  }

  /** The value in a tensor's memory: one from outside is kept, as a constant. */
  valueOf(tensor: tf.TensorInfo): Value {
    const known = this.#values.get(tensor.dataId);
    if (known !== undefined) return known;
    const composed = this.#unseen.get(tensor.dataId);
    if (composed !== undefined) throw unseenError(composed);
    refuseStrings(tensor.dtype);
    const constant = this.constants.hold(tensor);
    this.#values.set(tensor.dataId, constant);
    return constant;
  }

  /** The memory of what was computed, and is not the same at every call. */
  *computed(): Iterable<tf.DataId> {
    for (const dataId of this.#computed) {
      if (!this.#values.get(dataId)?.isConstant) yield dataId;
    }
  }

  /** Runs a kernel, and takes down what it does. */
  run(kernelName: string, kernel: tf.KernelFunc, call: KernelCall): ReturnType<tf.KernelFunc> {
    refuse(kernelName);
    const frame: Frame = { made: [], isComposed: false, looks: false }, outer = this.#frames.at(-1);
    if (outer !== undefined) outer.isComposed = true;
    const result = this.#within(frame, () => kernel(call));
    if (!frame.isComposed) this.#append(kernelName, kernel, call, frame);
    else for (const { dataId } of frame.made) this.#unseen.set(dataId, kernelName);
    return result;
  }

  /** Takes down memory that a kernel asked for. */
  made(output: tf.TensorInfo): void {
    refuseStrings(output.dtype);
    const { dataId, shape, dtype } = output;
    this.#computed.add(dataId);
    this.#frames.at(-1)?.made.push({ dataId, shape: [...shape], dtype });
  }

  /** Takes down that a kernel looks at values. */
  looked(): void {
    const frame = this.#frames.at(-1);
    if (frame !== undefined) frame.looks = true;
  }

  /** Takes down values that came from JavaScript. */
  written(tensor: tf.TensorInfo): void {
    this.#values.set(tensor.dataId, this.constants.copy(tensor));
  }

  #within<T>(frame: Frame, body: () => T): T {
    this.#frames.push(frame);
    try {
      return body();
    } finally {
      this.#frames.pop();
    }
  }

  get #backend(): WasmBackend {
    return this.#switched.backend;
  }

  #append(kernelName: string, kernel: tf.KernelFunc, call: KernelCall, frame: Frame): void {
    if (frame.made.length === 0) return; // it shares memory: Reshape
    const { attrs: attributes, inputs } = call, { looks } = frame;
    if (ALIKE.test(kernelName)) { // it needs a shape, not values
      const filled: tf.KernelFunc = ({ backend }) =>
        kernel({ inputs, backend, attrs: attributes! });
      this.#add({ kernelName, kernel: filled, attributes, operands: {}, looks }, frame);
      return;
    }
    const operands = this.#operands(inputs);
    const [first] = Object.values(operands);
    // A value never changes, so it is its own copy.
    if (kernelName === "Identity") this.#values.set(frame.made[0]!.dataId, first!.value);
    else this.#add({ kernelName, kernel, attributes, operands, looks }, frame);
  }

  #add(call: Omit<Call, "made">, frame: Frame): void {
    const isConstant = operandList(call).every(({ value }) => value.isConstant);
    if (isConstant && this.#fold(frame)) return;
    const made = frame.made.map(({ dataId, shape, dtype }) => {
      const value = valueOf({ kind: "call" }, shape, dtype, isConstant);
      this.#values.set(dataId, value);
      return value;
    });
    this.calls.push({ ...call, made });
  }

  /** Keeps what a call made of constants alone, where that is little. */
  #fold({ made }: Frame): boolean {
    if (!this.constants.affords(made)) return false;
    for (const tensor of made) {
      if (!this.#backend.dataIdMap.has(tensor.dataId)) continue; // it was needed meanwhile
      this.#values.set(tensor.dataId, this.constants.copy(tensor));
    }
    return true;
  }

  #operands(inputs: KernelCall["inputs"]): Operands {
    const operandOf = (input: tf.TensorInfo | null | undefined): Operand | undefined =>
      input?.dataId && { value: this.valueOf(input), shape: input.shape, dtype: input.dtype };
    if (Array.isArray(inputs)) return inputs.map(operandOf);
    const entries = Object.entries(inputs).map(([name, input]) => [name, operandOf(input)]);
    return Object.fromEntries(entries);
  }
}

/** A value. */
export function valueOf(
  source: Source,
  shape: number[],
  dtype: tf.DataType,
  isConstant: boolean,
): Value {
  return { source, shape, dtype, bytes: byteLength(shape, dtype), isConstant };
}

function refuse(kernelName: string): void {
  if (kernelName === "Multinomial") throw randomError("tf.multinomial");
  if (SHAPED_BY_VALUES.test(kernelName)) throw shapeError(kernelName);
}

/** Throws where a tensor's values are strings. */
export function refuseStrings(dtype: tf.DataType): void {
  if (dtype !== "string") return;
  throw new CaptureError(
    "Cannot capture strings on wasm as they lie in JavaScript, where the recording does not see " +
      "them: compute with strings outside the step, or run this step without capture",
  );
}

function unseenError(kernelName: string): CaptureError {
  return new CaptureError(
    `Cannot capture ${kernelName} on wasm as its kernel runs others and computes something beside ` +
      "them, which the recording does not see: run this step without capture",
  );
}
