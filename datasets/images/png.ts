/**
 * Decodes and encodes PNG, by `fast-png` with its checksums on, as pictures (RGB) or masks (one
 * value a pixel).
 *
 * @module
 */
import { encode } from "fast-png";
import { DataError } from "../errors.ts";
import { foreignPicture } from "./foreign_pictures.ts";
import { isJpeg } from "./jpeg_header.ts";
import { checkPixels, type RgbImage } from "./limits.ts";
import { checkEnd, type PngHeader, readPngHeader } from "./png_chunks.ts";
import { readSamples, type Rgb, type Samples } from "./png_samples.ts";

/** A decoded mask: one value a pixel, row by row, `[height, width]`. */
export interface GrayImage {
  /** Pixels across. */
  width: number;
  /** Pixels down. */
  height: number;
  /** `height · width` values: gray levels or palette indices. */
  data: Uint8Array;
  /** Bits a value in the file. */
  depth: number;
  /** The colours of the indices; absent where the values are gray levels. */
  palette?: readonly Rgb[];
}

/** Names of the colour types, by their number; 1 and 5 do not exist. */
const colorTypes = ["gray", "", "RGB", "palette", "gray + alpha", "", "RGBA"];
const [gray, palette] = [0, 3];

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
 * Decodes a PNG that holds labels: gray of 1, 2, 4 or 8 bits, or a palette, of which the indices are
 * kept and not the colours. Values are as they are stored: NumPy's of Pillow's image, but for gray
 * of 2 and 4 bits, which Pillow multiplies by 85 and 17.
 *
 * @param bytes the file's bytes
 * @param file its path, for messages
 * @returns the values
 * @throws {DataError} naming `file`, for any other form, a damaged file, and more than `maxPixels`
 */
export function decodeMaskPng(bytes: Uint8Array, file: string): GrayImage {
  const header = readMaskHeader(bytes, file);
  const { colorType, depth } = header;
  const wanted = (colorType === gray && depth <= 8) || colorType === palette;
  if (!wanted) {
    throw new DataError(
      `Cannot read ${file} as a mask as it is ${
        describePng(header)
      }, and gray of 1 to 8 bits or a ` +
        `palette is expected: ${
          isColored(header) ? colored : "convert it so that each pixel holds its label"
        }`,
    );
  }
  const { width, height, samples, colors } = readSamples(bytes, header, file);
  const data = samples as Uint8Array; // of 16 bits are no masks
  return { width, height, data, depth, ...(colors !== undefined && { palette: colors }) };
}

/** What to do about masks of colours. */
const colored =
  "where its colours are the classes, say which by a palette (--palette FILE, `r g b " +
  "name` a line); where red, green and blue are the same label, keep one of them (in Python: " +
  "Image.open(f).getchannel(0).save(f))";

function isColored({ colorType }: PngHeader): boolean {
  return colorType === 2 || colorType === 6;
}

/**
 * Reads the header of a mask.
 *
 * @param bytes the file's bytes
 * @param file its path, for messages
 * @returns the header
 * @throws {DataError} naming `file`, if it is no PNG
 */
export function readMaskHeader(bytes: Uint8Array, file: string): PngHeader {
  const format = isJpeg(bytes) ? "a JPEG, whose compression changes labels" : foreignPicture(bytes);
  if (format !== undefined) {
    throw new DataError(
      `Cannot read ${file} as a mask as its bytes are ${format}, whatever its name says, and a PNG is ` +
        `expected: make it again from its source`,
    );
  }
  return readPngHeader(bytes, file);
}

/**
 * Decodes a PNG picture to RGB as Pillow's `convert("RGB")` does: gray is repeated, a palette
 * looked up, alpha and transparency dropped. Of 16 bits the upper 8 are kept, except that 16-bit
 * gray is clipped at 255.
 *
 * @param bytes the file's bytes
 * @param file its path, for messages
 * @returns the picture
 * @throws {DataError} naming `file`, for a damaged file, and more than `maxPixels`
 */
export function decodePng(bytes: Uint8Array, file: string): RgbImage {
  const header = checkPng(bytes, file);
  const png = readSamples(bytes, header, file);
  return { width: png.width, height: png.height, data: toRgb(png, header, file) };
}

/**
 * Reads the header of a PNG picture, and checks what can be told without decoding.
 *
 * @param bytes the file's bytes
 * @param file its path, for messages
 * @returns the header
 * @throws {DataError} if the file is cut off, or claims more than `maxPixels`
 */
export function checkPng(bytes: Uint8Array, file: string): PngHeader {
  const header = readPngHeader(bytes, file);
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

function toRgb(
  { width, height, channels, samples, colors }: Samples,
  header: PngHeader,
  file: string,
): Uint8Array {
  const pixels = width * height;
  const rgb = new Uint8Array(3 * pixels);
  if (header.colorType === palette) {
    for (let i = 0; i < pixels; i++) rgb.set(colorOf(samples[i] ?? 0, colors, file), 3 * i);
    return rgb;
  }
  const bytes = header.depth === 16 ? narrowed(samples, channels) : samples;
  const scale = header.depth < 8 ? 255 / ((1 << header.depth) - 1) : 1;
  const step = channels > 2 ? 1 : 0;
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = scale * (bytes[channels * i + c * step] ?? 0);
  }
  return rgb;
}

function colorOf(index: number, colors: readonly Rgb[] | undefined, file: string): Rgb {
  const color = colors?.[index];
  if (color !== undefined) return color;
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
  colors?: readonly Rgb[],
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
