/**
 * `result.json`: what every program records, its schema, its files and the merge of its cells. Every
 * report is a pure function of a record.
 *
 * @module
 */
export { type Environment, type Json, schemaVersion, type Warning } from "./head.ts";
export type * from "./cell.ts";
export type * from "./cells.ts";
export type * from "./changes.ts";
export type * from "./detection.ts";
export type * from "./kinds.ts";
export type * from "./scaling.ts";
export type { SmoothnessRecord } from "./smoothness.ts";
export type * from "./timings.ts";
export { measuredRows } from "./timings.ts";
export { parseCell, parseRecord } from "./parse.ts";
export * from "./files.ts";
export * from "./merge.ts";
export * from "./kept_weights.ts";
