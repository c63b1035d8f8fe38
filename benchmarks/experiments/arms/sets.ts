/**
 * The arms of the published claims beside the suites' own, as sets.
 *
 * @module
 */
import type { ArmSet } from "../arm.ts";
import { distinct, factorial, pair } from "../contrasts.ts";
import { gridContrasts } from "../grid.ts";
import type { SegmentationProfile } from "../profiles/ade20k.ts";
import type { ClassificationProfile } from "../profiles/imagenet.ts";
import { deeplabConvolutions, resnetConvolutions } from "./convolution_count.ts";
import { ignored } from "./ignored.ts";
import { normArm, normsGrid } from "./norms.ts";
import { pretraining } from "./pretraining.ts";
import { regularization } from "./regularization.ts";
import { variantArms } from "./variants.ts";

/** The paper's factorial, batch or group norm × weight standardization: claims C5, C8 and C9. */
function norms(nLastLayersIgnore: number): ArmSet {
  const names = ["bn", "bn-ws", "gn", "gn-ws"] as const;
  const arms = names.map((name) => normArm(name, { nLastLayersIgnore }));
  const grid = normsGrid(names);
  return {
    description: "bn, bn-ws, gn, gn-ws: batch or group norm, with and without WS",
    arms,
    grid,
    contrasts: distinct([
      pair("gn-ws", "gn", "GN + WS − GN"),
      pair("gn-ws", "bn", "GN + WS − BN"),
      ...factorial(names, { GN: ["gn", "gn-ws"], WS: ["bn-ws", "gn-ws"] }),
      ...gridContrasts(grid, arms),
    ]),
  };
}

/** The paper's batch-channel normalization beside the others: claim C9. */
function channels(nLastLayersIgnore: number): ArmSet {
  const names = ["bn", "gn-ws", "bcn-ws"] as const;
  return {
    description: "bn, gn-ws, bcn-ws: batch-channel norm beside the others",
    arms: names.map((name) => normArm(name, { nLastLayersIgnore })),
    contrasts: [pair("gn-ws", "bn", "GN + WS − BN"), pair("bcn-ws", "bn", "BCN + WS − BN")],
  };
}

/** DeepLabv3+'s classifier has no norm behind it; the 15 convolutions of its head are Composer's. */
export function segmentationSets(profile: SegmentationProfile): Readonly<Record<string, ArmSet>> {
  return {
    norms: norms(1),
    channels: channels(1),
    pretraining: pretraining(15),
    regularization: regularization(profile, 15),
    ignored: ignored(profile, 15, deeplabConvolutions(profile)),
    variants: variantArms(15),
  };
}

/** A ResNet's classifier is no convolution. */
export function classificationSets(
  profile: ClassificationProfile,
): Readonly<Record<string, ArmSet>> {
  return {
    norms: norms(0),
    channels: channels(0),
    pretraining: pretraining(0),
    regularization: regularization(profile, 0),
    ignored: ignored(profile, 0, resnetConvolutions(profile)),
    variants: variantArms(0),
  };
}
