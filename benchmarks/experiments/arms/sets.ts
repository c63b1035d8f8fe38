/**
 * The arms of the published claims beside the suites' own, as sets.
 *
 * @module
 */
import { WeightStandardization } from "../../../src/training/algorithms/weight_standardization.ts";
import { type ArmSet, completeArm } from "../arm.ts";
import { factorial, pair } from "../contrasts.ts";
import { regularizationContrasts, regularized } from "./arm_settings.ts";
import { normArm, normsGrid } from "./norms.ts";
import { standardizationArms } from "./standardization.ts";

/** The paper's factorial, batch or group norm × weight standardization: claims C5, C8 and C9. */
function norms(nLastLayersIgnore: number): ArmSet {
  const names = ["bn", "bn-ws", "gn", "gn-ws"] as const;
  return {
    description: "bn, bn-ws, gn, gn-ws: batch or group norm, with and without WS",
    arms: names.map((name) => normArm(name, { nLastLayersIgnore })),
    grid: normsGrid(names),
    contrasts: [
      pair("gn-ws", "gn", "GN + WS − GN"),
      pair("gn-ws", "bn", "GN + WS − BN"),
      ...factorial(names, { GN: ["gn", "gn-ws"], WS: ["bn-ws", "gn-ws"] }),
    ],
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

/** Weights that were trained without standardization, and go on with it or without: claim C7. */
function pretraining(nLastLayersIgnore: number): ArmSet {
  return {
    description: "pretrained, pretrained-ws: from --set initialWeights=FILE, with and without WS",
    arms: [
      completeArm({ name: "pretrained", description: "no convolution standardized" }),
      completeArm({
        name: "pretrained-ws",
        label: "pretrained + WS",
        description: "weights trained without WS go on with it",
        algorithms: [new WeightStandardization({ nLastLayersIgnore })],
      }),
    ],
    contrasts: [pair("pretrained-ws", "pretrained", "pretrained + WS − pretrained")],
    needs: "initialWeights",
  };
}

/** Weight standardization × regularization: claim C10. */
function regularization(nLastLayersIgnore: number): ArmSet {
  const plain = standardizationArms(nLastLayersIgnore).slice(0, 2); // baseline and ws
  const more = plain.map((arm) => ({
    ...arm,
    name: `${arm.name}-regularized`,
    label: `${arm.label}, regularized`,
    description: `${arm.description}; more weight decay and dropout`,
    settings: regularized,
  }));
  return {
    description: "baseline, ws and both with more weight decay and dropout",
    arms: [...plain, ...more],
    contrasts: regularizationContrasts,
  };
}

/** DeepLabv3+'s classifier has no norm behind it; the 15 convolutions of its head are Composer's. */
export const segmentationSets: Readonly<Record<string, ArmSet>> = {
  norms: norms(1),
  channels: channels(1),
  pretraining: pretraining(15),
  regularization: regularization(15),
};

/** A ResNet's classifier is no convolution. */
export const classificationSets: Readonly<Record<string, ArmSet>> = {
  norms: norms(0),
  channels: channels(0),
  pretraining: pretraining(0),
};
