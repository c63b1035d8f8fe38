import type { Contrast } from "../experiments/contrasts.ts";
import type { Grid } from "../experiments/grid.ts";
import type { SuiteAsked } from "./options.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import type { Source } from "../record/mod.ts";
import type { RunOutput } from "./output.ts";
import type { LoadingOptions, SetAsked, Suite } from "../tasks/suite.ts";
import type { ArmDefinition, ModelFactory } from "../experiments/arm.ts";

/** All that a run is made of, every name resolved. */
export interface Experiment<P extends CommonProfile>
  extends
    Pick<SuiteAsked, "out" | "resume" | "force" | "dryRun">,
    Partial<Pick<SuiteAsked, "data" | "backend" | "seeds" | "keep" | "shard" | "tensorboard">>,
    Partial<Pick<SuiteAsked, "workers" | "maxHours" | "deterministic">>,
    SetAsked {
  /** The suite whose tasks are trained. */
  suite: Pick<Suite<P>, "name" | "title" | "networkSettings" | "leavesOut" | "readsMasks" | "open">;
  /** The profile's name, for the report. */
  profileName: string;
  /** How the cells are trained. */
  profile: P;
  /** The arms, the baseline first. */
  arms: readonly ArmDefinition[];
  /** What is tested of them. */
  contrasts: readonly Contrast[];
  /** Where the arms lie on axes, if they do. */
  grid?: Grid | undefined;
  /** Makes the models of the arms that have none of their own, in place of the suite's network. */
  model?: ModelFactory | undefined;
  loading?: LoadingOptions;
  /** A user's program that the arms are from. */
  program?: Source | undefined;
  /** What the model is called in the report. */
  modelName: string;
  /** The command that repeats the run. */
  command: string;
  /** Where it says what it does; on stderr without. */
  output?: RunOutput | undefined;
}
