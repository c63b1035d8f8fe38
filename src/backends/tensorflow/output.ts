/**
 * Outputs of a graph's nodes, as the C API takes them.
 *
 * @module
 */

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

/** Several outputs in a row. */
export function pack(outputs: readonly Output[]): Output {
  const bytes = new Uint8Array(16 * outputs.length);
  outputs.forEach((output, i) => bytes.set(output, 16 * i));
  return bytes;
}
