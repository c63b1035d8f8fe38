/**
 * The arms of `bench:microbatch`: each normalization with statistics over 1, 2, 4, … images, whose
 * gradients add up to one step of the same batch.
 *
 * @module
 */
import { UsageError } from "../../ground/errors.ts";
import { counted } from "../../ground/format.ts";
import type { ArmDefinition } from "../arm.ts";
import type { Grid } from "../grid.ts";
import { normArm } from "./norms.ts";

/** A profile's sizes. */
interface Sizes {
  batchSize: number;
  microbatchSizes: readonly number[];
  synchronizedBatchNorm?: boolean;
}

/** What is compared: the plain norms, and those that their authors offer for few images. */
const names = ["bn", "gn", "gn-ws", "bcn-ws"] as const;

/** Batch-channel norm in its form for microbatches, by estimates, whatever their size. */
const estimated = { normalization: "estimatedBatchChannel" } as const;

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
  const norms = names.map((name) => normArm(name, { nLastLayersIgnore }));
  const places = norms.flatMap((norm) => levels.map((size) => ({ norm, size })));
  return {
    arms: places.map(({ norm, size }) => armOf(norm, size)),
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

function armOf({ name, label, settings, algorithms }: ArmDefinition, size: number): ArmDefinition {
  const own = { ...settings, ...(name === "bcn-ws" && estimated), microbatchSize: size };
  return {
    name: `${name}-${size}`,
    label: `${label}, ${counted(size, "image")}`,
    description: Object.entries(own).map(([key, value]) => `${key}=${value}`).join(", "),
    settings: own,
    algorithms,
  };
}

function checkSizes({ batchSize, microbatchSizes, synchronizedBatchNorm }: Sizes): void {
  if (synchronizedBatchNorm) {
    throw new UsageError(
      "Cannot set synchronizedBatchNorm as statistics would be over several workers' microbatches, " +
        "and not over so many images as the arms say",
    );
  }
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
