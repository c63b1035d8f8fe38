/**
 * `panel.png`: validation images in rows; in columns the input, the truth and what each arm
 * predicted.
 *
 * @module
 */
import { encode } from "fast-png";
import type { Result } from "../record/mod.ts";
import type { ReportFile } from "./exporter.ts";
import { filled, type Image, panelRows } from "./panel_images.ts";

/** Pixels between images. */
const gap = 4;

/**
 * The panel of a result; no file where it has no panels. A prediction that is missing is left gray.
 *
 * @param result the result
 * @throws {UsageError} if an image is no PNG or does not have the size that the panel says
 */
export function panelFiles(result: Result): ReportFile[] {
  if (result.panels.length === 0) return [];
  const rows = panelRows(result).map(({ width, height, images }) =>
    images.map(({ image }) => image ?? filled(width, height))
  );
  return [{ path: "panel.png", content: encode({ ...compose(rows), channels: 3, depth: 8 }) }];
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
