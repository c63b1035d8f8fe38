/**
 * Charts and images within the page. Charts use the page's colors, and so follow its dark mode.
 *
 * @module
 */
import { encode } from "fast-png";
import { drawSvg } from "./svg.ts";
import { ofPage } from "../charts/theme.ts";
import type { Chart, Figure, Image, Images } from "../document.ts";
import { oneLine } from "../../ground/format.ts";
import { lineMarkup } from "./html_table.ts";
import { Markup, markup } from "./markup.ts";

/** In pixels: small enough that labels stay legible when a phone scales the chart down. */
const width = 320, padding = 4;

/** The most characters of all images together: half the limit of a report. */
const mostCharacters = 500_000;

/** Charts with their legend. */
export async function figureMarkup(figure: Figure): Promise<Markup> {
  const key = figure.legend.map((label, color) => [{ as: "swatch", color } as const, label]);
  const rows = await Promise.all(figure.rows.map(async (charts) => {
    const drawn = await Promise.all(charts.map((chart) => chartMarkup(chart, figure.alt)));
    return markup`<div class="charts">${drawn}</div>`;
  }));
  return markup`${key.length === 0 ? markup`` : keyMarkup(key.map(lineMarkup))}
${rows}`;
}

async function chartMarkup({ title = "", draw }: Chart, alt: string): Promise<Markup> {
  const svg = await drawSvg([[draw({ theme: ofPage, width, alone: false })]], ofPage, padding);
  const caption = title === "" ? markup`` : markup`<figcaption>${oneLine(title)}</figcaption>`;
  const shows = title === "" ? alt : `${alt}: ${title}`;
  return markup`<figure>${caption}<div role="img" aria-label="${shows}">${new Markup(
    svg,
  )}</div></figure>`;
}

function keyMarkup(items: readonly Markup[]): Markup {
  return markup`<ul class="key">${items.map((item) => markup`<li>${item}</li>`)}</ul>`;
}

/** Images in rows, all reduced by the same whole factor until they fit. */
export function imagesMarkup(images: Images): Markup {
  const { rows, columns, legend } = images;
  const sources = smallEnough(rows.map(({ images }) => images));
  const figures = rows.map((row, i) => {
    const pictures = columns.map((column, j) => picture(column, row, sources[i]![j]));
    return markup`<div class="images"><h3>${oneLine(row.title)}</h3><div>${pictures}</div></div>`;
  });
  return markup`${keyMarkup(legend.map(lineMarkup))}${figures}`;
}

function picture(
  column: string,
  { title, width, height }: Images["rows"][number],
  url: string | undefined,
): Markup {
  const alt = oneLine(`${column} of ${title}`);
  const image = url === undefined
    ? markup`<div class="missing" style="aspect-ratio: ${width} / ${height}">missing</div>`
    : markup`<img src="${url}" width="${width}" height="${height}" alt="${alt}">`;
  return markup`<figure>${image}<figcaption>${oneLine(column)}</figcaption></figure>`;
}

function smallEnough(rows: readonly (readonly (Image | undefined)[])[]): (string | undefined)[][] {
  const sides = rows.flat().map((image) => Math.max(image?.width ?? 0, image?.height ?? 0));
  const largest = Math.max(1, ...sides);
  for (let factor = 1;;) {
    const sources = rows.map((images) => images.map((image) => image && dataUrl(image, factor)));
    const size = sources.flat().reduce((sum, url) => sum + (url?.length ?? 0), 0);
    if (size <= mostCharacters || factor >= largest) return sources;
    factor = Math.max(factor + 1, Math.ceil(factor * Math.sqrt(size / mostCharacters)));
  }
}

function dataUrl(image: Image, factor: number): string {
  const png = encode({ ...reduced(image, factor), channels: 3, depth: 8 });
  return `data:image/png;base64,${png.toBase64()}`;
}

/** Each pixel is the mean of a square of `factor` × `factor`. */
function reduced({ width, height, data }: Image, factor: number): Image {
  const [w, h] = [width, height].map((side) => Math.max(1, Math.floor(side / factor)));
  const small = new Uint8Array(w! * h! * 3);
  for (let i = 0; i < small.length; i++) {
    const [pixel, channel] = [Math.floor(i / 3), i % 3];
    const [top, left] = [Math.floor(pixel / w!) * factor, (pixel % w!) * factor];
    let sum = 0;
    for (let y = 0; y < factor; y++) {
      for (let x = 0; x < factor; x++) {
        const [row, column] = [Math.min(top + y, height - 1), Math.min(left + x, width - 1)];
        sum += data[(row * width + column) * 3 + channel]!;
      }
    }
    small[i] = Math.round(sum / factor ** 2);
  }
  return { width: w!, height: h!, data: small };
}
