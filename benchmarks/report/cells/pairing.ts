/**
 * Whether the arms had a common start, as plain text.
 *
 * @module
 */
import { unpairedCells } from "../../record/check_paired.ts";
import type { CellRecord, Result, Warning } from "../../record/mod.ts";
import { earlyStops } from "../../judge/warnings/early_stops.ts";
import { idleArms } from "../../judge/warnings/mod.ts";
import { counted } from "../../ground/format.ts";
import type { Fact } from "../document.ts";

/** More names would not be read. */
const mostNames = 3;

/**
 * Whether the arms began from the same weights, what only some of them have, and what an arm
 * changed before its first step.
 *
 * @returns names and values; nothing for one arm, or where no cell tells, as in earlier versions
 */
export function pairingRows({ arms, cells }: Result): Fact[] {
  const telling = cells.filter(({ initialWeights }) => initialWeights !== undefined);
  if (arms.length < 2 || telling.length === 0) return [];
  const label = labelsOf(arms);
  const names = weightsByArm(telling);
  const all = new Set([...names.values()].flatMap((set) => [...set]));
  const common = [...all].filter((name) => [...names.values()].every((set) => set.has(name)));
  const silent = cells.filter(({ initialWeights }) => initialWeights === undefined)
    .map(({ arm, seed }) => `${label(arm)}, seed ${seed}`);
  const own = [...names].flatMap(([arm, set]) => {
    const some = [...set].filter((name) => !common.includes(name));
    return some.length === 0 ? [] : [`${label(arm)}: ${namesText(some)}`];
  });
  const altered = arms.flatMap(({ name, label }) => {
    const weights = telling.find((cell) => cell.arm === name)?.alteredWeights ?? [];
    return weights.length === 0 ? [] : [`${label}: ${namesText(weights)}`];
  });
  const equal = unpairedCells(telling, arms).length === 0 ? "the same" : "not the same";
  const elsewhere = arms.filter(({ settings = {}, model }) =>
    model !== undefined || "initialWeights" in settings || "normalizationScale" in settings
  ).map(({ name }) => name);
  const parts = [
    `${equal} in all arms, seed by seed (SHA-256 of ${counted(common.length, "weight")})`,
    ...(elsewhere.length === 0 ? [] : [`on purpose elsewhere: ${namesText(elsewhere)}`]),
    ...(silent.length === 0 ? [] : [`not recorded for ${namesText(silent)}`]),
  ];
  const rows: Fact[] = [
    ["Initial weights", parts.join("; ")],
    ["Weights of some arms only", own.join("; ")],
    ["Weights changed by an arm before training", altered.join("; ")],
  ];
  return rows.filter(([, text]) => text !== "");
}

/** An arm's label, by its name. */
export function labelsOf(arms: Result["arms"]): (name: string) => string {
  return (name) => arms.find((arm) => arm.name === name)?.label ?? name;
}

function weightsByArm(cells: readonly CellRecord[]): Map<string, Set<string>> {
  const groups = Map.groupBy(cells, ({ arm }) => arm);
  return new Map(
    [...groups].map(([arm, members]) => [
      arm,
      new Set(members.flatMap(({ initialWeights = {} }) => Object.keys(initialWeights))),
    ]),
  );
}

function namesText(names: readonly string[]): string {
  const rest = names.length - mostNames;
  return [...names.slice(0, mostNames), ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
}

/** Codes of the run's own warnings that call the comparison into question. */
const questionable = [
  ...["equal-arms", "other-start", "other-evaluation", "trained-on-validation"],
  "stale-statistics",
];

/**
 * What makes a comparison void or doubtful: two arms that cannot differ, an arm that standardized
 * nothing, cells that began from other weights, arms that trained for other lengths of time. The runs
 * of this version stop before it comes to the second and the third; earlier ones did not.
 */
export function comparisonWarnings(result: Result): Warning[] {
  const label = labelsOf(result.arms);
  const idle = idleArms(result).map((arm) => ({
    code: "nothing-standardized",
    message:
      `The arm ${label(arm)} standardized no convolution: it is the baseline under another ` +
      "name",
    advice: "Run an arm that ignores fewer of the last convolutions",
  }));
  const unpaired = unpairedCells(result.cells, result.arms).map(({ arm, other, seed, weight }) => ({
    code: "unpaired",
    message: `${label(arm)} began from other values of ${weight} than ${label(other)} with seed ` +
      `${seed}`,
    advice: "Make the model so that the same seed gives the same weights, and run again",
  }));
  return [
    ...result.warnings.filter(({ code }) => questionable.includes(code)),
    ...idle,
    ...unpaired,
    ...earlyStops(result, label),
  ];
}
