/** Reads cells' logs, each line held against the schema. */
import * as v from "valibot";
import { type LogRecord, logSchema } from "../../../../benchmarks/run/logging/schema.ts";

/** A line of a log: JSON that has all fields of its event, and no others. */
export function parseLine(text: string): LogRecord {
  return v.parse(logSchema, JSON.parse(text));
}

/** The lines of a log. A last line without an end was cut off with its process, and is left out. */
export async function readLog(path: string): Promise<LogRecord[]> {
  const lines = (await Deno.readTextFile(path)).split("\n").slice(0, -1);
  return lines.map(parseLine);
}
