/**
 * Reads a PNG's samples as they are stored: gray levels, colours, or indices of a palette.
 *
 * @module
 */
import { decode } from "fast-png";
import { DataError, reasonOf } from "../errors.ts";
import { checkPixels } from "./limits.ts";
import { pictureChunks, pngChunks, type PngHeader } from "./png_chunks.ts";
import { decodePasses } from "./png_passes.ts";
import { inflateRows, withPlainRows } from "./png_rows.ts";

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** A PNG with a number a sample. */
export interface Samples {
  /** Pixels across. */
  width: number;
  /** Pixels down. */
  height: number;
  /** Samples a pixel. */
  channels: number;
  /** `[height, width, channels]` */
  samples: Uint8Array | Uint16Array;
  /** The colours of a palette. */
  colors?: readonly Rgb[];
}

/** Colour types whose pixels have one sample: gray, and a palette's index. */
const [gray, palette] = [0, 3];

/**
 * Decodes by `fast-png`, once the header's claims are within limits, and all checksums and rows there.
 *
 * @param bytes the file's bytes
 * @param header its header
 * @param file its path, for messages
 * @returns the samples, and the file's own palette: what its indices mean is the reader's to say
 * @throws {DataError} naming `file`, if it is damaged or has more than `maxPixels`
 */
export function readSamples(bytes: Uint8Array, header: PngHeader, file: string): Samples {
  const { width, height, depth, colorType, interlaced } = header;
  checkPixels(width, height, file);
  const chunks = pictureChunks(bytes, file), { png } = chunks;
  const rows = inflateRows(chunks, header, file);
  if (interlaced && [1, 2, 4].includes(depth) && [gray, palette].includes(colorType)) {
    const samples = decodePasses(rows, header, file);
    return { width, height, channels: 1, samples, ...paletteOf(png, header) };
  }
  try {
    const { data, channels } = decode(withPlainRows(png, rows));
    const samples = data instanceof Uint16Array
      ? data
      : unpack(data as Uint8Array, width * channels, height, depth);
    return { width, height, channels, samples, ...paletteOf(png, header) };
  } catch (error) {
    throw new DataError(
      `Cannot decode ${file} as a PNG (${reasonOf(error)}): copy it from its source again`,
      { cause: error },
    );
  }
}

/** The colours of the indices, where they are what the pixels hold; a palette that is lost has none. */
function paletteOf(png: Uint8Array, { colorType }: PngHeader): { colors?: Rgb[] } {
  if (colorType !== palette) return {};
  const found = pngChunks(png).find(({ type }) => type === "PLTE")?.data ?? new Uint8Array();
  const color = (i: number): Rgb => [found[3 * i]!, found[3 * i + 1]!, found[3 * i + 2]!];
  return { colors: Array.from({ length: Math.floor(found.length / 3) }, (_, i) => color(i)) };
}

/** Expands rows that pack several samples of `depth` bits into a byte to a byte a sample. */
function unpack(packed: Uint8Array, samples: number, rows: number, depth: number): Uint8Array {
  if (depth === 8) return packed;
  const perByte = 8 / depth;
  const rowBytes = Math.ceil(samples / perByte);
  const out = new Uint8Array(samples * rows);
  for (let i = 0; i < out.length; i++) {
    const column = i % samples;
    const byte = packed[Math.floor(i / samples) * rowBytes + Math.floor(column / perByte)] ?? 0;
    out[i] = (byte >> (8 - depth * (1 + column % perByte))) & ((1 << depth) - 1);
  }
  return out;
}
