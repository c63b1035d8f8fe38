/**
 * From the text of a file to a record: versions, migration, and the schema.
 *
 * @module
 */
import * as v from "valibot";
import config from "../../deno.json" with { type: "json" };
import { UsageError } from "../ground/errors.ts";
import { cell, type CellRecord } from "./cell.ts";
import { schemaVersion } from "./head.ts";
import { type AnyRecord, type Kind, schemas } from "./kinds.ts";
import { type Fields, fromVersion1 } from "./migrate.ts";
import { withOwnDigests } from "./shared_digests.ts";

/** A record, and the version of the file that it was read from. */
export interface ParsedRecord {
  record: AnyRecord;
  version: number;
}

/**
 * The text of a record, of this version or an earlier one.
 *
 * @param text JSON
 * @param file the file's name, for the error
 * @throws {UsageError} if it is no JSON, of a later version, of no known kind, or a field is wrong:
 * names the file, the path of the field and what was wanted
 */
export function parseRecord(text: string, file: string): ParsedRecord {
  const { version, fields: written } = versioned(text, file);
  const fields = withOwnDigests(written);
  const record = version === schemaVersion ? fields : fromVersion1(fields);
  const kinds = Object.keys(schemas);
  if (typeof record.kind !== "string" || !kinds.includes(record.kind)) {
    throw cannotRead(
      file,
      `kind must be one of ${kinds.join(", ")}: current value is ` +
        `${JSON.stringify(record.kind)}`,
    );
  }
  const schema: v.GenericSchema<unknown, AnyRecord> = schemas[record.kind as Kind];
  return { record: parse(schema, record, file), version };
}

/**
 * The text of a cell's file as a cell record; as {@linkcode parseRecord}.
 *
 * @param text JSON
 * @param file the file's name, for the error
 */
export function parseCell(text: string, file: string): CellRecord {
  const { schemaVersion: _version, ...fields } = versioned(text, file).fields;
  return parse(cell, fields, file); // alike in all versions
}

function versioned(text: string, file: string): { version: number; fields: Fields } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw cannotRead(file, `it is not JSON, perhaps truncated: ${reason}`);
  }
  if (isTooDeep(value)) {
    throw cannotRead(file, `it is nested more than ${deepest} deep, which no record is`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw cannotRead(file, `it must hold an object: it holds ${typeName(value)}`);
  }
  const fields = value as Fields;
  const version = fields.schemaVersion;
  if (version === 1 || version === schemaVersion) return { version, fields };
  const seen = `schemaVersion must be 1 or ${schemaVersion}: current value is ` +
    JSON.stringify(version);
  if (typeof version !== "number" || version < schemaVersion) throw cannotRead(file, seen);
  throw cannotRead(
    file,
    `${seen}, which a later release than this one, ${config.version}, wrote: read it with that`,
  );
}

/** No record comes near this; the schema's recursion ends at some thousands. */
const deepest = 100;

/** Whether a value holds values that hold values, … more than {@linkcode deepest} times. */
function isTooDeep(value: unknown): boolean {
  let floor = [value];
  for (let depth = 0; floor.length > 0; depth++) {
    if (depth > deepest) return true;
    floor = floor.flatMap((each) =>
      typeof each === "object" && each !== null ? Object.values(each) : []
    );
  }
  return false;
}

function cannotRead(file: string, reason: string): UsageError {
  return new UsageError(`Cannot read "${file}" as ${reason}`);
}

function typeName(value: unknown): string {
  return Array.isArray(value) ? "an array" : value === null ? "null" : `a ${typeof value}`;
}

function parse<T>(schema: v.GenericSchema<unknown, T>, value: unknown, file: string): T {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  throw cannotRead(file, complaint(parsed.issues[0]));
}

/** What valibot has no words for. */
const wanted: Record<string, string> = {
  integer: "a whole number",
  iso_timestamp: "a time in ISO 8601",
  base64: "base64",
};

function complaint(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? "it";
  if (issue.type === "strict_object" && issue.expected === "never") {
    return `field ${path} is unknown: wanted only fields of schemaVersion ${schemaVersion}`;
  }
  if (issue.type === "strict_object" && issue.received === "undefined") {
    return `field ${path} is missing`;
  }
  if (issue.type === "raw_check") return issue.message;
  const expected = issue.expected ?? wanted[issue.type] ?? "valid";
  return `${path} must be ${expected}: current value is ${issue.received}`;
}
