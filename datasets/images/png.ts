/**
 * Decodes and encodes PNG, by `fast-png` with its checksums on, as pictures (RGB) or masks (one
 * value a pixel).
 *
 * @module
 */
import { decode, type DecodedPng, encode, type IndexedColors } from "fast-png";
import { DataError, reasonOf } from "../errors.ts";
import { foreignPicture } from "./foreign_pictures.ts";
import { isJpeg } from "./jpeg_header.ts";
import { checkInflated, checkPixels, type RgbImage } from "./limits.ts";
import {
  checkEnd,
  joined,
  pictureChunks,
  type PngHeader,
  readPngHeader,
  rowBytes,
} from "./png_chunks.ts";

/** A decoded mask: one value a pixel, row by row, `[height, width]`. */
export interface GrayImage {
  /** Pixels across. */
  width: number;
  /** Pixels down. */
  height: number;
  /** `height · width` values: gray levels or palette indices. */
  data: Uint8Array;
  /** The colours of the indices; absent where the values are gray levels. */
  palette?: readonly (readonly [number, number, number])[];
}

/** Names of the colour types, by their number; 1 and 5 do not exist. */
const colorTypes = ["gray", "", "RGB", "palette", "gray + alpha", "", "RGBA"];
const gray = 0;
const palette = 3;

/**
 * What a PNG's pixels are, in words, for messages.
 *
 * @param header the picture's header
 * @returns such as `RGB of 8 bits`
 */
export function describePng({ depth, colorType, interlaced }: PngHeader): string {
  const form = colorTypes[colorType] || `colour type ${colorType}`;
  return `${interlaced ? "interlaced " : ""}${form} of ${depth} bits`;
}

/**
 * Decodes a PNG that holds labels: 8-bit gray, or a palette, of which the indices are kept and not
 * the colours.
 *
 * @param bytes the file's bytes
 * @param file its path, for messages
 * @returns the values
 * @throws {DataError} naming `file`, for any other form, a damaged file, and more than `maxPixels`
 */
export function decodeMaskPng(bytes: Uint8Array, file: string): GrayImage {
  const format = isJpeg(bytes) ? "a JPEG, whose compression changes labels" : foreignPicture(bytes);
  if (format !== undefined) {
    throw new DataError(
      `Cannot read ${file} as a mask as its bytes are ${format}, whatever its name says, and a PNG is ` +
        `expected: make it again from its source`,
    );
  }
  const header = readPngHeader(bytes, file);
  const { colorType, depth, interlaced } = header;
  const wanted = (colorType === gray && depth === 8) ||
    (colorType === palette && (depth === 8 || !interlaced));
  if (!wanted) {
    throw new DataError(
      `Cannot read ${file} as a mask as it is ${
        describePng(header)
      }, and 8-bit gray or a palette ` +
        `is expected: convert it so that each pixel holds its label`,
    );
  }
  const { width, height, data, palette: colors } = decodeChecked(bytes, header, file);
  return {
    width,
    height,
    data: unpack(data as Uint8Array, width, height, depth),
    ...(colors !== undefined &&
      { palette: colors.map(([r = 0, g = 0, b = 0]) => [r, g, b] as const) }),
  };
}

/**
 * Decodes a PNG picture to RGB as Pillow's `convert("RGB")` does: gray is repeated, a palette
 * looked up, alpha and transparency dropped. Of 16 bits the upper 8 are kept, except that 16-bit
 * gray is clipped at 255.
 *
 * @param bytes the file's bytes
 * @param file its path, for messages
 * @returns the picture
 * @throws {DataError} naming `file`, for a damaged file, more than `maxPixels`, and interlaced rows
 *   of less than 8 bits a sample
 */
export function decodePng(bytes: Uint8Array, file: string): RgbImage {
  const header = checkPng(bytes, file);
  const png = decodeChecked(bytes, header, file);
  const { width, height, channels } = png;
  const samples = png.depth === 16
    ? narrowed(png.data, channels)
    : unpack(png.data as Uint8Array, width * channels, height, header.depth);
  return { width, height, data: toRgb(samples, png, header, file) };
}

/**
 * Reads the header of a PNG picture, and checks what can be told without decoding.
 *
 * @param bytes the file's bytes
 * @param file its path, for messages
 * @returns the header
 * @throws {DataError} if the file is cut off, claims more than `maxPixels` or is of a form that
 *   {@linkcode decodePng} does not decode
 */
export function checkPng(bytes: Uint8Array, file: string): PngHeader {
  const header = readPngHeader(bytes, file);
  if (header.depth < 8 && header.interlaced) {
    const form = describePng(header);
    throw new DataError(
      `Cannot decode ${file} as it is ${form}, and interlaced rows must have 8 or 16: convert it to 8 bits`,
    );
  }
  checkPixels(header.width, header.height, file);
  checkEnd(bytes, file);
  return header;
}

/** 16 bits to 8. */
function narrowed(samples: ArrayLike<number>, channels: number): Uint8Array {
  return Uint8Array.from(
    samples,
    channels === 1 ? (sample) => Math.min(sample, 255) : (sample) => sample >> 8,
  );
}

/** Decodes with checksums once the header's claims are within limits. */
function decodeChecked(bytes: Uint8Array, header: PngHeader, file: string): DecodedPng {
  checkPixels(header.width, header.height, file);
  const { png, data } = pictureChunks(bytes, file);
  checkInflated(joined(data), rowBytes(header), file);
  try {
    return decode(png, { checkCrc: true });
  } catch (error) {
    throw new DataError(
      `Cannot decode ${file} as a PNG (${reasonOf(error)}): copy it from its source again`,
      { cause: error },
    );
  }
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

function toRgb(samples: Uint8Array, png: DecodedPng, header: PngHeader, file: string): Uint8Array {
  const pixels = png.width * png.height;
  const rgb = new Uint8Array(3 * pixels);
  if (header.colorType === palette) {
    for (let i = 0; i < pixels; i++) rgb.set(colorOf(samples[i] ?? 0, png.palette, file), 3 * i);
    return rgb;
  }
  const scale = header.depth < 8 ? 255 / ((1 << header.depth) - 1) : 1;
  const step = png.channels > 2 ? 1 : 0;
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) {
      rgb[3 * i + c] = scale * (samples[png.channels * i + c * step] ?? 0);
    }
  }
  return rgb;
}

function colorOf(index: number, colors: IndexedColors | undefined, file: string): number[] {
  const color = colors?.[index];
  if (color !== undefined) return color.slice(0, 3);
  throw new DataError(
    `Cannot decode ${file} as a pixel has palette index ${index} and the palette ends before it: ` +
      `copy it from its source again`,
  );
}

/**
 * Encodes one byte a pixel as an 8-bit gray PNG, or as an indexed one.
 *
 * @param data `[height, width]`
 * @param width pixels across
 * @param height pixels down
 * @param colors the RGB of each value, for an indexed PNG
 * @returns the file's bytes
 */
export function encodeGrayPng(
  data: Uint8Array,
  width: number,
  height: number,
  colors?: readonly (readonly [number, number, number])[],
): Uint8Array {
  const image = { width, height, data, depth: 8 as const, channels: 1 };
  if (colors === undefined) return encode(image);
  return encode({ ...image, palette: colors.map((color) => [...color]) });
}

/**
 * Encodes RGB as an 8-bit PNG.
 *
 * @param data `[height, width, 3]`
 * @param width pixels across
 * @param height pixels down
 * @returns the file's bytes
 */
export function encodeRgbPng(data: Uint8Array, width: number, height: number): Uint8Array {
  return encode({ width, height, data, depth: 8, channels: 3 });
}
