/**
 * What a claim is: what was published, and how a run is held against it.
 *
 * @module
 */
import type { Json } from "../../record/mod.ts";
import type { Contrast } from "../contrasts.ts";

/**
 * How many seeds a verdict wants. At a standard deviation of 0.3 and a difference of 0.7, six pairs
 * find the difference nine times in ten, four six times in ten.
 */
export const seedsForVerdict = 6;

/** What was published was measured with this; a run that differs is a proxy, and says so. */
export interface Protocol {
  /** The metric of a cell that decides. */
  metric: string;
  data: string;
  model: string;
  /** What tests the claim there, where arms of the suite have other names than those of the test. */
  contrast?: Contrast;
  /** What else is known of it; without it no run is said to follow the protocol. */
  details?: ProtocolDetails;
}

/** The numbers of a protocol. */
export interface ProtocolDetails {
  classes: number;
  trainingCount: number;
  validationCount: number;
  parameterCount: number;
  batchSize: number;
  steps: number;
  /** Convolutions that the arm `ws` leaves as they are. */
  ignored: number;
  /** Further values, compared where the run's config has the key. */
  config: Record<string, Json>;
}

interface Test {
  /** By the suites that can test the claim. */
  protocols: Record<string, Protocol>;
  /** What tests it. A run whose arms are there is judged, whatever other contrasts it has. */
  contrast: Contrast;
}

interface SeedTest extends Test {
  /** The metric at the end of training, or its difference at a quarter minus that at the end. */
  window: "end" | "quarter-minus-end";
}

/** A difference of a certain sign was published. */
export interface DifferenceTest extends SeedTest {
  kind: "difference";
  /** The sign. */
  direction: 1 | -1;
  /** The difference, where a number was published. */
  published?: number;
}

/** No difference was published: the interval must lie within ± margin. */
export interface EquivalenceTest extends SeedTest {
  kind: "equivalence";
  margin: number;
}

/**
 * A small cost was published: the interval of added step time must lie within ± margin. A suite times
 * its arms in turn, and `bench:overhead` its subjects.
 */
export interface StepTimeTest extends Test {
  kind: "stepTime";
  /** In percent of the step. */
  margin: number;
  /** The subject of `bench:overhead` that is set in relation to `over`. */
  subject: string;
  over: string;
  /** What was published was timed with these, by the `model` of a profile. */
  steps: Readonly<Record<string, StepProtocol>>;
}

/**
 * A share of another step's throughput was published: the interval of each subject's must lie within
 * ± margin of it. `bench:overhead` times its subjects, and a suite its arms, in turn.
 */
export interface ThroughputTest {
  /** What of the claim it is that throughput tells. */
  statement: string;
  /** Subjects of `bench:overhead`, each set in relation to `over`; arms of suites have their names. */
  subjects: readonly string[];
  over: string;
  /** The arm that `over` is in a suite. */
  overArm: string;
  /** Steps of a subject in the time of one of `over`. */
  share: number;
  /** How far from the share is still "about"; ours. */
  margin: number;
  /** What was published was timed with this; a step that differs is a proxy, and says so. */
  protocol: StepProtocol;
}

/** The step of a published run. */
export interface StepProtocol {
  model: string;
  parameterCount: number;
  /** Compared with the values of the profile where it has the key. */
  config: Readonly<Record<string, Json>>;
}

/** One published claim. */
export interface Claim {
  id: string;
  statement: string;
  source: string;
  /** What was published, in words. */
  published: string;
  /** What a test of it takes. */
  needs: string;
  /** The arms that test it, by their name on the command line; the suite's own without. */
  arms?: string;
  /** What arms must set; a run whose arms set other values is a proxy, and says so. */
  settings?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** What arms must set as so many times the run's value; else it is a proxy, too. */
  multiples?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** A setting that the run must have been given. */
  given?: string;
  /** The code of a warning that a run must not have. */
  without?: string;
  /** How a part of it is judged, where steps alone are timed or arms in turn. */
  throughput?: ThroughputTest;
  /** How it is judged. */
  test: DifferenceTest | EquivalenceTest | StepTimeTest;
}
