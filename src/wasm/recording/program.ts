/**
 * The calls of a recording, ready to run one after the other.
 *
 * @module
 */
import type * as tf from "../../tf.ts";
import type { KernelCall } from "../../kernels/stock_kernels.ts";
import { shapeError } from "../../training/recording/capture_error.ts";
import { type BackendMethods, byteLength, type SwitchedBackend } from "./backend_methods.ts";
import { type Plan, valuesOf } from "./plan.ts";
import { Slot } from "./slots.ts";
import { type Call, type Operand, operandList, type Value } from "./values.ts";

/**
 * TensorFlow.js's kernels that pack operands, by the operands' ids. This library's pack none: what
 * they run of TensorFlow.js's is a call of its own in a recording.
 */
const PACKING = new Set([
  ...["Conv2D", "FusedConv2D", "DepthwiseConv2dNative", "FusedDepthwiseConv2D"],
  ...["BatchMatMul", "_FusedMatMul", "Prelu"],
]);

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
  /** All slots, and of which value each is. */
  readonly slots: { readonly value: Value; readonly slot: Slot }[] = [];
  readonly #switched: SwitchedBackend;
  /** The memory of each value that is no constant. */
  readonly #memory = new Map<Value, Slot>();
  readonly #plan: Plan;
  readonly #lasting: readonly Step[];
  readonly #steps: readonly Step[];
  readonly #written: ReadonlySet<tf.Variable>;

  /**
   * @param switched the backend
   * @param plan the calls, and what memory they need
   * @param written the variables that have other values after each call of the step
   */
  constructor(switched: SwitchedBackend, plan: Plan, written: ReadonlySet<tf.Variable>) {
    this.#switched = switched;
    this.#written = written;
    this.#plan = plan;
    for (const value of valuesOf(plan)) {
      if (value.source.kind !== "constant") this.#memory.set(value, this.#add(value));
    }
    const steps = plan.calls.map((call) => this.#prepare(call));
    this.#lasting = steps.slice(0, plan.lastingCalls);
    this.#steps = steps.slice(plan.lastingCalls);
  }

  /** Makes anew what lasts from call to call. */
  runLasting(): void {
    this.#run(this.#lasting);
    for (const { value, slot } of this.slots) if (this.#isKept(value)) slot.renew();
  }

  /** Runs all other calls. */
  run(): void {
    this.#run(this.#steps);
  }

  #run(steps: readonly Step[]): void {
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
      for (step of steps) {
        next = 0;
        step.kernel(step.call);
        for (const slot of step.packed) slot.renew();
      }
    });
  }

  /** Forgets the slots. */
  dispose(): void {
    this.slots.forEach(({ slot }) => slot.dispose());
  }

  /** Where a value lies. */
  offsetOf(value: Value): number {
    return this.#switched.backend.dataIdMap.get(this.#dataIdOf(value)).memoryOffset;
  }

  #dataIdOf(value: Value): tf.DataId {
    const { source } = value;
    return source.kind === "constant" ? source.dataId : this.#memory.get(value)!.dataId;
  }

  /**
   * A slot of the value for one call alone: what lasts from call to call stays packed, and packed as
   * this call has it. The backend would take it up for any other call, too, whatever its shapes.
   */
  #packedId(value: Value): tf.DataId {
    return this.#stays(value) ? this.#add(value).dataId : this.#dataIdOf(value);
  }

  /** Whether a value is usually the same at the next call of the step. */
  #stays(value: Value): boolean {
    const { source } = value;
    if (source.kind === "variable") return !this.#written.has(source.variable);
    return source.kind === "constant" || this.#isKept(value);
  }

  #isKept(value: Value): boolean {
    return this.#plan.places.get(value)?.kind === "kept";
  }

  #add(value: Value): Slot {
    const slot = new Slot(this.#switched.backend, value);
    this.slots.push({ value, slot });
    return slot;
  }

  #prepare({ kernelName, kernel, attributes, operands, made }: Call): Step {
    const slotsOf = (values: readonly Value[]) =>
      values.flatMap((value) => this.#memory.get(value) ?? []);
    const packs = PACKING.has(kernelName), { backend } = this.#switched;
    const given = operandList({ operands }).map(({ value }) => value);
    const changing = given.filter((value) => !this.#stays(value));
    const packed = packs ? new Set(slotsOf([...changing, ...made])) : [];
    const idOf = (value: Value) => packs ? this.#packedId(value) : this.#dataIdOf(value);
    return {
      kernelName,
      kernel,
      call: { inputs: inputsOf(operands, idOf), attrs: attributes as tf.NamedAttrMap, backend },
      made: slotsOf(made),
      packed: [...packed],
    };
  }

  #write(slot: Slot, values: ArrayBufferView): void {
    const { buffer, byteOffset, byteLength } = values;
    this.#switched.backend.wasm.HEAPU8.set(
      new Uint8Array(buffer, byteOffset, byteLength),
      slot.offset,
    );
  }
}

/** What a kernel is given. */
function inputsOf(
  operands: Call["operands"],
  idOf: (value: Value) => tf.DataId,
): tf.NamedTensorInfoMap {
  const infoOf = (operand: Operand | undefined) =>
    operand && { dataId: idOf(operand.value), shape: operand.shape, dtype: operand.dtype };
  const inputs = Array.isArray(operands)
    ? operands.map(infoOf)
    : Object.fromEntries(Object.entries(operands).map(([name, one]) => [name, infoOf(one)]));
  return inputs as tf.NamedTensorInfoMap; // kernels of lists get a list
}
