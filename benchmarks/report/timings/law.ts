/**
 * The part of a report on a sweep that says by which law the added time and memory change, and from
 * where on it is small.
 *
 * @module
 */
import { counted } from "../../ground/format.ts";
import { type Estimate, fewestForLine, type Line } from "../../judge/statistics/line.ts";
import { type LawPoint, lawsOf, type OverheadLaw } from "../../judge/timings/law.ts";
import type { ComparedRow } from "../../judge/timings/overheads.ts";
import { type SmallestSize, smallestSizes } from "../../judge/timings/small_overhead.ts";
import { type Column, list, note, section, table } from "../blocks.ts";
import type { Block, NumberCell } from "../document.ts";
import { lawFigure } from "./law_chart.ts";
import { addedCell } from "./tables.ts";

/** What counts as small: 1 %. */
const small = 0.01;

/** The laws of a sweep; nothing where no row tells what its step has to do, as in older records. */
export function lawBlocks(rows: readonly ComparedRow[]): Block[] {
  const laws = lawsOf(rows);
  if (laws.length === 0) return [];
  return [
    ...section("The law of the added time", [
      note(
        "Fitted by least squares to the rows: added time / plain time ≈ a + b · traffic, where " +
          "traffic is the bytes of the standardized kernels (4 for each number) over the " +
          "multiply-adds of a forward pass (of each kernel: batch · output pixels · its numbers). " +
          "In brackets 95 % intervals by Student's t over the rows.",
      ),
      ...timeTable(laws),
      ...list(laws.filter(({ time }) => time === undefined).map(lackText)),
      ...lawFigure(laws),
      ...laws.flatMap((law) => pointTable(law, rows)),
    ], 3),
    ...laws.flatMap(smallBlocks),
    ...memoryBlocks(laws),
  ];
}

function timeTable(laws: readonly OverheadLaw[]): Block[] {
  const fitted = laws.flatMap(({ subject: { label }, time }) => time ? [{ label, time }] : []);
  return table("Added time over traffic", fitted, [
    ["subject", ({ label }) => label],
    ["a (%)", ({ time }) => estimateCell(time.intercept, 100, 2)],
    [
      "b (% for a byte in 100 multiply-adds)",
      ({ time }) => estimateCell(time.slope, 1, 2),
    ],
    ["R²", ({ time }) => ({ value: time.rSquared, digits: 3 })],
    ["rows", ({ time }) => ({ value: time.n, digits: 0 })],
  ], { paper: true });
}

function estimateCell({ value, low, high }: Estimate, unit: number, digits: number): NumberCell {
  return {
    value: value * unit,
    digits,
    signed: true,
    range: { low: low * unit, high: high * unit },
  };
}

function lackText({ subject, points }: OverheadLaw): string {
  const few = points.length < fewestForLine;
  return `${subject.label}: no law is fitted, as ` +
    (few
      ? `there are ${counted(points.length, "row")}, and ${fewestForLine} are needed`
      : "all rows have the same traffic");
}

/** Every row as it was measured and as the law has it. */
function pointTable({ subject, points, time }: OverheadLaw, rows: readonly ComparedRow[]): Block[] {
  if (time === undefined) return [];
  const keys = Object.keys(rows[0]!.values);
  return table(`${subject.label}: measured, and by the law`, points, [
    ...keys.map((key): Column<LawPoint> => [key, ({ row }) => `${row.values[key]}`]),
    ["traffic (bytes in 100)", ({ traffic }) => ({ value: 100 * traffic, digits: 2 })],
    ["measured", (point) => addedCell(point.time)],
    ["by the law (%)", ({ traffic }) => estimateCell(time.at(traffic), 100, 1)],
  ]);
}

/** From where on the law has less than 1 %. */
function smallBlocks({ subject, points, time }: OverheadLaw): Block[] {
  if (time === undefined) return [];
  const title = `Where ${subject.label} adds less than ${100 * small} %`;
  if (time.slope.low <= 0) {
    return section(title, list([`Not told: ${unclear(time)}`]), 3);
  }
  const sizes = smallestSizes(time, small, points[0]!.traffic);
  const caption = `The smallest images of a ResNet-50 with which ${subject.label} adds less than ` +
    `${100 * small} %, by the law`;
  return section(title, [
    ...table(caption, sizes, [
      ["batch", ({ batchSize }) => `${batchSize}`],
      ["image size (px)", ({ imageSize }) => sizeText(imageSize)],
      ["by the interval's upper bound (px)", ({ surely }) => sizeText(surely)],
      ["rests on", restsOn],
    ], { paper: true }),
    note(
      "Multiples of 32 px up to 1024, by the law of this sweep's networks: only their traffic tells " +
        "one network from another in it. Where no row had as little traffic, the line is prolonged.",
    ),
  ], 3);
}

function unclear({ slope, intercept }: Line): string {
  if (slope.high < 0) return "the added share falls as the traffic grows, so the law does not hold";
  const most = `${(100 * intercept.high).toFixed(1)} %`;
  return "the interval of b holds 0, so the rows do not show that it depends on the traffic; " +
    `at no traffic it is at most ${most}`;
}

function sizeText(size: number | undefined): string {
  return size === undefined ? "none up to 1024" : `${size}`;
}

function restsOn({ imageSize, isMeasured }: SmallestSize): string {
  if (imageSize === undefined) return "–";
  return isMeasured ? "rows" : "the line prolonged";
}

/** Added peaks, row by row; a process's peak scatters by some MB. */
function memoryBlocks(laws: readonly OverheadLaw[]): Block[] {
  const fitted = laws.flatMap(({ subject: { label }, memory }) =>
    memory ? [{ label, memory }] : []
  );
  return section("The law of the added memory", [
    ...table("Added peak memory over the bytes of the standardized kernels", fitted, [
      ["subject", ({ label }) => label],
      ["a (MB)", ({ memory }) => estimateCell(memory.intercept, 1e-6, 1)],
      ["b (bytes for each)", ({ memory }) => estimateCell(memory.slope, 1, 2)],
      ["R²", ({ memory }) => ({ value: memory.rSquared, digits: 3 })],
      ["rows", ({ memory }) => ({ value: memory.n, digits: 0 })],
    ]),
    ...fitted.length === 0 ? [] : [note(
      "Fitted likewise: added peak bytes ≈ a + b · bytes of the standardized kernels. Peaks are " +
        "those of whole processes, and scatter by some MB from process to process.",
    )],
    ...laws.flatMap(({ subject, points }) => {
      const sized = points.filter(({ addedBytes }) => addedBytes !== undefined);
      const keys = Object.keys(sized[0]?.row.values ?? {});
      return table(`${subject.label}: added peak memory`, sized, [
        ...keys.map((key): Column<LawPoint> => [key, ({ row }) => `${row.values[key]}`]),
        ["kernels (MB)", ({ kernelBytes }) => ({ value: kernelBytes / 1e6, digits: 1 })],
        ["added peak (MB)", ({ addedBytes }) => ({
          value: addedBytes! / 1e6,
          digits: 1,
          signed: true,
        })],
      ]);
    }),
  ], 3);
}
