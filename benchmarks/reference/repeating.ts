/**
 * The command that repeats a kept run, short enough for a table.
 *
 * @module
 */
import { parts } from "./parts.ts";
import type { ReferencePart } from "./part.ts";

/** Options of where a run goes, which shard of it this was, and what became of earlier ones. */
const ofPlaces = / --(?:(?:out|shard)[ =](?:'[^']*'|"[^"]*"|\S+)|force|resume)(?= |$)/g;

/**
 * A part of the reference runs is repeated by its name. Of other runs shards are put together again,
 * and where commands differ otherwise, the first stands for those in the report.
 *
 * @param name of the report's folder
 * @param record its command, a line each where there were several
 */
export function repeating(
  name: string,
  { command }: { command: string },
  known: readonly Pick<ReferencePart, "name" | "data">[] = parts,
): string {
  const part = known.find((part) => part.name === name);
  if (part !== undefined) return `deno task bench:reference --${part.data} DIR ${name}`;
  const lines = command.split("\n").map((line) => line.trim().replace(ofPlaces, ""));
  const [first = "", ...others] = new Set(lines.filter(Boolean));
  return others.length === 0 ? first : `${first} (and ${others.length} more: see the report)`;
}
