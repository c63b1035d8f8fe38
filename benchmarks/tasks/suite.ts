import type { CommonProfile } from "../experiments/profiles/common.ts";
import type { ArmDefinition, ModelFactory } from "../experiments/arm.ts";
import type { Task } from "./task.ts";

/** How images are loaded; what is learnt from intact ones does not depend on it. */
export interface LoadingOptions {
  /** The most images that may be passed over as they cannot be read; without it none may. */
  skipBad?: number;
  /** Threads that decode, 0 for the main one alone; what fits the machine by default. */
  workers?: number;
}

/** A comparison of arms that has a command of its own. */
export interface Suite<P extends CommonProfile> {
  /** `bench:<name>` */
  name: string;
  /** What is compared, in a line. */
  title: string;
  /** The profiles by name. */
  profiles: Readonly<Record<string, P>>;
  /** The arms, the baseline first. */
  arms: readonly ArmDefinition[];
  /** The profiles' values that make the suite's own network: they say nothing of another one. */
  networkSettings: readonly (keyof P & string)[];
  /** Opens the data and prepares all that the arms share. */
  open(
    profile: P,
    source: { data?: string; model?: ModelFactory },
    loading?: LoadingOptions,
  ): Promise<Task>;
}
