/**
 * The images that a panel is made of: input, truth and predictions in colour.
 *
 * @module
 */
import { decode, type DecodedPng } from "fast-png";
import { reasonOf } from "../../datasets/errors.ts";
import { UsageError } from "../ground/errors.ts";
import { type CellRecord, findCell, type Panel, type Result } from "../record/mod.ts";
import { classColor, gapColor, ignoredColor, type Rgb } from "./palette.ts";

/** RGB pixels in rows. */
export interface Image {
  width: number;
  height: number;
  data: Uint8Array;
}

/** One image of a panel. */
export interface PanelImage {
  /** What it shows: `input`, `truth` or an arm's label. */
  shows: string;
  /** Nothing where the prediction is missing. */
  image?: Image;
  /** Each pixel's label, 0 = ignored, else 1 + class; nothing for the input. */
  labels?: Uint8Array;
}

/** A validation image with all that is shown beside it. */
export interface PanelRow {
  name: string;
  width: number;
  height: number;
  /** Input, truth, and each arm in order. */
  images: PanelImage[];
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
 * The panels of a result, decoded and coloured.
 *
 * @param result the result
 * @throws {UsageError} if an image is no PNG or does not have the size that the panel says
 */
export function panelRows(result: Result): PanelRow[] {
  const seed = panelSeed(result);
  const arms = result.arms.map(({ name, label }) => ({ label, cell: armCell(result, name, seed) }));
  return result.panels.map((panel) => {
    const { name, width, height } = panel;
    const input = { width, height, data: pixels(panel.image, panel, 3) };
    const images: PanelImage[] = [
      { shows: "input", image: input },
      { shows: "truth", ...labelImage(panel.truth, panel) },
      ...arms.map(({ label, cell }) => ({ shows: label, ...prediction(cell, panel) })),
    ];
    return { name, width, height, images };
  });
}

/**
 * An image of one colour, that between images.
 *
 * @param width in pixels
 * @param height in pixels
 */
export function filled(width: number, height: number): Image {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i += 3) data.set(gapColor, i);
  return { width, height, data };
}

/**
 * The colour of a label.
 *
 * @param label 0 = ignored, else 1 + class
 */
export function labelColor(label: number): Rgb {
  return label === 0 ? ignoredColor : classColor(label - 1);
}

function armCell(result: Result, arm: string, seed: number | undefined): CellRecord | undefined {
  if (seed === undefined) return undefined;
  return findCell(result, arm, seed) ??
    result.cells.find((cell) => cell.arm === arm && cell.seed === seed);
}

function prediction(cell: CellRecord | undefined, panel: Panel): Partial<PanelImage> {
  const found = cell?.predictions?.find(({ name }) => name === panel.name);
  return found === undefined ? {} : labelImage(found.labels, panel);
}

function labelImage(base64: string, panel: Panel): { image: Image; labels: Uint8Array } {
  const { width, height } = panel;
  const labels = pixels(base64, panel, 1);
  const data = new Uint8Array(labels.length * 3);
  labels.forEach((label, i) => data.set(labelColor(label), i * 3));
  return { image: { width, height, data }, labels };
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
