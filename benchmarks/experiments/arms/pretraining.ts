/**
 * Weights that were trained without WS, and go on with it or without: claim C7.
 *
 * @module
 */
import { WeightStandardization } from "../../../src/training/algorithms/weight_standardization.ts";
import { type ArmSet, completeArm } from "../arm.ts";
import { pair } from "../contrasts.ts";
import { type Grid, gridContrasts } from "../grid.ts";

/**
 * Plain; with WS, which takes the weights' scale; and with WS that begins as the same function: each
 * kernel keeps its filters' means and deviations as constants.
 *
 * @param nLastLayersIgnore how many of the last convolutions WS leaves alone
 */
export function pretraining(nLastLayersIgnore: number): ArmSet {
  const arms = [
    completeArm({ name: "pretrained", description: "no convolution standardized" }),
    completeArm({
      name: "pretrained-ws",
      label: "pretrained + WS",
      description: "weights trained without WS go on with it",
      algorithms: [new WeightStandardization({ nLastLayersIgnore })],
    }),
    completeArm({
      name: "pretrained-ws-preserved",
      label: "pretrained + WS, outputs preserved",
      description: "the same, with constants that give each filter its mean and deviation back",
      algorithms: [new WeightStandardization({ nLastLayersIgnore, preserveOutputs: true })],
    }),
  ];
  const levels = ["plain", "WS", "WS, outputs preserved"];
  const grid: Grid = {
    axes: [{ name: "start", label: "from weights trained without WS", levels }],
    at: Object.fromEntries(arms.map(({ name }, i) => [name, [levels[i]!]])),
    effect: "start",
  };
  return {
    description: "pretrained, pretrained-ws, pretrained-ws-preserved: from --set " +
      "initialWeights=FILE, plain, with WS, and with WS that preserves outputs",
    arms,
    grid,
    contrasts: [
      ...gridContrasts(grid, arms),
      pair("pretrained-ws-preserved", "pretrained-ws", "outputs preserved − not"),
    ],
    needs: ["initialWeights"],
  };
}
