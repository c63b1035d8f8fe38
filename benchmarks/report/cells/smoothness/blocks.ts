/**
 * The part of a report on how smooth the loss was: tables, curves, and how to read them.
 *
 * @module
 */
import { contrastsOfRun } from "../../../judge/contrasts.ts";
import {
  armMeasure,
  hasSmoothness,
  logMeasure,
  type SmoothnessContrast,
  smoothnessContrasts,
  smoothnessMeasures,
  unlikeSettings,
  type WalkName,
  walks,
} from "../../../judge/smoothness.ts";
import type { Result } from "../../../record/mod.ts";
import { type Column, list, note, section, strong, table } from "../../blocks.ts";
import type { Block, NumberCell, Text } from "../../document.ts";
import { leftOutText, pCell } from "../differences.ts";
import { type Row, rowsOf } from "../metrics.ts";
import { smoothnessFigures } from "./figures.ts";

/** What each line is called. */
export const walkLabels: Readonly<Record<WalkName, string>> = {
  gradient: "along the gradient",
  relative: "layerwise",
};

const howItIsMeasured: readonly Text[] = [
  "At places spread over the training, the loss L and its gradient g are taken at the weights w and at " +
  "points along two lines, in training mode, on the first batch of the seed: the same for all arms " +
  "but those that set how batches are made.",
  [
    strong("Along the gradient"),
    ": w − η·g, over all weights that are trained, the raw kernels where they are standardized.",
  ],
  [
    strong("Layerwise"),
    ": each kernel steps by a share of its own norm and is measured in units of it, so that its scale, " +
    "which WS and normalizations take out of the loss, does not matter; biases and scales stay.",
  ],
  [
    strong("Lipschitz constant"),
    ": the largest |L' − L| over the distance; ",
    strong("β-smoothness"),
    ": the largest |g' − g| over the distance. Less is smoother.",
  ],
  "Behind a ReLU gradients jump, and the shortest step tends to decide β: compare equal steps alone.",
];

const howToAverage =
  "Of a cell the geometric mean over its places; of an arm that over its finished seeds, with its 95 % " +
  "interval, both taken of logarithms. A place where a number is not finite leaves its cell out.";

/** Headings of the tables by arm. */
const titles: Readonly<Record<WalkName, string>> = {
  gradient: "Along the gradient",
  relative: "Layerwise",
};

/** Tables and curves; nothing where smoothness was not measured. */
export function smoothnessBlocks(result: Result): Block[] {
  if (!hasSmoothness(result)) return [];
  return [
    ...list(howItIsMeasured),
    ...walks.flatMap((walk) => section(titles[walk], armTable(result, walk), 3)),
    note(howToAverage),
    ...list(unknownTexts(result)),
    ...section("Arms compared", contrastTable(result), 3),
    ...walks.flatMap((walk) =>
      section(
        `Smoothness through training, ${walkLabels[walk]}`,
        smoothnessFigures(result, walk),
        3,
      )
    ),
  ];
}

/** Three digits, whatever the size. */
function digitsOf(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 2;
  return Math.min(8, Math.max(0, 2 - Math.floor(Math.log10(value))));
}

function armTable(result: Result, walk: WalkName): Block[] {
  return table(`Smoothness ${walkLabels[walk]}, mean [95 % interval]`, rowsOf(result), [
    ["arm", ({ label }) => label],
    ...smoothnessMeasures.map((measure): Column<Row> => [
      measure.label,
      ({ done }) => armCell(armMeasure(done, walk, measure)),
    ]),
    ["seeds", ({ done }) => ({
      value: armMeasure(done, walk, smoothnessMeasures.at(-1)!)?.n ?? 0,
      digits: 0,
    })],
  ], { paper: true });
}

function armCell(log: ReturnType<typeof armMeasure>): NumberCell {
  const value = log === undefined ? undefined : Math.exp(log.mean);
  return { value, digits: digitsOf(value ?? NaN), range: exponential(log?.interval) };
}

/** Of logarithms, as numbers. */
function exponential(
  interval: { low: number; high: number } | undefined,
): { low: number; high: number } | undefined {
  return interval && { low: Math.exp(interval.low), high: Math.exp(interval.high) };
}

/** Cells whose mean is not known, as training was where the loss leaves float32, or does not change. */
function unknownTexts(result: Result): Text[] {
  return rowsOf(result).flatMap(({ label, done }) =>
    walks.flatMap((walk) => {
      const seeds = done.filter((cell) =>
        smoothnessMeasures.some((measure) => {
          const log = logMeasure(cell, walk, measure);
          return log !== undefined && !Number.isFinite(log);
        })
      ).map(({ seed }) => seed);
      if (seeds.length === 0) return [];
      return [
        `${label}, ${walkLabels[walk]}: not every number is finite and above 0 with seed ` +
        seeds.join(", "),
      ];
    })
  );
}

/** Contrasts that there are no ratios of. */
function unlikeTexts(result: Result): Text[] {
  return contrastsOfRun(result).flatMap((contrast) => {
    const keys = unlikeSettings(result, contrast).join(", ");
    if (keys === "") return [];
    return [`${contrast.label}: not compared, as its arms were measured with different ${keys}`];
  });
}

function contrastTable(result: Result): Block[] {
  const contrasts = smoothnessContrasts(result), unlike = list(unlikeTexts(result));
  if (contrasts.length === 0) return unlike;
  const left = contrasts.filter(({ contrast: { pairs } }) => pairs.leftOut.length > 0);
  return [
    note(
      "Ratios, seed by seed, of the constant of the arm that stands first to that of the arm behind −: " +
        "below 1 the first is smoother. Of two such pairs it is the ratio of their ratios. Holm's correction is over all rows.",
    ),
    ...table("Paired ratios of smoothness", contrasts, [
      ["arms", ({ contrast: { label } }) => label],
      ["line", ({ walk }) => walkLabels[walk]],
      ["constant", ({ measure: { label } }) => label],
      ["pairs", ({ contrast: { difference } }) => ({ value: difference?.n ?? 0, digits: 0 })],
      ["ratio [95 % interval]", ratioCell],
      ["p (Holm)", ({ contrast }) => pCell(contrast)],
    ], { paper: true }),
    ...unlike,
    ...list([...new Set(left.map(({ contrast }) => leftOutText(contrast)))]),
  ];
}

function ratioCell({ contrast: { difference } }: SmoothnessContrast): NumberCell {
  const isAlone = difference !== undefined && difference.interval === undefined;
  return {
    value: difference && Math.exp(difference.mean),
    digits: 3,
    unit: "×",
    range: exponential(difference?.interval),
    note: isAlone ? "no interval: one pair" : undefined,
  };
}
