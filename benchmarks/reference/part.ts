/**
 * A part of the reference runs, as data: one command of a suite, whose result is kept.
 *
 * @module
 */
import type { Result } from "../record/mod.ts";

/** The suites that have parts, by the file of their program at the top of `benchmarks/`. */
export type PartSuite = "ade20k" | "imagenet" | "norms" | "microbatch";

/** The data sets that parts read, by the option that names their folder. */
export type PartData = "camvid" | "cifar10";

/** One command of a suite, cut into shards, and where its result is kept. */
export interface ReferencePart {
  /** The folder of its report, below `reports/`: suite, profile, data. */
  name: string;
  /** What it asks. */
  question: string;
  /** Whether it chooses settings, on held-out training images, or is what is reported. */
  stage: "pilot" | "main";
  suite: PartSuite;
  data: PartData;
  /** The words of its command line, but for data and folders. */
  words: readonly string[];
  /** The part, and the cell of it, whose weights every cell begins from. */
  startsFrom?: { part: string; arm: string; seed: number };
  /** Learning rates that are the best ones of pilots, by the rule of {@linkcode ownRate}. */
  rates?: readonly PilotRates[];
}

/** What a part takes of a pilot. */
export interface PilotRates {
  /** The part that is the pilot, and those that continue its grid of rates. */
  pilots: readonly string[];
  /** Arms that are trained at their own best rate, each with the name that it has in the pilot. */
  own?: Readonly<Record<string, string>>;
  /** The arm of the pilot whose best rate all others are trained at. */
  shared?: string;
}

/** What a part found. */
export interface PartResult {
  /** The part's name. */
  name: string;
  result: Result;
}
