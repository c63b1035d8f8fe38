/**
 * What came of targets, in lines.
 *
 * @module
 */
import type { Outcome } from "./process.ts";

const columns = [
  "target",
  "cases",
  "accepted",
  "forms of refusal",
  "slowest",
  "most memory",
  "faults",
  "time",
  "second reader",
];

/** The head of the lines, as Markdown has a table's. */
export const headLine: string = `| ${columns.join(" | ")} |\n| ${
  columns.map(() => "---").join(" | ")
} |`;

/** A target in a line. */
export function outcomeLine({ target, tally, second, durationMs }: Outcome): string {
  const { cases, accepted, refused, both, differences, faults } = tally;
  const share = cases === 0 ? "none" : `${(100 * accepted / cases).toFixed(1)} %`;
  const alone = Object.values(differences).reduce((sum, { count }) => sum + count, 0);
  const other = second === undefined
    ? "not asked"
    : `${second}: ${both.read} read alike, ${both.refused} refused by both, ${alone} taken by one`;
  const cells = [
    target,
    cases,
    share,
    Object.keys(refused).length,
    `${Math.ceil(tally.slowestMs)} ms`,
    `${Math.ceil(tally.largestGrowthBytes / 2 ** 20)} MiB`,
    faults.length,
    `${Math.ceil(durationMs / 1000)} s`,
    other,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** Refusals and differences by their form, the frequent ones first. */
export function details({ tally: { refused, differences } }: Outcome): string[] {
  const forms = Object.entries(refused).sort(([, a], [, b]) => b - a);
  const alone = Object.entries(differences).sort(([, a], [, b]) => b.count - a.count);
  return [
    ...forms.map(([form, count]) => `    ${count} × ${form}`),
    ...alone.flatMap((
      [kind, { count, example }],
    ) => [`    ${count} × ${kind}`, `        ${example.slice(0, 400)}`]),
  ];
}

/** Faults, and how to repeat each. */
export function faultLines({ target, tally: { faults } }: Outcome, seed: number): string[] {
  return faults.flatMap(({ kind, seen, block, made, bytes, count }) => [
    `FAULT in ${target}: ${kind} (${count} ×)`,
    `  seen: ${seen}`,
    `  case: ${made.slice(0, 600)}`,
    `  bytes (base64): ${bytes}`,
    `  again: deno task test:fuzz --target ${target} --seed ${seed} --block ${block}`,
  ]);
}
