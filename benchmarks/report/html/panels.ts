/**
 * The section on predictions: validation images, their truth, and what each arm made of them.
 *
 * @module
 */
import { encode } from "fast-png";
import type { Result } from "../../record/mod.ts";
import { oneLine } from "../../ground/format.ts";
import {
  type Image,
  labelColor,
  type PanelImage,
  type PanelRow,
  panelRows,
  panelSeed,
} from "../panel_images.ts";
import { type Markup, markup } from "./markup.ts";
import type { Section } from "./page.ts";

/** The most characters of all images together: half of what a report may have. */
const mostCharacters = 500_000;

/**
 * The predictions; nothing where the result has no panels.
 *
 * @param result the result
 */
export function panelSection(result: Result): Section | undefined {
  if (result.panels.length === 0) return undefined;
  const rows = panelRows(result);
  const sources = smallEnough(rows);
  const figures = rows.map((row, i) => rowFigure(row, sources[i]!));
  const seed = panelSeed(result);
  const from = seed === undefined ? "No predictions yet." : `Predictions of seed ${seed}.`;
  const body = markup`<p class="note">${from} Black is ignored.</p>${
    classKey(result, rows)
  }${figures}`;
  return { id: "predictions", title: "Predictions", body };
}

/** The images as data URLs, all reduced by one whole factor with which they fit. */
function smallEnough(rows: PanelRow[]): (string | undefined)[][] {
  const largest = Math.max(...rows.map(({ width, height }) => Math.max(width, height)));
  for (let factor = 1;;) {
    const sources = rows.map(({ images }) => images.map((image) => source(image, factor)));
    const size = sources.flat().reduce((sum, url) => sum + (url?.length ?? 0), 0);
    if (size <= mostCharacters || factor >= largest) return sources;
    factor = Math.max(factor + 1, Math.ceil(factor * Math.sqrt(size / mostCharacters)));
  }
}

function source({ image, labels }: PanelImage, factor: number): string | undefined {
  return image && dataUrl(reduced(image, factor, labels === undefined));
}

/** Every pixel the mean of `factor`², or of labels, which have none, the first. */
function reduced({ width, height, data }: Image, factor: number, blend: boolean): Image {
  const [w, h] = [
    Math.max(1, Math.floor(width / factor)),
    Math.max(1, Math.floor(height / factor)),
  ];
  const small = new Uint8Array(w * h * 3);
  const offsets = Array.from({ length: blend ? factor : 1 }, (_, i) => i);
  for (let i = 0; i < small.length; i++) {
    const [pixel, channel] = [Math.floor(i / 3), i % 3];
    const [top, left] = [Math.floor(pixel / w) * factor, (pixel % w) * factor];
    let sum = 0;
    for (const y of offsets) {
      for (const x of offsets) {
        const [row, column] = [Math.min(top + y, height - 1), Math.min(left + x, width - 1)];
        sum += data[(row * width + column) * 3 + channel]!;
      }
    }
    small[i] = Math.round(sum / offsets.length ** 2);
  }
  return { width: w, height: h, data: small };
}

function dataUrl(image: Image): string {
  const png = encode({ ...image, channels: 3, depth: 8 });
  return `data:image/png;base64,${png.toBase64()}`;
}

function rowFigure(row: PanelRow, sources: (string | undefined)[]): Markup {
  const images = row.images.map((image, i) => picture(image, row, sources[i]));
  return markup`<div class="panel"><h3>${oneLine(row.name)}</h3><div>${images}</div></div>`;
}

function picture(
  { shows }: PanelImage,
  { name, width, height }: PanelRow,
  url?: string,
): Markup {
  const alt = oneLine(`${shows} of ${name}`);
  const image = url === undefined
    ? markup`<div class="missing" style="aspect-ratio: ${width} / ${height}">missing</div>`
    : markup`<img src="${url}" width="${width}" height="${height}" alt="${alt}">`;
  return markup`<figure>${image}<figcaption>${oneLine(shows)}</figcaption></figure>`;
}

/** The classes that occur, with their colours. */
function classKey({ data }: Result, rows: PanelRow[]): Markup {
  const seen = new Set<number>();
  for (const { labels } of rows.flatMap(({ images }) => images)) {
    for (const label of labels ?? []) seen.add(label);
  }
  const items = [...seen].sort((a, b) => a - b).map((label) => {
    const name = label === 0 ? "ignored" : data.classNames[label - 1] ?? `${label - 1}`;
    const color = `rgb(${labelColor(label).join(" ")})`;
    return markup`<li><span class="swatch" style="background: ${color}"></span>${
      oneLine(name)
    }</li>`;
  });
  return markup`<ul class="legend" aria-label="Classes">${items}</ul>`;
}
