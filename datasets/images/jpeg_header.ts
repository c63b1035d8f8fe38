/**
 * Reads a JPEG's header without decoding it: size, precision and components from its frame marker.
 *
 * @module
 */
import { DataError } from "../errors.ts";

/** What a JPEG's frame header (SOF) claims. */
export interface JpegHeader {
  /** Pixels across. */
  width: number;
  /** Pixels down. */
  height: number;
  /** Colour components: 1 gray, 3 colour, 4 CMYK. */
  components: number;
  /** Bits per component: 8 in every ordinary file. */
  precision: number;
}

/** The markers of a frame header: C0 to CF, except tables (C4, CC) and the reserved C8. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Markers without a segment: fill bytes, TEM, and the restart markers. */
function hasNoSegment(marker: number): boolean {
  return marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/**
 * Whether a file begins as a JPEG does.
 *
 * @param bytes the file
 * @returns whether it does
 */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/**
 * Finds the first frame header of a JPEG file, by walking its segments.
 *
 * @param bytes the file
 * @param file its path, for messages
 * @returns the header
 * @throws {DataError} naming `file`, if there is none before the data end
 */
export function readJpegHeader(bytes: Uint8Array, file: string): JpegHeader {
  for (const { marker, data } of jpegSegments(bytes)) {
    if (!isFrame(marker) || data.length < 6) continue;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    return {
      precision: view.getUint8(0),
      height: view.getUint16(1),
      width: view.getUint16(3),
      components: view.getUint8(5),
    };
  }
  throw new DataError(
    `Cannot decode ${file} as its ${bytes.length} bytes hold no JPEG frame header: it is empty, cut ` +
      `off or not a JPEG; copy it from its source again`,
  );
}

/**
 * A segment of a JPEG's header: a marker, and the data after its length, as far as the file goes.
 */
export interface JpegSegment {
  /** The marker's second byte. */
  marker: number;
  /** The segment's contents. */
  data: Uint8Array;
}

/**
 * Walks the segments of a JPEG file, up to the first thing that is none: the coded data, or damage.
 *
 * @param bytes the file
 * @returns the segments
 */
export function* jpegSegments(bytes: Uint8Array): Generator<JpegSegment> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = isJpeg(bytes) ? 2 : bytes.length;
  while (at + 4 <= bytes.length && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (hasNoSegment(marker)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    const end = at + 2 + view.getUint16(at + 2);
    yield { marker, data: bytes.subarray(at + 4, Math.max(at + 4, end)) };
    at = end;
  }
}

/**
 * Whether an end-of-image marker follows the header: without one the file was cut off, and a
 * decoder would fill the rest of the picture with gray.
 *
 * @param bytes the file
 * @returns whether there is one
 */
export function hasEndOfImage(bytes: Uint8Array): boolean {
  // A thumbnail in the header has an end marker too: the search stops at the last start of scan.
  for (let at = bytes.length - 2; at > 0; at--) {
    if (bytes[at] !== 0xff) continue;
    if (bytes[at + 1] === 0xd9) return true;
    if (bytes[at + 1] === 0xda) return false;
  }
  return false;
}
