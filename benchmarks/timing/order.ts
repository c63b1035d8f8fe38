/**
 * What a subject's process is told.
 *
 * @module
 */
import type { OverheadProfile } from "../experiments/profiles/overhead.ts";
import type { SubjectFacts } from "../record/mod.ts";

/** Something that runs a step in a process of its own. */
export interface Subject extends SubjectFacts {
  /** A Python program in `benchmarks/timing/peers/`; without one it is this library. */
  program?: string;
}

/** What a subject's process is told. */
export interface SubjectOrder {
  subject: Subject;
  profile: OverheadProfile;
  /** Threads that it may use. */
  threads: number;
}
