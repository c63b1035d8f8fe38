/**
 * The tasks of `bench:norms`: classification, whose networks also take a number of groups.
 *
 * @module
 */
import {
  batchChannelNormalization,
  groupNormalization,
  type Normalization,
  type NormalizationFactory,
} from "../../src/normalization/mod.ts";
import { networkSettings, type NormsProfile } from "../experiments/profiles/norms.ts";
import { count } from "../ground/value_kinds.ts";
import { classificationModels, classificationTasksBy } from "./classification.ts";
import type { MakeModel, Suite } from "./suite.ts";

/** The normalizations that have groups. */
const grouped: Readonly<Record<string, (groups: number) => NormalizationFactory>> = {
  group: (groups) => (args) => groupNormalization({ ...args, groups }),
  batchChannel: (groups) => (args) => batchChannelNormalization({ ...args, groups }),
  estimatedBatchChannel: (groups) => (args) =>
    batchChannelNormalization({ ...args, groups, estimate: true }),
};

/** A profile's normalization, with its groups where they are given. */
function normalizationOf({ normalization, groups }: NormsProfile): Normalization {
  count().check(groups, "Cannot run as groups");
  return groups === 0 ? normalization : grouped[normalization]?.(groups) ?? normalization;
}

/** Makes the models. */
export const normsModel: MakeModel<NormsProfile> = classificationModels(
  networkSettings,
  normalizationOf,
);

/** Makes the tasks. */
export const normsTasks: Suite<NormsProfile>["open"] = classificationTasksBy(normsModel);
