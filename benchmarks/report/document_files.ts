import type { Document, Figure, Images } from "./document.ts";
import { dark, light } from "./charts/theme.ts";
import { forms } from "./forms.ts";
import { drawSvg } from "./render/svg.ts";
import { png } from "./render/png.ts";

/** A file of a report. */
export interface ReportFile {
  /** Its path within the report's folder. */
  path: string;
  /** Text (as UTF-8) or bytes. */
  content: string | Uint8Array;
}

/** Around a chart that stands alone, in pixels. */
const padding = 12;

/** In pixels, of a chart that stands alone. */
const width = 560;

/**
 * All forms of a document: Markdown, HTML, LaTeX where it has a table for a paper, and the files of
 * its figures. The same document gives the same bytes.
 */
export async function documentFiles(document: Document): Promise<ReportFile[]> {
  const texts = await Promise.all(
    forms.map(async ({ path, render }) => ({ path, content: await render(document) })),
  );
  const pictures = await Promise.all(document.blocks.map((block) => {
    if (block.kind === "images") return imageFiles(block);
    return block.kind === "figure" ? figureFiles(block) : [];
  }));
  return [
    ...texts.flatMap(({ path, content }) => content === undefined ? [] : [{ path, content }]),
    ...pictures.flat(),
  ];
}

/** A chart on a light and on a dark page. */
async function figureFiles({ file, rows }: Figure): Promise<ReportFile[]> {
  if (file === undefined) return [];
  const draw = (theme: typeof light) =>
    drawSvg(
      rows.map((row) => row.map((chart) => chart.draw({ theme, width, alone: true }))),
      theme,
      padding,
    );
  return [
    { path: `${file}.svg`, content: await draw(light) },
    { path: `${file}-dark.svg`, content: await draw(dark) },
  ];
}

function imageFiles(images: Images): ReportFile[] {
  return [{ path: `${images.file}.png`, content: png(images) }];
}
