import { createHash } from "node:crypto";
import { pythonReader } from "../python.ts";
import type { SecondReader } from "../target.ts";

/**
 * A second reader of `peers.py`, as a target has it.
 *
 * @param python a Python with its packages; without one nobody is asked
 */
export async function second(
  python: string | undefined,
  format: string,
): Promise<{ second?: SecondReader }> {
  return python === undefined ? {} : { second: await pythonReader(python, format) };
}

/** What a value is compared by. */
export function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}
