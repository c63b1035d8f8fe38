/**
 * The two versions of this library that are compared.
 *
 * @module
 */
import type { Sides } from "../record/mod.ts";
import type { RegressionProfile } from "./profiles.ts";

/** What both versions are run with. */
export interface RunOptions {
  /** Where each side is checked out. */
  folders: Sides<string>;
  profile: RegressionProfile;
  /** The TensorFlow.js backend. */
  backend: string;
  /** Ends it at once. */
  signal: AbortSignal;
  /** Takes lines on how far it is. */
  tell: (line: string) => void;
}

/** Which side. */
export type SideName = keyof Sides<unknown>;

/** Both sides' names, the base first. */
export const sideNames: readonly SideName[] = ["base", "head"];

/** Ctrl-C, or a system that ends the program: nothing is written. */
export class InterruptedError extends Error {
  override readonly name: string = "InterruptedError";
}

/**
 * Does the same for both sides, at the same time, and waits for both even where one fails.
 *
 * @throws what went wrong, rather than that the other was interrupted for it
 */
export async function forBoth<T>(action: (side: SideName) => Promise<T>): Promise<Sides<T>> {
  const settled = await Promise.allSettled(sideNames.map(action));
  const reasons = settled.flatMap((each) => each.status === "rejected" ? [each.reason] : []);
  if (reasons.length > 0) {
    throw reasons.find((reason) => !(reason instanceof InterruptedError)) ?? reasons[0];
  }
  const [base, head] = settled.map((each) => (each as PromiseFulfilledResult<T>).value);
  return { base: base as T, head: head as T };
}
