/**
 * The kinds of records, each with its schema.
 *
 * @module
 */
import type * as v from "valibot";
import { cellsRecord } from "./cells.ts";
import { changesRecord } from "./changes.ts";
import { detectionRecord } from "./detection.ts";
import { scalingRecord } from "./scaling.ts";
import { timingsRecord } from "./timings.ts";

/** The schema of each kind. */
export const schemas = {
  cells: cellsRecord,
  timings: timingsRecord,
  changes: changesRecord,
  detection: detectionRecord,
  scaling: scalingRecord,
};

/** What a record holds: trained cells, timed steps, changes between two versions, tries of those, steps of groups of
 * workers. */
export type Kind = keyof typeof schemas;

/** The record of a kind. */
export type RecordOf<K extends Kind> = v.InferOutput<(typeof schemas)[K]>;

/** A record of any kind. */
export type AnyRecord = RecordOf<Kind>;
