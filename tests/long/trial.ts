import type { Watch } from "./watch.ts";

/** Something that is done over and over. */
export interface Trial {
  /** What is counted. */
  unit: string;
  /** How often it is done: in the long form, and in the short one. */
  counts: { long: number; short: number };
  /** The backends that it is done on. */
  backends: readonly string[];
  /** Does it, and takes the samples. */
  run(count: number, watch: Watch): Promise<void>;
}
