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
  backend: string;
  /** Ends it at once. */
  signal: AbortSignal;
  /** Takes lines about the progress. */
  tell: (line: string) => void;
}

export type SideName = keyof Sides<unknown>;

/** Both sides' names, the base first. */
export const sideNames: readonly SideName[] = ["base", "head"];

/**
 * Does the same for both sides, at the same time, and waits for both even where one fails.
 */
export async function forBoth<T>(action: (side: SideName) => Promise<T>): Promise<Sides<T>> {
  const both = sideNames.map(action);
  await Promise.allSettled(both);
  const [base, head] = await Promise.all(both);
  return { base: base!, head: head! };
}
