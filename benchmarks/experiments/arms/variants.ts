/**
 * The formulas of weight standardization beside each other, and its two halves alone.
 *
 * @module
 */
import type { Variant } from "../../../src/standardization/variants.ts";
import { WeightStandardization } from "../../../src/training/algorithms/weight_standardization.ts";
import { type ArmSet, completeArm } from "../arm.ts";
import { distinct, pair } from "../contrasts.ts";
import { type Grid, gridContrasts } from "../grid.ts";
import { standardizationArms } from "./standardization.ts";

const formulas: readonly { name: string; variant: Variant; label: string; description: string }[] =
  [
    {
      name: "composer",
      variant: "composer",
      label: "WS",
      description: "Composer's formula: (W − mean) / sqrt(var + 1e-10)",
    },
    {
      name: "paper",
      variant: "paper",
      label: "WS, paper's",
      description: "the authors' formula: (W − mean) / (std + 1e-5), unbiased",
    },
    {
      name: "bcn",
      variant: "bcn",
      label: "WS, BCN's",
      description: "the authors' later formula: (W − mean) / sqrt(var + 1e-5), unbiased",
    },
    {
      name: "mean-only",
      variant: "meanOnly",
      label: "mean only",
      description: "half of Composer's: W − mean",
    },
    {
      name: "variance-only",
      variant: "varianceOnly",
      label: "variance only",
      description: "half of Composer's: W / sqrt(var + 1e-10)",
    },
  ];

/** Whether the mean is subtracted, whether it is divided by the deviation; other formulas are beside. */
const grid: Grid = {
  axes: [
    { name: "mean", label: "mean", levels: ["stays", "subtracted"] },
    { name: "variance", label: "deviation", levels: ["stays", "divided by"] },
  ],
  at: {
    baseline: ["stays", "stays"],
    "mean-only": ["subtracted", "stays"],
    "variance-only": ["stays", "divided by"],
    composer: ["subtracted", "divided by"],
  },
  effect: "variance",
};

/**
 * The baseline, the three formulas that most networks with WS were trained by, and the halves.
 *
 * @param nLastLayersIgnore how many of the last convolutions each leaves alone
 */
export function variantArms(nLastLayersIgnore: number): ArmSet {
  const own = formulas.map(({ variant, ...arm }) =>
    completeArm({
      ...arm,
      algorithms: [new WeightStandardization({ nLastLayersIgnore, variant })],
    })
  );
  const arms = [standardizationArms(nLastLayersIgnore)[0]!, ...own];
  return {
    description:
      "baseline, composer, paper, bcn, mean-only, variance-only: formulas and halves of WS",
    arms,
    grid,
    contrasts: distinct([
      ...own.map(({ name, label }) => pair(name, "baseline", `${label} − baseline`)),
      ...gridContrasts(grid, arms),
      pair("paper", "composer", "WS, paper's − WS"),
      pair("bcn", "composer", "WS, BCN's − WS"),
    ]),
  };
}
