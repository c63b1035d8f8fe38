/**
 * Outputs of a graph's nodes, as the C API takes them.
 *
 * @module
 */

import type { Status } from "./status.ts";
import type { TensorFlowLibrary } from "./symbols.ts";

/** One output of one node: a `TF_Output`, the struct `{ TF_Operation*; int }`, as bytes. */
export type Output = Uint8Array<ArrayBuffer>;

/** One output of a `TF_Operation`. */
export function makeOutput(operation: Deno.PointerValue, index: number): Output {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(Deno.UnsafePointer.value(operation)), true);
  view.setInt32(8, index, true);
  return bytes;
}

/** The address of the `TF_Operation` whose output it is. */
export function addressOf(output: Output): bigint {
  return new DataView(output.buffer).getBigUint64(0, true);
}

/** Shape and data type. Sizes that depend on values are −1; with an unknown rank, no shape. */
export interface OutputType {
  readonly shape: number[] | undefined;
  readonly dtype: number;
}

/** What TensorFlow infers about an output of a graph's node. */
export function inferType(
  library: TensorFlowLibrary,
  status: Status,
  graph: Deno.PointerValue,
  output: Output,
): OutputType {
  const dtype = library.TF_OperationOutputType(output);
  const rank = library.TF_GraphGetTensorNumDims(graph, output, status.pointer);
  status.check("TF_GraphGetTensorNumDims");
  if (rank < 0) return { shape: undefined, dtype };
  const dims = new BigInt64Array(rank);
  if (rank > 0) {
    library.TF_GraphGetTensorShape(graph, output, dims, rank, status.pointer);
    status.check("TF_GraphGetTensorShape");
  }
  return { shape: Array.from(dims, Number), dtype };
}

/** An operation has another number of outputs than it was asked for. */
export function outputCountError(name: string, asked: number, there: number): RangeError {
  return new RangeError(
    `Cannot run ${name} for ${asked} outputs: with these inputs and attributes it has ${there}`,
  );
}

/** Several outputs in a row. */
export function pack(outputs: readonly Output[]): Output {
  const bytes = new Uint8Array(16 * outputs.length);
  outputs.forEach((output, i) => bytes.set(output, 16 * i));
  return bytes;
}
