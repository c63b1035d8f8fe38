import { bytesText, counted } from "../../ground/format.ts";
import { type KeepMode, keptBy, weightsFolder } from "../../record/mod.ts";
import type { Plan } from "../plan.ts";

/** The disk space of the weights that a run keeps. */
export interface KeptSize {
  mode: KeepMode;
  files: number;
  /** Of all files, without their metadata. */
  bytes: number;
}

/**
 * What the weights that a run keeps will take on disk.
 *
 * @param weightBytes how many bytes each arm's weights take, by its name
 */
export function keptSize(
  { cells, keep }: Plan,
  weightBytes: ReadonlyMap<string, number>,
): KeptSize {
  const each = keptBy(keep).length;
  const sum = cells.reduce((sum, { arm }) => sum + (weightBytes.get(arm.name) ?? 0), 0);
  return { mode: keep, files: each * cells.length, bytes: each * sum };
}

/** The same in a line. */
export function keptText({ mode, files, bytes }: KeptSize): string {
  if (mode === "none") return "weights: none are kept (--keep none)";
  if (files === 0) return "weights: none are kept, as nothing is trained";
  return `weights: ${mode === "both" ? "last and best" : mode} of each cell are kept, about ` +
    `${bytesText(bytes)} in ${counted(files, "file")} in ${weightsFolder}/ (--keep)`;
}
