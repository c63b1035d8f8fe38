/**
 * What is said of how masks are read, and of what is held out: whether it can be heeded, and what a
 * record keeps of it.
 *
 * @module
 */
import type { MaskCoding } from "../../datasets/sample.ts";
import type { SegmentedDataset, SetOptions } from "../../datasets/segmented.ts";
import { UsageError } from "../ground/errors.ts";
import type { DataRecord } from "../record/mod.ts";
import type { SetAsked } from "./suite.ts";

/** What was said, without what was not. */
export function setOptions({ pilotShare, ...masks }: SetAsked): SetOptions {
  return { ...maskOptions(masks), ...(pilotShare !== undefined && { pilotShare }) };
}

/** What was said of masks and of parts, which sets of classified and of generated images do not need. */
function maskOptions({ labels, palette, validationShare }: SetAsked): SetOptions {
  return {
    ...(labels !== undefined && { labels }),
    ...(palette !== undefined && { palette }),
    ...(validationShare !== undefined && { validationShare }),
  };
}

/**
 * Fails where something is said of masks to a suite that classifies images.
 *
 * @throws {UsageError} naming the first option
 */
export function checkMasks(masks: SetAsked, readsMasks = false): void {
  const [said] = readsMasks ? [] : Object.keys(maskOptions(masks));
  if (said === undefined) return;
  throw new UsageError(
    `Cannot take ${said} as images are classified here, and have no masks: leave it out`,
  );
}

/**
 * Fails where something is said of the masks of generated images.
 *
 * @throws {UsageError} naming the first option
 */
export function checkGenerated(masks: SetAsked): void {
  const [said] = Object.keys(maskOptions(masks));
  if (said === undefined) return;
  throw new UsageError(
    `Cannot take ${said} as images are generated, whose masks and parts are known: give the folder of a data ` +
      `set by --data DIR, or leave ${said} out`,
  );
}

/**
 * What a record keeps of how a set's masks are read and what is held out, where that is not ADE20k's
 * coding in a set of two parts: runs of earlier releases have no more.
 */
export function maskRecord(
  { coding, validationShare }: Pick<SegmentedDataset, "coding" | "validationShare">,
): Pick<DataRecord, "coding" | "validationShare"> {
  return {
    ...(coding !== "ade20k" && { coding: recordedCoding(coding) }),
    ...(validationShare !== undefined && { validationShare }),
  };
}

function recordedCoding(coding: Exclude<MaskCoding, "ade20k">): NonNullable<DataRecord["coding"]> {
  if (typeof coding === "string") return coding;
  return { palette: coding.palette.map((color) => [...color]) };
}
