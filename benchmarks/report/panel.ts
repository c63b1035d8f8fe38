/**
 * `panel.png`: validation images in rows; in columns the input, the truth and what each arm
 * predicted.
 *
 * @module
 */
import { decode, type DecodedPng, encode } from "fast-png";
import { reasonOf } from "../../datasets/errors.ts";
import { type CellRecord, findCell, type Panel, type Result } from "../result.ts";
import type { ReportFile } from "./exporter.ts";
import { classColor, gapColor, ignoredColor, type Rgb } from "./palette.ts";

/** Pixels between images. */
const gap = 4;

/** RGB pixels in rows. */
interface Image {
  width: number;
  height: number;
  data: Uint8Array;
}

/**
 * The seed whose predictions are shown: the first that has any.
 *
 * @param result the result
 * @returns undefined where no cell has predictions
 */
export function panelSeed(result: Result): number | undefined {
  const seeds = result.cells.filter((cell) => cell.predictions?.length).map((cell) => cell.seed);
  return seeds.length === 0 ? undefined : Math.min(...seeds);
}

/**
 * The panel of a result; no file where it has no panels. A prediction that is missing is left gray.
 *
 * @param result the result
 * @throws {RangeError} if an image is no PNG or does not have the size that the panel says
 */
export function panelFiles(result: Result): ReportFile[] {
  if (result.panels.length === 0) return [];
  const seed = panelSeed(result);
  const cells = result.arms.map(({ name }) => armCell(result, name, seed));
  const rows = result.panels.map((panel) => [
    rgb(panel.image, panel),
    labels(panel.truth, panel),
    ...cells.map((cell) => prediction(cell, panel)),
  ]);
  return [{ path: "panel.png", content: encode({ ...compose(rows), channels: 3, depth: 8 }) }];
}

function armCell(result: Result, arm: string, seed: number | undefined): CellRecord | undefined {
  if (seed === undefined) return undefined;
  return findCell(result, arm, seed) ??
    result.cells.find((cell) => cell.arm === arm && cell.seed === seed);
}

function prediction(cell: CellRecord | undefined, panel: Panel): Image {
  const found = cell?.predictions?.find(({ name }) => name === panel.name);
  return found === undefined ? filled(panel.width, panel.height) : labels(found.labels, panel);
}

function filled(width: number, height: number): Image {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i += 3) data.set(gapColor, i);
  return { width, height, data };
}

/** Pastes the rows of images beneath each other, with gaps. */
function compose(rows: Image[][]): Image {
  const widths = rows.map((row) => row.reduce((sum, { width }) => sum + width + gap, -gap));
  const heights = rows.map((row) => Math.max(...row.map(({ height }) => height)));
  const whole = filled(
    Math.max(...widths),
    heights.reduce((sum, height) => sum + height + gap, -gap),
  );
  let top = 0;
  rows.forEach((row, i) => {
    let left = 0;
    for (const image of row) {
      paste(whole, image, left, top);
      left += image.width + gap;
    }
    top += (heights[i] as number) + gap;
  });
  return whole;
}

function paste(target: Image, { width, height, data }: Image, left: number, top: number): void {
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width * 3, (y + 1) * width * 3);
    target.data.set(row, ((top + y) * target.width + left) * 3);
  }
}

function rgb(base64: string, panel: Panel): Image {
  const { width, height } = panel;
  return { width, height, data: pixels(base64, panel, 3) };
}

function labels(base64: string, panel: Panel): Image {
  const { width, height } = panel;
  const values = pixels(base64, panel, 1);
  const data = new Uint8Array(values.length * 3);
  values.forEach((label, i) => data.set(labelColor(label), i * 3));
  return { width, height, data };
}

function labelColor(label: number): Rgb {
  return label === 0 ? ignoredColor : classColor(label - 1);
}

function decoded(base64: string, name: string): DecodedPng {
  try {
    return decode(Uint8Array.fromBase64(base64), { checkCrc: true });
  } catch (error) {
    throw new RangeError(`Cannot draw the panel "${name}" as it is no PNG (${reasonOf(error)})`, {
      cause: error,
    });
  }
}

function pixels(base64: string, { name, width, height }: Panel, channels: number): Uint8Array {
  const png = decoded(base64, name);
  const fits = png.width === width && png.height === height && png.depth === 8 &&
    png.channels === channels && png.palette === undefined;
  if (fits) return png.data as Uint8Array;
  throw new RangeError(
    `Cannot draw the panel "${name}" as its images must be ${width}×${height} PNGs of ${channels} ` +
      `× 8 bits: current image is ${png.width}×${png.height} of ${png.channels} × ${png.depth} bits`,
  );
}
