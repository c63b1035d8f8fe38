/**
 * Undoes the interlacing of PNGs that pack several pixels into a byte. `fast-png` decodes the seven
 * passes as if each pixel had a byte of its own, and its result can't be mended.
 *
 * @module
 */
import { DataError } from "../errors.ts";
import { adam7, type PngHeader } from "./png_chunks.ts";

/**
 * Decodes an interlaced picture of less than 8 bits a pixel: gray, or palette indices.
 *
 * @param rows the rows of all passes, as they are stored; they are changed
 * @param header its header
 * @param file its path, for messages
 * @returns `height · width` values, a byte each
 * @throws {DataError} naming `file`, if a row has a filter that does not exist
 */
export function decodePasses(rows: Uint8Array, header: PngHeader, file: string): Uint8Array {
  const { width, height, depth } = header;
  const perByte = 8 / depth;
  const out = new Uint8Array(width * height);
  let at = 0;
  for (const [x, y, stepX, stepY] of adam7) {
    const length = Math.ceil(Math.ceil(Math.max(0, width - x) / stepX) / perByte);
    if (length === 0) continue;
    let before: Uint8Array = new Uint8Array(length);
    for (let row = y; row < height; row += stepY) {
      const line = rows.subarray(at + 1, at + 1 + length);
      unfilter(rows[at]!, line, before, file);
      for (let column = x, i = 0; column < width; column += stepX, i++) {
        const shift = 8 - depth * (1 + i % perByte);
        out[row * width + column] = (line[Math.floor(i / perByte)]! >> shift) & ((1 << depth) - 1);
      }
      at += 1 + length;
      before = line;
    }
  }
  return out;
}

/** Adds to each byte of a line what its filter took away: a guess from the bytes before it. */
function unfilter(filter: number, line: Uint8Array, before: Uint8Array, file: string): void {
  const guess = guesses[filter];
  if (guess === undefined) {
    throw new DataError(
      `Cannot decode ${file} as a PNG as a row has the filter ${filter}, and 0 to 4 exist: copy it from ` +
        "its source again",
    );
  }
  for (let i = 0; i < line.length; i++) {
    line[i] = line[i]! + guess(line[i - 1] ?? 0, before[i]!, before[i - 1] ?? 0);
  }
}

/** The filters by number, of the bytes to the left, above, and above to the left. */
const guesses: readonly ((left: number, above: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_, above) => above,
  (left, above) => (left + above) >> 1,
  (left, above, corner) => {
    const [a, b, c] = [above - corner, left - corner, left + above - 2 * corner].map(Math.abs);
    return a! <= b! && a! <= c! ? left : b! <= c! ? above : corner;
  },
];
