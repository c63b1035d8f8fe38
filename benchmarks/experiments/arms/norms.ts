/**
 * Normalization × weight standardization: the arms of `bench:norms`, some of which are sets of the
 * other suites.
 *
 * @module
 */
import { type Variant, variants } from "../../../src/standardization/variants.ts";
import { WeightStandardization } from "../../../src/training/algorithms/weight_standardization.ts";
import { nameOf } from "../../ground/value_kinds.ts";
import { type ArmDefinition, completeArm } from "../arm.ts";
import type { Grid } from "../grid.ts";
import { normalizationLabels } from "../profiles/normalization.ts";
import { normalizationSettings, type NormArm } from "./arm_settings.ts";

const allNames = Object.keys(normalizationSettings) as NormArm[];

/** What tables call an arm's normalization. */
function normOf(name: NormArm): string {
  return normalizationLabels[normalizationSettings[name].normalization];
}

/**
 * An arm of one normalization.
 *
 * @param options of weight standardization, where the arm has it
 */
export function normArm(
  name: NormArm,
  options: ConstructorParameters<typeof WeightStandardization>[0],
): ArmDefinition {
  const settings = normalizationSettings[name];
  const isStandardized = name.endsWith("-ws");
  return completeArm({
    name,
    label: `${normOf(name)}${isStandardized ? " + WS" : ""}`,
    description: `normalization=${settings.normalization}`,
    settings,
    algorithms: isStandardized ? [new WeightStandardization(options)] : [],
  });
}

/** Where arms lie: a row for each normalization, without WS and with it. */
export function normsGrid(names: readonly NormArm[] = allNames): Grid {
  const norms = [...new Set(names.map(normOf))];
  return {
    axes: [
      { name: "normalization", label: "normalization", levels: norms },
      { name: "WS", label: "weight standardization", levels: ["without WS", "with WS"] },
    ],
    at: Object.fromEntries(names.map((name) => [
      name,
      [normOf(name), name.endsWith("-ws") ? "with WS" : "without WS"],
    ])),
    effect: "WS",
  };
}

/**
 * All twelve arms, with one formula of weight standardization.
 *
 * @param profile whose `variant` it is
 * @throws {UsageError} if there is no such formula (suggests the nearest)
 */
export function normsArms({ variant }: { variant: string }): ArmDefinition[] {
  const formulas = Object.keys(variants) as Variant[];
  const checked = nameOf("variant", formulas).check(variant, "variant");
  return allNames.map((name) => normArm(name, { nLastLayersIgnore: 0, variant: checked }));
}
