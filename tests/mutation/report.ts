/** What the tests noticed, as Markdown. */
import { markdownTable } from "markdown-table";
import type { Outcome } from "./log.ts";

/** What is reported beside the mutants. */
export interface Facts {
  seed: number;
  /** How many drawn mutants the type check found. */
  rejected: number;
}

/** Whether a test noticed a mutant. */
export const isNoticed = ({ status }: Outcome): boolean =>
  status === "killed" || status === "timed out";

/**
 * A table of mutants by folder and by kind, and those that no test noticed.
 *
 * @param outcomes the mutants
 * @param facts what they come of
 */
export function reportOf(outcomes: readonly Outcome[], { seed, rejected }: Facts): string {
  const header = [
    "",
    "mutants",
    "killed",
    "of these by time-out",
    "survived",
    "without a test",
    "killed",
  ];
  const groups = [
    ["**all**", outcomes] as const,
    ...grouped(outcomes, ({ file }) => `\`${file.split("/")[0]}/\``),
    ...grouped(outcomes, ({ operator }) => operator),
  ];
  const rows = groups.map(([name, members]) => [name, ...countsOf(members)]);
  const align = ["l", "r", "r", "r", "r", "r", "r"];
  const living = outcomes.filter((outcome) => !isNoticed(outcome));
  return [
    `Seed ${seed}: ${outcomes.length} mutants; ${rejected} more did not type-check and do not count.`,
    markdownTable([header, ...rows], { align }),
    ...living.length > 0 ? ["Not noticed:", living.map(itemOf).join("\n")] : [],
  ].join("\n\n") + "\n";
}

function grouped(
  outcomes: readonly Outcome[],
  name: (outcome: Outcome) => string,
): (readonly [string, Outcome[]])[] {
  return [...Map.groupBy(outcomes, name)].sort(([one], [other]) => one < other ? -1 : 1);
}

function countsOf(outcomes: readonly Outcome[]): string[] {
  const count = (status: Outcome["status"]) =>
    outcomes.filter((outcome) => outcome.status === status).length;
  const killed = outcomes.filter(isNoticed).length;
  const share = outcomes.length === 0 ? "" : `${(100 * killed / outcomes.length).toFixed(1)} %`;
  const counts = [
    outcomes.length,
    killed,
    count("timed out"),
    count("survived"),
    count("untested"),
  ];
  return [...counts.map(String), share];
}

function itemOf({ file, line, operator, status, before, after }: Outcome): string {
  const note = status === "untested" ? ", no test reaches it" : "";
  return `- \`${file}:${line}\`, ${operator}${note}\n\n  \`\`\`diff\n  - ${before}\n  + ${after}\n  \`\`\``;
}
