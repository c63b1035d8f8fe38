/**
 * The calls of a recording, ready to run one after the other.
 *
 * @module
 */
import type * as tf from "../../tf.ts";
import type { KernelCall } from "../../kernels/stock_kernels.ts";
import { shapeError } from "../../training/recording/capture_error.ts";
import { type BackendMethods, byteLength, type SwitchedBackend } from "./backend_methods.ts";
import type { Plan } from "./plan.ts";
import { Slot } from "./slots.ts";
import { type Call, type Operand, operandList, type Value } from "./values.ts";

/** Kernels that pack operands, by the operands' ids; so may those that run them. */
const PACKING =
  /^((Fused)?(Conv2D|DepthwiseConv2d(Native)?)|_FusedMatMul|BatchMatMul|Prelu|weight-standardization\/.*)$/;

/** A call with all that it is called with. */
interface Step {
  readonly kernelName: string;
  readonly kernel: tf.KernelFunc;
  readonly call: KernelCall;
  readonly made: readonly Slot[];
  /** What may be packed, and does not stay as it is. */
  readonly packed: readonly Slot[];
}

/** The calls, over slots. */
export class Program {
  /** The memory of each value that is no constant. */
  readonly slots: ReadonlyMap<Value, Slot>;
  readonly #switched: SwitchedBackend;
  readonly #steps: readonly Step[];

  constructor(switched: SwitchedBackend, { calls, copies }: Plan) {
    this.#switched = switched;
    const slots = new Map<Value, Slot>();
    const add = (value: Value) => {
      if (value.source.kind === "constant" || slots.has(value)) return;
      slots.set(value, new Slot(switched.backend, value));
    };
    for (const call of calls) {
      operandList(call).forEach(({ value }) => add(value));
      call.made.forEach(add);
    }
    copies.forEach(({ value }) => add(value));
    this.slots = slots;
    this.#steps = calls.map((call) => this.#prepare(call));
  }

  /** Runs all calls. */
  run(): void {
    let step: Step | undefined, next = 0;
    const makeOutput: BackendMethods["makeOutput"] = (shape, dtype, _, values) => {
      const slot = step!.made[next++];
      if (slot?.bytes !== byteLength(shape, dtype)) throw shapeError(step!.kernelName);
      if (values) this.#write(slot, values as Uint8Array);
      return { dataId: slot.dataId, shape: [...shape], dtype };
    };
    const methods: Partial<BackendMethods> = {
      makeOutput,
      write: (values, shape, dtype) => makeOutput(shape, dtype, null, values).dataId,
      disposeData: () => false,
      incRef: () => {},
    };
    this.#switched.with(methods, () => {
      for (step of this.#steps) {
        next = 0;
        step.kernel(step.call);
        for (const slot of step.packed) slot.renew();
      }
    });
  }

  /** Forgets the slots. */
  dispose(): void {
    this.slots.forEach((slot) => slot.dispose());
  }

  /** Where a value lies. */
  offsetOf(value: Value): number {
    const slot = this.slots.get(value);
    if (slot !== undefined) return slot.offset;
    return this.#switched.backend.dataIdMap.get(this.#dataIdOf(value)).memoryOffset;
  }

  #dataIdOf(value: Value): tf.DataId {
    const { source } = value;
    return source.kind === "constant" ? source.dataId : this.slots.get(value)!.dataId;
  }

  #prepare({ kernelName, kernel, attributes, operands, made, ...call }: Call): Step {
    const slotsOf = (values: readonly Value[]) =>
      values.flatMap((value) => this.slots.get(value) ?? []);
    const list = operandList({ kernelName, kernel, attributes, operands, made, ...call });
    const lasting = list.filter(({ value }) => value.source.kind !== "variable");
    const packed = PACKING.test(kernelName)
      ? new Set(slotsOf([...lasting.map(({ value }) => value), ...made]))
      : [];
    const { backend } = this.#switched;
    return {
      kernelName,
      kernel,
      call: { inputs: this.#inputs(operands), attrs: attributes as tf.NamedAttrMap, backend },
      made: slotsOf(made),
      packed: [...packed],
    };
  }

  #inputs(operands: Call["operands"]): tf.NamedTensorInfoMap {
    const infoOf = (operand: Operand | undefined) =>
      operand && {
        dataId: this.#dataIdOf(operand.value),
        shape: operand.shape,
        dtype: operand.dtype,
      };
    const inputs = Array.isArray(operands)
      ? operands.map(infoOf)
      : Object.fromEntries(Object.entries(operands).map(([name, one]) => [name, infoOf(one)]));
    return inputs as tf.NamedTensorInfoMap; // kernels of lists get a list
  }

  #write(slot: Slot, values: ArrayBufferView): void {
    const { buffer, byteOffset, byteLength } = values;
    this.#switched.backend.wasm.HEAPU8.set(
      new Uint8Array(buffer, byteOffset, byteLength),
      slot.offset,
    );
  }
}
