/**
 * The arms of `bench:microbatch`: each normalization with statistics over 1, 2, 4, … images, whose
 * gradients add up to one step of the same batch.
 *
 * @module
 */
import { WeightStandardization } from "../../../src/training/algorithms/weight_standardization.ts";
import { UsageError } from "../../ground/errors.ts";
import { counted } from "../../ground/format.ts";
import { type ArmDefinition, completeArm } from "../arm.ts";
import type { Grid } from "../grid.ts";

/** A profile's sizes. */
interface Sizes {
  batchSize: number;
  microbatchSizes: readonly number[];
}

/** Batch-channel norm is in its form for microbatches, by estimates, whatever their size. */
const norms = [
  { name: "bn", label: "BN", normalization: "batch" },
  { name: "gn", label: "GN", normalization: "group" },
  { name: "gn-ws", label: "GN + WS", normalization: "group" },
  { name: "bcn-ws", label: "BCN + WS", normalization: "estimatedBatchChannel" },
] as const;

/**
 * Each normalization at each size of a microbatch, the largest first: that is what the smaller ones are
 * held against.
 *
 * @param sizes of the profile, whose batch all microbatches must divide
 * @param nLastLayersIgnore how many of the last convolutions the arms with WS leave alone
 * @throws {UsageError} if a size is no whole number from 1 to the batch's, leaves a rest, or stands twice
 */
export function microbatchArms(
  sizes: Sizes,
  nLastLayersIgnore: number,
): { arms: ArmDefinition[]; grid: Grid } {
  checkSizes(sizes);
  const levels = [...sizes.microbatchSizes].sort((a, b) => b - a);
  const places = norms.flatMap((norm) => levels.map((size) => ({ norm, size })));
  return {
    arms: places.map(({ norm: { name, label, normalization }, size }) =>
      completeArm({
        name: `${name}-${size}`,
        label: `${label}, ${counted(size, "image")}`,
        description: `normalization=${normalization}, microbatchSize=${size}`,
        settings: { normalization, microbatchSize: size },
        algorithms: name.endsWith("-ws") ? [new WeightStandardization({ nLastLayersIgnore })] : [],
      })
    ),
    grid: {
      axes: [
        { name: "norm", label: "normalization", levels: norms.map(({ label }) => label) },
        { name: "microbatch", label: "images a microbatch", levels, scale: "log" },
      ],
      at: Object.fromEntries(
        places.map(({ norm, size }) => [`${norm.name}-${size}`, [norm.label, size]]),
      ),
      effect: "norm",
    },
  };
}

function checkSizes({ batchSize, microbatchSizes }: Sizes): void {
  const seen = `microbatchSizes=${microbatchSizes.join(",")}, batchSize=${batchSize}`;
  const wants = (wanted: string) =>
    new UsageError(
      `Cannot run as each of microbatchSizes must ${wanted}: current value is ${seen}`,
    );
  if (microbatchSizes.length === 0) throw wants("be there, one or more of them");
  for (const size of microbatchSizes) {
    if (!Number.isSafeInteger(size) || size < 1) throw wants("be a whole number >= 1");
    if (size > batchSize) throw wants("be <= batchSize");
    if (batchSize % size !== 0) {
      throw wants(`divide batchSize, as ${size} leaves a rest of ${batchSize % size}`);
    }
  }
  if (new Set(microbatchSizes).size < microbatchSizes.length) throw wants("stand there once");
}
