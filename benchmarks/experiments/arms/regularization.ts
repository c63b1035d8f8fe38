/**
 * Weight standardization × weight decay × augmentation: claim C10.
 *
 * @module
 */
import { type ArmDefinition, type ArmSet, completeArm } from "../arm.ts";
import { type Grid, gridContrasts } from "../grid.ts";
import type { VisionProfile } from "../profiles/vision.ts";
import { moreAugmentation, moreDecay } from "./arm_settings.ts";
import { standardizationArms } from "./standardization.ts";

/** How an arm is regularized: levels of weight decay and augmentation, as multiples of the profile's. */
interface Regularized {
  suffix: string;
  label: string;
  decay: number;
  augmentation: number;
}

const usual = { suffix: "", label: "", decay: 1, augmentation: 1 };
const more: readonly Regularized[] = [
  { ...usual, suffix: "-decay", label: ", more decay", decay: moreDecay },
  { ...usual, suffix: "-augmented", label: ", more augmentation", augmentation: moreAugmentation },
  {
    suffix: "-regularized",
    label: ", more of both",
    decay: moreDecay,
    augmentation: moreAugmentation,
  },
];

/**
 * The suite's baseline and its arm with WS, each with the profile's regularization, with more weight
 * decay, with more augmentation, and with more of both.
 *
 * @param profile whose values these are multiples of
 * @param nLastLayersIgnore how many of the last convolutions WS leaves alone
 */
export function regularization(
  profile: Pick<VisionProfile, "weightDecay" | "augmentation">,
  nLastLayersIgnore: number,
): ArmSet {
  const plain = standardizationArms(nLastLayersIgnore).slice(0, 2); // baseline and ws
  const placed = [usual, ...more].flatMap((regularized) =>
    plain.map((arm, i) => ({
      arm: armOf(arm, regularized, profile),
      place: [regularized.decay, regularized.augmentation, i === 0 ? "without WS" : "with WS"],
    }))
  );
  const arms = placed.map(({ arm }) => arm);
  const grid: Grid = {
    axes: [
      { name: "decay", label: "× weight decay", levels: [1, moreDecay], scale: "log" },
      { name: "augmentation", label: "× augmentation", levels: [1, moreAugmentation] },
      { name: "WS", label: "weight standardization", levels: ["without WS", "with WS"] },
    ],
    at: Object.fromEntries(placed.map(({ arm, place }) => [arm.name, place])),
    effect: "WS",
  };
  return {
    description:
      `baseline and ws, with ${moreDecay} × weight decay (-decay), ${moreAugmentation} × ` +
      "augmentation (-augmented), and both (-regularized)",
    arms,
    grid,
    contrasts: gridContrasts(grid, arms),
    needs: ["weightDecay", "augmentation"], // a multiple of 0 is what the other arms have
  };
}

function armOf(
  arm: ArmDefinition,
  { suffix, label, decay, augmentation }: Regularized,
  profile: Pick<VisionProfile, "weightDecay" | "augmentation">,
): ArmDefinition {
  if (suffix === "") return arm;
  return completeArm({
    ...arm,
    name: `${arm.name}${suffix}`,
    label: `${arm.label}${label}`,
    description: `${arm.description}; ${decay} × weight decay, ${augmentation} × augmentation`,
    settings: {
      ...(decay !== 1 && { weightDecay: decay * profile.weightDecay }),
      ...(augmentation !== 1 && { augmentation: augmentation * profile.augmentation }),
    },
  });
}
