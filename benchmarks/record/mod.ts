/**
 * `result.json`: what every program records, its schema, its files and the merge of its cells. Every
 * report is a pure function of a record.
 *
 * @module
 */
export {
  type Environment,
  environment as environmentSchema,
  type Head,
  type Json,
  json,
  schemaVersion,
  type Warning,
} from "./head.ts";
export type {
  Arm,
  CellId,
  CellRecord,
  CellStatus,
  ConstantPrediction,
  ContrastRecord,
  CurvePoint,
  DataRecord,
  Evaluation,
  OverheadRecord,
  Panel,
  Prediction,
  Result,
  Source,
} from "./cells.ts";
export type {
  ChangesRecord,
  Family,
  MetricRecord,
  Sides,
  Verdict,
  VersionRecord,
} from "./changes.ts";
export type { DetectionRecord, Pool, Scores, TimeCondition, TimeTrial } from "./detection.ts";
export {
  type BlockRecord,
  type ConfiguredRow,
  measuredRows,
  type Measurement,
  type Ready,
  ready as readySchema,
  type RowRecord,
  type SubjectFacts,
  type SubjectRecord,
  type Sweep,
  type TimingsRecord,
} from "./timings.ts";
export type { AnyRecord, Kind, RecordOf } from "./kinds.ts";
export { parseCell, parseRecord } from "./parse.ts";
export {
  cellName,
  cellPath,
  openRecord,
  readCell,
  readCells,
  readResult,
  recordIn,
  recordName,
  type StoredRecord,
  upgrade,
  writeCell,
  writeResult,
} from "./files.ts";
export { cellKey, mergeCells } from "./merge.ts";
export { findCell, hasFailed } from "./find_cell.ts";
