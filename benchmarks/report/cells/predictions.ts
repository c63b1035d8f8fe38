/**
 * The part of a report on predictions: validation images, their truth, and what each arm made of
 * them, laid over the image. Of the images recorded those are shown where the arms differ most.
 *
 * @module
 */
import { decode, type DecodedPng } from "fast-png";
import { reasonOf } from "../../../datasets/errors.ts";
import { UsageError } from "../../ground/errors.ts";
import { counted } from "../../ground/format.ts";
import { type DataRecord, findCell, type Panel, type Result } from "../../record/mod.ts";
import { seedShown } from "../../record/thin.ts";
import { note } from "../blocks.ts";
import type { Block, Image, Text } from "../document.ts";
import { labelColor, overlay } from "./overlay.ts";

/** How many images are shown if the run does not say. */
const usualImages = 4;

/** A recorded image with all that is shown beside it: labels are 0 = ignored, else 1 + class. */
interface Row {
  panel: Panel;
  input: Image;
  truth: Uint8Array;
  /** In the order of the arms; undefined where one is missing. */
  predictions: (Uint8Array | undefined)[];
  /** The share of pixels where the arms differ, or where a single arm errs. */
  difference: number;
}

/**
 * The predictions of the first seed that has any; nothing where the result has no images.
 *
 * @throws {UsageError} if an image is no PNG or does not have the size that the panel says
 */
export function predictionBlocks(result: Result): Block[] {
  const { panels, arms, config, data } = result;
  if (panels.length === 0) return [];
  const wanted = typeof config.panelImages === "number" ? config.panelImages : usualImages;
  const seed = seedShown(result.cells);
  const rows = panels.map((panel) => rowOf(result, panel, seed))
    .toSorted((a, b) => b.difference - a.difference).slice(0, wanted);
  return [
    note(howToRead(result, seed, rows.length)),
    {
      kind: "images",
      file: "panel",
      alt: "Validation images, their truth and the predictions",
      columns: ["input", "truth", ...arms.map(({ label }) => label)],
      rows: rows.map(({ panel, input, truth, predictions }) => ({
        title: panel.name,
        width: panel.width,
        height: panel.height,
        images: [
          input,
          overlay(input, truth, data.coding),
          ...predictions.map((labels) => labels && overlay(input, labels, data.coding)),
        ],
      })),
      legend: legend(result, rows),
    },
  ];
}

function howToRead(
  { panels, arms, data }: Result,
  seed: number | undefined,
  shown: number,
): string {
  const from = seed === undefined ? "No predictions yet" : `Predictions of seed ${seed}`;
  const what = arms.length > 1 ? "the arms differ" : "the arm errs";
  const choice = panels.length > shown
    ? `the ${counted(shown, "image")} of ${panels.length} where ${what} most`
    : `where ${what} most comes first`;
  return `${from}, in colour over the image: ${choice}. ${whatColorsMean(data.coding)}`;
}

function whatColorsMean(coding: DataRecord["coding"]): string {
  if (coding === "voc") {
    return "Colours are PASCAL VOC's: black is the background, pale yellow is ignored.";
  }
  if (typeof coding === "object") return "Colours are those of the data's own palette.";
  return coding === "from-zero" ? "No pixel is ignored." : "Black is ignored.";
}

function rowOf(result: Result, panel: Panel, seed: number | undefined): Row {
  const { width, height } = panel;
  const predictions = result.arms.map(({ name: arm }) => {
    const cell = seed === undefined ? undefined : findCell(result, arm, seed);
    const found = cell?.predictions?.find(({ name }) => name === panel.name);
    return found && pixels(found.labels, panel, 1);
  });
  const truth = pixels(panel.truth, panel, 1);
  return {
    panel,
    input: { width, height, data: pixels(panel.image, panel, 3) },
    truth,
    predictions,
    difference: differenceOf(truth, predictions),
  };
}

/** Pixels whose truth is ignored do not count. */
function differenceOf(truth: Uint8Array, predictions: Row["predictions"]): number {
  const there = predictions.filter((labels) => labels !== undefined);
  const [first, ...others] = there.length === 1 ? [truth, ...there] : there;
  if (first === undefined) return 0;
  const differs = (label: number, i: number) => others.some((labels) => labels[i] !== label);
  const count = first.reduce(
    (sum, label, i) => sum + Number(truth[i] !== 0 && differs(label, i)),
    0,
  );
  return count / first.length;
}

/** The classes that occur, with their colors. */
function legend({ data }: Result, rows: readonly Row[]): Text[] {
  const all = rows.flatMap(({ truth, predictions }) => [truth, ...predictions]);
  const seen = new Set(all.flatMap((labels) => [...new Set(labels ?? [])]));
  return [...seen].sort((a, b) => a - b).map((label) => {
    const name = label === 0 ? "ignored" : data.classNames[label - 1] ?? `${label - 1}`;
    return [{ as: "swatch", color: `rgb(${labelColor(label, data.coding).join(" ")})` }, name];
  });
}

function decoded(base64: string, name: string): DecodedPng {
  try {
    return decode(Uint8Array.fromBase64(base64), { checkCrc: true });
  } catch (error) {
    throw new UsageError(`Cannot draw the panel "${name}" as it is no PNG (${reasonOf(error)})`, {
      cause: error,
    });
  }
}

function pixels(base64: string, { name, width, height }: Panel, channels: number): Uint8Array {
  const png = decoded(base64, name);
  const fits = png.width === width && png.height === height && png.depth === 8 &&
    png.channels === channels && png.palette === undefined;
  if (fits) return png.data as Uint8Array;
  throw new UsageError(
    `Cannot draw the panel "${name}" as its images must be ${width}×${height} PNGs of ${channels} ` +
      `× 8 bits: current image is ${png.width}×${png.height} of ${png.channels} × ${png.depth} bits`,
  );
}
