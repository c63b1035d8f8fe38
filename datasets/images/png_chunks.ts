/**
 * Reads a PNG file's chunks: its header, and the chunks that make up the picture.
 *
 * @module
 */
import { DataError } from "../errors.ts";

/** What a PNG's IHDR chunk claims. */
export interface PngHeader {
  /** Pixels across. */
  width: number;
  /** Pixels down. */
  height: number;
  /** Bits a sample. */
  depth: number;
  /** 0 gray, 2 RGB, 3 palette, 4 gray + alpha, 6 RGBA. */
  colorType: number;
  /** Whether the rows are in the seven passes of Adam7. */
  interlaced: boolean;
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Samples a pixel by colour type; 1 and 5 do not exist. */
const channels = [1, 0, 3, 1, 2, 0, 4];
/** Bits a sample by colour type. */
const depths: readonly (readonly number[])[] = [
  [1, 2, 4, 8, 16],
  [],
  [8, 16],
  [1, 2, 4, 8],
  [8, 16],
  [],
  [8, 16],
];
/** First column, first row, and steps across and down, of each pass. */
export const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/**
 * Whether a file begins as a PNG does.
 *
 * @param bytes the file
 * @returns whether it does
 */
export function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads the header.
 *
 * @param bytes the file
 * @param file its path, for messages
 * @returns the header
 * @throws {DataError} naming `file`, if there is none, or it is of a form that PNG does not have
 */
export function readPngHeader(bytes: Uint8Array, file: string): PngHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Signature 8, length 4, "IHDR" 4, fields 13, checksum 4.
  if (!isPng(bytes) || bytes.length < 33 || view.getUint32(12) !== 0x49484452) {
    throw new DataError(
      `Cannot decode ${file} as its ${bytes.length} bytes hold no PNG header: it is empty, cut off or ` +
        `not a PNG; copy it from its source again`,
    );
  }
  const [depth, colorType] = [view.getUint8(24), view.getUint8(25)];
  if (!depths[colorType]?.includes(depth)) {
    throw new DataError(
      `Cannot decode ${file} as a PNG (its pixels would be of colour type ${colorType} with ${depth} bits a ` +
        `sample, which PNG does not have): copy it from its source again`,
    );
  }
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    depth,
    colorType,
    interlaced: view.getUint8(28) !== 0,
  };
}

/**
 * The bytes of all rows, each with its filter's number before it: what the compressed data must
 * inflate to.
 *
 * @param header the picture's header
 * @returns how many bytes
 */
export function rowBytes({ width, height, depth, colorType, interlaced }: PngHeader): number {
  const passes = interlaced ? adam7 : [[0, 0, 1, 1] as const];
  const bits = depth * (channels[colorType] ?? 0);
  return passes.reduce((sum, [x, y, stepX, stepY]) => {
    const columns = Math.ceil(Math.max(0, width - x) / stepX);
    const rows = Math.ceil(Math.max(0, height - y) / stepY);
    return columns === 0 ? sum : sum + rows * (1 + Math.ceil(columns * bits / 8));
  }, 0);
}

/** The chunks that make up the picture, as in the file, and the compressed data in them. */
export interface PictureChunks {
  /** A whole PNG file of only these chunks. */
  png: Uint8Array;
  /** The compressed data, in parts. */
  data: Uint8Array[];
}

/**
 * Drops everything but the header, palette, data and end: texts and colour profiles may be
 * compressed too, with no limit on what they inflate to, and a second header would claim another
 * size than the one that was checked.
 *
 * @param bytes the file
 * @param file its path, for messages
 * @returns the chunks
 * @throws {DataError} naming `file`, if a chunk or the end is missing
 */
export function pictureChunks(bytes: Uint8Array, file: string): PictureChunks {
  const kept = [bytes.subarray(0, 33)];
  const data: Uint8Array[] = [];
  for (const chunk of pngChunks(bytes)) {
    if (["PLTE", "IDAT", "IEND"].includes(chunk.type)) kept.push(chunk.whole);
    if (chunk.type === "IDAT") data.push(chunk.data);
    if (chunk.type === "IEND") return { png: joined(kept), data };
  }
  throw cutOff(bytes, file);
}

/** One chunk of a PNG. */
export interface PngChunk {
  /** Its four letters. */
  type: string;
  /** Its contents. */
  data: Uint8Array;
  /** All of it, with length, type and checksum. */
  whole: Uint8Array;
}

/**
 * Walks the chunks after a PNG's header, up to IEND or to the first that is cut off.
 *
 * @param bytes the file
 * @param from where the first begins (default: after the header; 8 for the header itself)
 * @returns the chunks
 */
export function* pngChunks(bytes: Uint8Array, from: number = 33): Generator<PngChunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = from, type = ""; type !== "IEND" && at + 12 <= bytes.length;) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) return;
    type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    yield { type, data: bytes.subarray(at + 8, end - 4), whole: bytes.subarray(at, end) };
    at = end;
  }
}

/**
 * Checks that a PNG has all its chunks.
 *
 * @param bytes the file's bytes
 * @param file its path, for messages
 * @throws {DataError} if it ends before its IEND chunk
 */
export function checkEnd(bytes: Uint8Array, file: string): void {
  if (!pngChunks(bytes).some(({ type }) => type === "IEND")) throw cutOff(bytes, file);
}

function cutOff(bytes: Uint8Array, file: string): DataError {
  return new DataError(
    `Cannot decode ${file} as a PNG as it is cut off: its ${bytes.length} bytes hold no end; copy it from its ` +
      `source again`,
  );
}

/**
 * Concatenates bytes.
 *
 * @param parts the parts
 * @returns all of them
 */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
