/**
 * How many of the last convolutions WS leaves alone, from none to all of them: claim C3's curve.
 *
 * @module
 */
import { WeightStandardization } from "../../../src/training/algorithms/weight_standardization.ts";
import { type ArmDefinition, type ArmSet, completeArm } from "../arm.ts";
import { type Grid, gridContrasts } from "../grid.ts";
import { visionKinds, type VisionProfile } from "../profiles/vision.ts";
import { standardizationArms } from "./standardization.ts";

/**
 * The baseline, which leaves all alone, and an arm for each number of `ignoredLayers`, or for every
 * number. What the suite's own arms leave alone has their names, so that their claims are judged, too.
 *
 * @param published how many the suite's arm `ws` leaves alone
 * @param convolutions how many the suite's network has
 * @throws {UsageError} if `ignoredLayers` are not whole numbers >= 0, each once
 */
export function ignored(
  { ignoredLayers }: Pick<VisionProfile, "ignoredLayers">,
  published: number,
  convolutions: number,
): ArmSet {
  visionKinds.ignoredLayers!.check(ignoredLayers, "Cannot run as ignoredLayers");
  const counts = ignoredLayers.length > 0
    ? [...ignoredLayers].sort((a, b) => a - b)
    : Array.from({ length: convolutions }, (_, n) => n);
  const [baseline, ...own] = standardizationArms(published);
  const armOf = (n: number) => n === published ? own[0]! : n === 0 ? own[1]! : leavingAlone(n);
  const left = new Map(counts.map((n) => [armOf(n).name, n]));
  // A model of one's own may have more convolutions: then it is not known what "all" are.
  if (counts.every((n) => n < convolutions)) left.set(baseline!.name, convolutions);
  const arms = [baseline!, ...counts.map(armOf)];
  const grid: Grid = {
    axes: [{
      name: "ignored",
      label: "last convolutions ignored",
      levels: [...left.values()].sort((a, b) => a - b),
    }],
    at: Object.fromEntries([...left].map(([name, n]) => [name, [n]])),
    effect: "ignored",
  };
  return {
    description: "WS on all convolutions but the last 0, 1, … all (or --set ignoredLayers=0,8,15)",
    arms,
    grid,
    contrasts: gridContrasts(grid, arms),
    reads: ["ignoredLayers"],
  };
}

function leavingAlone(nLastLayersIgnore: number): ArmDefinition {
  return completeArm({
    name: `ws-ignore-${nLastLayersIgnore}`,
    label: `WS, last ${nLastLayersIgnore} ignored`,
    description: `every convolution standardized but the last ${nLastLayersIgnore}`,
    algorithms: [new WeightStandardization({ nLastLayersIgnore })],
  });
}
