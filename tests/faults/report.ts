/**
 * What came of kinds of faults, in lines.
 *
 * @module
 */
import type { Tally } from "./campaign.ts";
import type { Kind } from "./kind.ts";

const columns = ["fault", "what", "tries", "resumed to equal numbers", "refused clearly"];
const all = [...columns, "faults", "suites and backends", "time"];

/** The head of the lines, as Markdown has a table's. */
export const headLine: string = `| ${all.join(" | ")} |\n| ${all.map(() => "---").join(" | ")} |`;

/** A kind in a line. */
export function kindLine(name: string, { about }: Kind, tally: Tally): string {
  const { tries, resumed, refused, faults, missing, subjects, durationMs } = tally;
  const counts = missing === undefined
    ? [tries, resumed, refused, faults.length, subjects.join(", ")]
    : ["not run", "", "", "", missing];
  return `| ${[name, about, ...counts, `${Math.ceil(durationMs / 1000)} s`].join(" | ")} |`;
}

/** Faults, and how to repeat each. */
export function faultLines(name: string, { faults }: Tally, seed: number, args: string): string[] {
  return faults.flatMap(({ index, subject: { suite, backend }, text }) => [
    `FAULT in ${name} (${suite} on ${backend}): ${text}`,
    `  again: deno task test:faults --kind ${name} --seed ${seed}${args} --attempt ${index}`,
  ]);
}
