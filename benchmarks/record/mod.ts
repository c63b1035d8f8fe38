/**
 * `result.json`: what a suite records, its schema, its files and the merge of its cells. Every
 * report is a pure function of a {@linkcode Result}.
 *
 * @module
 */
export * from "./record.ts";
export { parseCell, parseResult } from "./schema.ts";
export {
  cellName,
  cellPath,
  listFolder,
  readCell,
  readCells,
  readResult,
  removeTemporaries,
  writeAtomic,
  writeCell,
  writeResult,
} from "./files.ts";
export { cellKey, mergeCells } from "./merge.ts";
export { findCell, hasFailed, type PairQuery, type Pairs, pairSeeds } from "./pairs.ts";
