import type { BatchSlice } from "../../datasets/loader.ts";
import type { SetOptions } from "../../datasets/segmented.ts";
import type * as tf from "../../src/tf.ts";
import type { ArmDefinition, ArmSet } from "../experiments/arm.ts";
import type { Grid } from "../experiments/grid.ts";
import type { Contrast } from "../experiments/contrasts.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import type { Task } from "./task.ts";

/** How images are loaded; training on intact images does not depend on it. */
export interface LoadingOptions {
  /** The most images that may be passed over as they cannot be read; without it none may. */
  skipBad?: number;
  /** Threads that decode, 0 for the main one alone; what fits the machine by default. */
  loaderThreads?: number;
  /** Which slice of each training batch, where workers share it; evaluations are of all images. */
  slice?: BatchSlice;
}

/**
 * How a set's masks are read, which images are held out, and what a pilot is evaluated on, where its user
 * says so.
 */
export type SetAsked = {
  [K in Exclude<keyof SetOptions, "onProblem">]?: SetOptions[K] | undefined;
};

/** The name in records of the suite's network, where no `--model` replaces it. */
export const suitesOwnModel = "the suite's own";

/** Makes tasks; arms whose settings differ share all that does not depend on these. */
export interface TaskSource<P> {
  /**
   * What an arm trains on what. Data are opened, and looked through, once for each distinct setting
   * that they depend on.
   */
  task(profile: P): Promise<Task>;
  /** Frees what the tasks hold. */
  close(): Promise<void>;
}

/**
 * Makes the model of an arm without opening any data.
 *
 * @param seed of the initial weights: the cell's
 * @param arm whose model it is, and what makes it in place of the suite's own
 * @throws {UsageError} if the arm's function throws, or its output does not fit
 */
export type MakeModel<P> = (
  profile: P,
  classes: number,
  seed: number,
  arm: Pick<ArmDefinition, "name" | "model">,
) => tf.LayersModel;

/** A comparison of arms that has a command of its own. */
export interface Suite<P extends CommonProfile> {
  /** `bench:<name>` */
  name: string;
  /** What is compared, in a line. */
  title: string;
  profiles: Readonly<Record<string, P>>;
  /** The arms, the baseline first. */
  arms: readonly ArmDefinition[];
  /** Contrasts of the arms, beside each minus the first. */
  contrasts?: readonly Contrast[];
  /** Where the arms lie on axes: what is tested of them follows from it. */
  grid?: Grid;
  /** What the arms are where a profile's values change them; `arms` are those of the first profile. */
  armsOf?(profile: P): Partial<Pick<Suite<P>, "arms" | "contrasts" | "grid" | "armSets">>;
  /** The arms that run where none are asked for, as in `--arms`, by profile; all without. */
  usualArms?: Readonly<Record<string, string>>;
  /** Other arms, by the name that `--arms` takes; where a profile changes them, the first one's. */
  armSets?: Readonly<Record<string, ArmSet>>;
  /** Whether arms that cannot be trained as they are set are left out; without, the first ends the run. */
  leavesOut?: boolean;
  /** Whether its data have masks, so that there is something to say of how they are read. */
  readsMasks?: boolean;
  /** The profiles' values that shape the suite's own network, and no other. */
  networkSettings: readonly (keyof P & string)[];
  makeModel: MakeModel<P>;
  /**
   * Where its tasks come from.
   *
   * @param data a data set's folder; generated images without
   * @param set how its masks are read, where it has masks, and what is held out
   */
  open(data: string | undefined, loading?: LoadingOptions, set?: SetAsked): TaskSource<P>;
}
