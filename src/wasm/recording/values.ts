/**
 * What a recorded step computes with: values, each made once and then unchanged, whatever memory
 * they lie in.
 *
 * @module
 */
import type * as tf from "../../tf.ts";
import type { KnownOptimizer } from "../../training/recording/interceptions.ts";

/** Where a value comes from. */
export type Source =
  /** A call of the recording. */
  | { readonly kind: "call" }
  /** A variable, as it is when the step begins. */
  | { readonly kind: "variable"; readonly variable: tf.Variable }
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "learningRate"; readonly optimizer: KnownOptimizer }
  /** A tensor from outside, or one that the recording keeps, in the backend's memory. */
  | { readonly kind: "constant"; readonly dataId: tf.DataId };

/** A source of values that no call makes. */
export type Outside = Exclude<Source, { kind: "call" }>;

/** A value of a recorded step. */
export interface Value {
  readonly source: Source;
  readonly shape: number[];
  readonly dtype: tf.DataType;
  readonly bytes: number;
  /** Whether it is the same at every call. */
  readonly isConstant: boolean;
}

/** An input of a call: a value, in the shape in which the kernel sees it. */
export interface Operand {
  readonly value: Value;
  readonly shape: number[];
  readonly dtype: tf.DataType;
}

/** A kernel's inputs: by name or, for kernels that take a list, in order. */
export type Operands = readonly (Operand | undefined)[] | Record<string, Operand | undefined>;

/** One call of a kernel. */
export interface Call {
  readonly kernelName: string;
  readonly kernel: tf.KernelFunc;
  readonly attributes: tf.NamedAttrMap | undefined;
  readonly operands: Operands;
  /** The values for which it asks memory, in order: its results, and what it only needs meanwhile. */
  readonly made: readonly Value[];
  /** Whether it looks at values in JavaScript, and may refuse them. */
  readonly looks: boolean;
}

/** What a step leaves behind. */
export interface Outcome {
  /** The variables that it writes, and what. */
  readonly written: readonly { readonly variable: tf.Variable; readonly value: Value }[];
  /** What it returns, in order. */
  readonly results: readonly (tf.TensorInfo & { readonly value: Value })[];
}

/** The operands that are there, in order. */
export function operandList({ operands }: Pick<Call, "operands">): Operand[] {
  return Object.values(operands).filter((operand) => operand !== undefined);
}

/**
 * The memory that a source stands for at a call.
 *
 * @param source the source
 * @param inputs what the step is called with
 * @returns the memory
 */
export function dataIdOf(source: Outside, inputs: readonly tf.Tensor[]): tf.DataId {
  if (source.kind === "constant") return source.dataId;
  if (source.kind === "variable") return source.variable.dataId;
  if (source.kind === "input") return inputs[source.index]!.dataId;
  const c = source.optimizer.c!; // only one that has it is declared
  if (!c.isDisposed) return c.dataId;
  throw new Error(
    `Cannot call a captured step as its ${source.optimizer.getClassName()} optimizer has been ` +
      "disposed: capture a step that uses another one",
  );
}
