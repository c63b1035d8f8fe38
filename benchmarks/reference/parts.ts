/**
 * The reference runs, as `reports/protocol.md` lays them down.
 *
 * @module
 */
import type { ReferencePart } from "./part.ts";

/** In the order in which they are run. */
export const parts: readonly ReferencePart[] = [];
