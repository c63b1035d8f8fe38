import { decodeEntry, readEntry } from "../../datasets/classified.ts";
import { DataError } from "../../datasets/errors.ts";
import { resizeBilinear, resizeNearest } from "../../datasets/images/resize.ts";
import { generatorFor, permutation } from "../../datasets/random.ts";
import type { SegmentationSample, SegmentedDataset } from "../../datasets/sample.ts";
import type { ClassifiedDataset } from "../../datasets/classified.ts";
import type { Block, Image, Images, Text } from "../report/document.ts";
import { labelColor, overlay } from "../report/cells/overlay.ts";
import { maskRecord } from "../tasks/mask_options.ts";

/** Pixels of a picture's box. */
const box = { width: 240, height: 180 };

/** What surrounds a picture in its box. */
const ground = 128;

/** Pairs of image and overlay beside each other; pictures of a class beside each other. */
const pairsInRow = 2, picturesInRow = 5;

/** Draws so many attempts more than images are wanted, before it gives up on unreadable ones. */
const patience = 3;

/**
 * A few images of both parts with their masks laid over them: a random choice, but always the same.
 *
 * @param most how many
 */
export async function maskSheet(dataset: SegmentedDataset, most: number): Promise<Block[]> {
  const { training, validation, classNames } = dataset;
  const { coding } = maskRecord(dataset);
  const half = validation.length === 0 ? most : Math.ceil(most / 2);
  const samples = [
    ...await chosen(training, "training", half),
    ...await chosen(validation, "validation", most - (training.length === 0 ? 0 : half)),
  ];
  const tiles = samples.map(({ title, sample }) => {
    const { image, labels } = fitted(sample);
    const seen = Uint8Array.from(labels, (label) => label + 1);
    return { title, seen, images: [image, overlay(image, seen, coding)].map(boxed) };
  });
  const legend = [...new Set(tiles.flatMap(({ seen }) => [...new Set(seen)]))]
    .sort((a, b) => a - b).map((label): Text => [
      { as: "swatch", color: `rgb(${labelColor(label, coding).join(" ")})` },
      label === 0 ? "ignored" : classNames[label - 1] ?? `${label - 1}`,
    ]);
  const columns = Array.from({ length: pairsInRow }, () => ["image", "mask over it"]).flat();
  return sheet("Images, and their masks over them", columns, rowsOf(tiles, pairsInRow), legend);
}

/** A few pictures of the first classes, those of a class beside each other. */
export async function pictureSheet(dataset: ClassifiedDataset, most: number): Promise<Block[]> {
  const { training, validation, classNames } = dataset;
  const split = training.length > 0 ? training : validation;
  const byLabel = new Map<number, number[]>();
  for (const index of permutation(generatorFor(split.length), split.length)) {
    const { label } = split.entry(index);
    const indices = byLabel.get(label) ?? [];
    if (indices.length < picturesInRow) byLabel.set(label, [...indices, index]);
  }
  const inOrder = [...byLabel].sort(([a], [b]) => a - b)
    .flatMap(([label, indices]) => indices.map((index) => ({ label, index })));
  const tiles: { title: string; images: Image[] }[] = [];
  for (const { label, index } of inOrder) {
    if (tiles.length >= most) break;
    const entry = split.entry(index);
    const image = await orNothing(async () => await decodeEntry(entry, await readEntry(entry)));
    if (image === undefined) continue;
    const fits = fitted({ ...image, image: image.data }).image;
    tiles.push({ title: classNames[label]!, images: [boxed(fits)] });
  }
  const columns = Array.from({ length: picturesInRow }, (_, i) => `picture ${i + 1}`);
  return sheet("Pictures, by their classes", columns, rowsOf(tiles, picturesInRow), []);
}

async function chosen(
  split: SegmentedDataset["training"],
  part: string,
  most: number,
): Promise<{ title: string; sample: SegmentationSample }[]> {
  const found: { title: string; sample: SegmentationSample }[] = [];
  const order = permutation(generatorFor(split.length), split.length).subarray(0, patience * most);
  for (const index of order) {
    if (found.length >= most) break;
    const sample = await orNothing(() => split.read(index));
    if (sample !== undefined) found.push({ title: `${part} ${split.names[index]}`, sample });
  }
  return found;
}

/** What cannot be read is among the findings. */
async function orNothing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}

/** A picture, and its labels where there are any, at the size that fits a box. */
function fitted(
  { width, height, image, labels }: Pick<SegmentationSample, "width" | "height" | "image"> & {
    labels?: Int16Array;
  },
): { image: Image; labels: Int16Array } {
  const scale = Math.min(box.width / width, box.height / height);
  const [across, down] = [width, height].map((side) => Math.max(1, Math.round(side * scale)));
  return {
    image: resizeBilinear({ width, height, data: image }, across!, down!),
    labels: labels === undefined
      ? new Int16Array()
      : resizeNearest(labels, width, height, across!, down!),
  };
}

function boxed({ width, height, data }: Image): Image {
  const whole = new Uint8Array(3 * box.width * box.height).fill(ground);
  const [left, top] = [(box.width - width) >> 1, (box.height - height) >> 1];
  for (let y = 0; y < height; y++) {
    const row = data.subarray(3 * y * width, 3 * (y + 1) * width);
    whole.set(row, 3 * ((top + y) * box.width + left));
  }
  return { ...box, data: whole };
}

function rowsOf(
  tiles: readonly { title: string; images: readonly Image[] }[],
  inRow: number,
): { title: string; images: Image[] }[] {
  return Array.from({ length: Math.ceil(tiles.length / inRow) }, (_, i) => {
    const row = tiles.slice(i * inRow, (i + 1) * inRow);
    return {
      title: [...new Set(row.map(({ title }) => title))].join(" · "),
      images: row.flatMap(({ images }) => images),
    };
  });
}

function sheet(
  alt: string,
  columns: readonly string[],
  rows: readonly { title: string; images: readonly Image[] }[],
  legend: Images["legend"],
): Block[] {
  if (rows.length === 0) return [];
  return [{
    kind: "images",
    file: "contact_sheet",
    alt,
    columns,
    rows: rows.map((row) => ({ ...row, ...box })),
    legend,
  }];
}
