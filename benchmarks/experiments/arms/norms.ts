import { WeightStandardization } from "../../../src/training/algorithms/weight_standardization.ts";
import { type ArmDefinition, type ArmSet, completeArm } from "../arm.ts";
import { factorial, pair } from "../contrasts.ts";
import { normalizationOf } from "./settings.ts";

type NormArm = keyof typeof normalizationOf;

const labels: Readonly<Record<NormArm, string>> = {
  bn: "BN",
  "bn-ws": "BN + WS",
  gn: "GN",
  "gn-ws": "GN + WS",
  "bcn-ws": "BCN + WS",
};

function arm(name: NormArm, nLastLayersIgnore: number): ArmDefinition {
  return completeArm({
    name,
    label: labels[name],
    description: `normalization=${normalizationOf[name].normalization}`,
    settings: normalizationOf[name],
    algorithms: name.endsWith("-ws") ? [new WeightStandardization({ nLastLayersIgnore })] : [],
  });
}

/**
 * The paper's factorial, batch or group norm × weight standardization: claims C5, C8 and C9.
 *
 * @param nLastLayersIgnore how many of the last convolutions have no norm behind them: the paper
 * standardizes the others
 */
export function norms(nLastLayersIgnore: number): ArmSet {
  const names = ["bn", "bn-ws", "gn", "gn-ws"] as const;
  return {
    description: "bn, bn-ws, gn, gn-ws: batch or group norm, with and without WS",
    arms: names.map((name) => arm(name, nLastLayersIgnore)),
    contrasts: [
      pair("gn-ws", "gn", "GN + WS − GN"),
      pair("gn-ws", "bn", "GN + WS − BN"),
      ...factorial(names, { GN: ["gn", "gn-ws"], WS: ["bn-ws", "gn-ws"] }),
    ],
  };
}

/**
 * The paper's batch-channel normalization beside the others: claim C9.
 *
 * @param nLastLayersIgnore as for {@linkcode norms}
 */
export function channels(nLastLayersIgnore: number): ArmSet {
  const names = ["bn", "gn-ws", "bcn-ws"] as const;
  return {
    description: "bn, gn-ws, bcn-ws: batch-channel norm beside the others",
    arms: names.map((name) => arm(name, nLastLayersIgnore)),
    contrasts: [pair("gn-ws", "bn", "GN + WS − BN"), pair("bcn-ws", "bn", "BCN + WS − BN")],
  };
}
