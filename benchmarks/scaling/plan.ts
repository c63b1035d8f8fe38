import { checkNormalization } from "../experiments/profiles/normalization.ts";
import { stageBlocks } from "../experiments/profiles/overhead.ts";
import {
  profiles,
  scalingKinds,
  type ScalingProfile,
  type ScalingRowProfile,
} from "../experiments/profiles/scaling.ts";
import { checkKinds, withSettings } from "../experiments/settings.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import type { GroupFacts, ScalingRow } from "../record/mod.ts";
import { arms, isUsual } from "./arms.ts";
import type { ScalingAsked } from "./options.ts";

export interface PlannedRow extends Pick<ScalingRow, "values"> {
  /** The profile with that depth. */
  profile: ScalingRowProfile;
}

/** A measurement with every name resolved. */
export interface Plan {
  asked: ScalingAsked;
  /** With the values of `--set` and `--workers`. */
  profile: ScalingProfile;
  groups: GroupFacts[];
  /** At least one. */
  rows: PlannedRow[];
}

/**
 * What a command line asks for, checked before anything is written or run.
 *
 * @throws {UsageError} if something asked for cannot be done together, or a value of the profile
 * cannot be run
 */
export function planOf(asked: ScalingAsked): Plan {
  const profile = withSettings(profiles[asked.profile]!, settingsOf(asked));
  checkProfile(profile);
  const groups = groupsOf(asked, profile);
  const rows = profile.depths.flatMap((depth) =>
    profile.workers.map((workers) => ({
      values: { depth, workers },
      profile: { ...profile, depth },
    }))
  );
  return { asked, profile, groups, rows };
}

/** `--workers`, `--rounds` and `--steps` are short for `--set`. */
function settingsOf({ set, workers, rounds, steps }: ScalingAsked): Record<string, string> {
  return {
    ...Object.fromEntries(set),
    ...(workers !== undefined && { workers: workers.join(",") }),
    ...(rounds !== undefined && { rounds: `${rounds}` }),
    ...(steps !== undefined && { steps: `${steps}` }),
  };
}

function checkProfile(profile: ScalingProfile): void {
  const cannot = "Cannot time workers";
  checkKinds(profile, scalingKinds, cannot);
  if (profile.depths.includes(0)) stageBlocks.check(profile.blocks, `${cannot} as blocks`);
  checkNormalization(profile);
}

function groupsOf({ arms: names, peers }: ScalingAsked, profile: ScalingProfile): GroupFacts[] {
  const known = arms.map(({ name }) => name);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownName("arm", unknown, known);
  const there = arms.filter(({ engine }) => engine === "tensorflow" || peers.length > 0);
  const groups = names === undefined
    ? there.filter(isUsual)
    : arms.filter(({ name }) => names.includes(name));
  const peer = groups.find(({ engine }) => engine === "pytorch");
  if (peer !== undefined && peers.length === 0) {
    throw new UsageError(`Cannot time ${peer.name} without --peers PYTHON`);
  }
  if (peer !== undefined && profile.width !== 64) {
    throw new UsageError(
      `Cannot time ${peer.name} as width must be 64, that of PyTorch's ResNets: current value is ` +
        `${profile.width}; leave the peers out, or the width`,
    );
  }
  return groups;
}
