/**
 * The normalizations that are timed beside batch norm, the profile's own: here and in PyTorch, each
 * with and without weight standardization.
 *
 * @module
 */
import type { Subject } from "./protocol.ts";

/** A normalization: a line here is all that it needs. */
interface NormArm {
  /** Of its plain arm; `-ws` follows where kernels are standardized. */
  name: string;
  label: string;
  /** Values of the profile that it replaces. */
  settings: NonNullable<Subject["settings"]>;
}

/**
 * Without a normalization values grow from layer to layer, the more where kernels are standardized. A
 * step takes as long at any learning rate, and at this one no weight moves.
 */
const still = 1e-20;

export const normArms: readonly NormArm[] = [
  { name: "gn", label: "GN", settings: { normalization: "group" } },
  { name: "ln", label: "LN", settings: { normalization: "layer" } },
  { name: "in", label: "IN", settings: { normalization: "instance" } },
  { name: "bcn", label: "BCN", settings: { normalization: "batchChannel" } },
  { name: "none", label: "no norm", settings: { normalization: "none", learningRate: still } },
];

/** Whether a subject is one of these, and not of the profile's own normalization. */
export function isNormArm({ settings }: Pick<Subject, "settings">): boolean {
  return settings?.normalization !== undefined;
}
