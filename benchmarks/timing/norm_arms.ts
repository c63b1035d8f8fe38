/**
 * The normalizations that are timed beside batch norm, the profile's own: here and in PyTorch, each
 * with and without weight standardization.
 *
 * @module
 */
import { normalizationLabels } from "../experiments/profiles/normalization.ts";
import type { Subject } from "./protocol.ts";

/** A normalization: a line here is all that it needs. */
interface NormArm {
  /** Of its plain arm; `-ws` follows where kernels are standardized. */
  name: string;
  normalization: keyof typeof normalizationLabels;
  /** Further values of the profile that it replaces. */
  settings?: NonNullable<Subject["settings"]>;
}

/**
 * Without a normalization values grow from layer to layer, the more where kernels are standardized. A
 * step takes as long at any learning rate, and at this one no weight moves.
 */
const still = 1e-20;

const arms: readonly NormArm[] = [
  { name: "gn", normalization: "group" },
  { name: "ln", normalization: "layer" },
  { name: "in", normalization: "instance" },
  { name: "bcn", normalization: "batchChannel" },
  { name: "none", normalization: "none", settings: { learningRate: still } },
];

/** Each with its label, and all that it replaces. */
export const normArms = arms.map(({ name, normalization, settings }) => ({
  name,
  label: normalizationLabels[normalization],
  settings: { normalization, ...settings },
}));

/** Whether a subject is one of these, and not of the profile's own normalization. */
export function isNormArm({ settings }: Pick<Subject, "settings">): boolean {
  return settings?.normalization !== undefined;
}
