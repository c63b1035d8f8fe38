/**
 * The part of a report on how arms differ.
 *
 * @module
 */
import { counted } from "../../ground/format.ts";
import type { Result } from "../../record/mod.ts";
import { list, section, table } from "../blocks.ts";
import { intervalFigure } from "../charts/interval_chart.ts";
import type { Block, NumberCell } from "../document.ts";
import {
  contrastsOf,
  earlyContrasts,
  type EstimatedContrast,
} from "../../judge/contrast_estimates.ts";
import { mainMetric, metricDigits, metricLabel } from "./metrics.ts";

/** The contrasts of the main metric, at the end and early; nothing for one arm. */
export function differenceBlocks(result: Result): Block[] {
  const metric = mainMetric(result);
  if (metric === undefined || result.arms.length < 2) return [];
  const contrasts = contrastsOf(result, metric);
  return [
    ...differenceFigure(contrasts, metricLabel(metric)),
    ...table(`Paired differences in ${metricLabel(metric)}`, contrasts, [
      ["difference", ({ label }) => label],
      ["pairs", pairsCell],
      ["mean [95 % interval]", (contrast) => differenceCell(contrast, metric)],
      ["p (Holm)", pCell],
    ]),
    ...list(contrasts.filter(({ pairs }) => pairs.leftOut.length > 0).map(leftOutText)),
    ...section("Early against late", earlyTable(result, metric), 3),
  ];
}

function differenceFigure(contrasts: readonly EstimatedContrast[], metric: string): Block[] {
  const rows = contrasts.flatMap(({ label, pairs: { values }, difference }) =>
    difference === undefined
      ? []
      : [{ label, values, value: difference.mean, interval: difference.interval }]
  );
  const alt = `Differences in ${metric}: each seed, the mean, and its 95 % interval`;
  return intervalFigure(rows, `difference in ${metric}`, alt);
}

/** The seeds that a contrast lacks, and why. */
export function leftOutText({ label, pairs: { leftOut, seeds } }: EstimatedContrast): string {
  const reasons = leftOut.map(({ seed, reason }) => `seed ${seed} (${reason})`).join(", ");
  return `${label}: over ${counted(seeds.length, "common seed")}; left out: ${reasons}`;
}

function pairsCell({ difference }: EstimatedContrast): NumberCell {
  return { value: difference?.n ?? 0, digits: 0 };
}

function meanCell({ difference }: EstimatedContrast, metric: string): NumberCell {
  return { value: difference?.mean, digits: metricDigits(metric), signed: true };
}

/** A contrast with its interval, or why it has none. */
export function differenceCell(contrast: EstimatedContrast, metric: string): NumberCell {
  const { difference } = contrast;
  const isAlone = difference !== undefined && difference.interval === undefined;
  return {
    ...meanCell(contrast, metric),
    range: difference?.interval,
    note: isAlone ? "no interval: one pair" : undefined,
  };
}

/** The p-value of a contrast, corrected. */
export function pCell({ pValue }: EstimatedContrast): NumberCell {
  const isTiny = pValue !== undefined && pValue < 0.001;
  return isTiny ? { value: undefined, digits: 3, note: "< 0.001" } : { value: pValue, digits: 3 };
}

/** The metric at a quarter of training against its end, as differences between arms. */
function earlyTable(result: Result, metric: string): Block[] {
  return table(
    `Differences in ${metricLabel(metric)} early and late`,
    earlyContrasts(result, metric),
    [
      ["difference", ({ label }) => label],
      ["pairs", ({ early }) => pairsCell(early)],
      ["at a quarter", ({ early }) => meanCell(early, metric)],
      ["at the end", ({ late }) => meanCell(late, metric)],
      ["quarter − end [95 %]", ({ change }) => differenceCell(change, metric)],
    ],
  );
}
