import { reasonOf } from "../../../datasets/errors.ts";
import { UsageError } from "../../ground/errors.ts";
import { type LogRecord, parseLine } from "./schema.ts";

/**
 * Reads a cell's log. A last line without an end was cut off with its process, and is left out.
 *
 * @param path the file, see `logPath`
 * @throws {UsageError} if it cannot be read, or a line is not of the schema: tells which
 */
export async function readLog(path: string): Promise<LogRecord[]> {
  const lines = (await readText(path)).split("\n").slice(0, -1);
  return lines.map((line, i) => {
    try {
      return parseLine(line);
    } catch (error) {
      const reason = reasonOf(error).replace(/\s+/g, " ");
      throw new UsageError(`Cannot read line ${i + 1} of "${path}": ${reason}`, { cause: error });
    }
  });
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new UsageError(`Cannot read "${path}": ${reasonOf(error)}`, { cause: error });
  }
}
