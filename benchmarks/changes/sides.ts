/**
 * The two versions of this library that are compared.
 *
 * @module
 */

/** One of something for each side. */
export interface Sides<T> {
  base: T;
  head: T;
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
 * @param action what to do
 * @returns what came of it
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
