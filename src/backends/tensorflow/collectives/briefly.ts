/**
 * What TensorFlow says of a failure, in one line: without the calls that it came by, and without the
 * advice to restart.
 *
 * @param reason a `TensorFlowError`'s
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const reason = "Collective ops is aborted by: Collective ops is aborted by: worker 1 is tired.\nMore";
 * assert.equal(briefly(reason), "worker 1 is tired");
 * ```
 */
export function briefly(reason: string): string {
  const [line = ""] = reason.split("\n");
  return line.replace(/^(\{\{.*?\}\} |Collective ops is aborted by: )+/, "").replace(/\.$/, "");
}
