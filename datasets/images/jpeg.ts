/**
 * Decodes and encodes JPEG, by mozjpeg compiled to WebAssembly (`@jsquash/jpeg`).
 *
 * The codec's WebAssembly is read from the package's folder, so `--allow-read=node_modules` is the
 * only permission.
 *
 * @module
 */
import createDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import createEncoder from "@jsquash/jpeg/codec/enc/mozjpeg_enc.js";
import { defaultEncodeOptions } from "@jsquash/jpeg/meta.js";
import { initEmscriptenModule } from "@jsquash/jpeg/utils.js";
import { DataError } from "../errors.ts";
import { decodeCmykJpeg } from "./jpeg_cmyk.ts";
import { hasEndOfImage, type JpegHeader, readJpegHeader } from "./jpeg_header.ts";
import { checkPixels } from "./limits.ts";
import type { RgbImage } from "../../src/pictures/picture.ts";

interface RgbaImage {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}
interface Decoder {
  decode(bytes: Uint8Array, preserveOrientation: boolean): RgbaImage | null;
}
interface Encoder {
  encode(rgba: Uint8Array, width: number, height: number, options: object): Uint8Array;
}

/** What libjpeg reports about the current file: decoding is synchronous, so one list is enough. */
let complaints: string[] = [];
let decoder: Promise<Decoder> | undefined;
let encoder: Promise<Encoder> | undefined;
const compiled = new Map<string, Promise<WebAssembly.Module>>();

function compile(path: string): Promise<WebAssembly.Module> {
  const url = new URL(import.meta.resolve(`@jsquash/jpeg/codec/${path}.js`).replace(/js$/, "wasm"));
  const module = compiled.get(path) ??
    Deno.readFile(url).then((bytes) => WebAssembly.compile(bytes));
  compiled.set(path, module);
  return module;
}

async function startDecoder(): Promise<Decoder> {
  const options = { printErr: (line: string): void => void complaints.push(line) };
  return await initEmscriptenModule(createDecoder, await compile("dec/mozjpeg_dec"), options);
}

async function startEncoder(): Promise<Encoder> {
  return await initEmscriptenModule(createEncoder, await compile("enc/mozjpeg_enc"));
}

/**
 * Decodes a baseline or progressive JPEG, gray, colour or CMYK, to RGB. An EXIF orientation is not
 * applied: masks have none, and published results were reached without.
 *
 * @param bytes the file's bytes
 * @param file its path, for messages
 * @returns the picture
 * @throws {DataError} naming `file`, if it is empty, cut off or damaged, claims more than
 *   `maxPixels`, or holds more than 8 bits a component
 */
export async function decodeJpeg(bytes: Uint8Array, file: string): Promise<RgbImage> {
  const header = checkJpeg(bytes, file);
  if (header.components === 4) return await decodeCmykJpeg(bytes, header, file);
  const ready = await (decoder ??= startDecoder());
  const image = decodeWith(ready, bytes, file);
  if (image.width !== header.width || image.height !== header.height) {
    throw damaged(file, "its decoded size differs from its header's");
  }
  return { width: image.width, height: image.height, data: dropAlpha(image.data) };
}

/**
 * Reads a JPEG's header, and checks what can be told without decoding.
 *
 * @param bytes the file's bytes
 * @param file its path, for messages
 * @returns the header
 * @throws {DataError} if the file is cut off, claims more than `maxPixels` or is of a kind that
 *   {@linkcode decodeJpeg} does not decode
 */
export function checkJpeg(bytes: Uint8Array, file: string): JpegHeader {
  const header = readJpegHeader(bytes, file);
  checkPixels(header.width, header.height, file);
  const { components, precision } = header;
  if (![1, 3, 4].includes(components) || precision !== 8) {
    throw new DataError(
      `Cannot decode ${file} as it has ${components} components of ${precision} bits, and 1, 3 or 4 of ` +
        `8 bits are expected: convert it to an RGB JPEG`,
    );
  }
  if (!hasEndOfImage(bytes)) throw damaged(file, "it is cut off: there is no end-of-image marker");
  return header;
}

function decodeWith(ready: Decoder, bytes: Uint8Array, file: string): RgbaImage {
  complaints = [];
  let image: RgbaImage | null = null;
  try {
    image = ready.decode(bytes, false);
  } catch {
    // libjpeg has reported why in `complaints`, and left without unwinding its stack, which a
    // hundred such files would exhaust: the next file gets a fresh instance.
    decoder = undefined;
  }
  const complaint = complaints.find(isDamage);
  if (complaint !== undefined || image === null) {
    throw damaged(file, complaint ?? complaints.at(-1) ?? "the decoder gave no reason");
  }
  return image;
}

/**
 * libjpeg only warns of missing data and goes on; stray bytes between segments are common and
 * harmless.
 */
function isDamage(complaint: string): boolean {
  return /^Premature end|^Corrupt JPEG data: (?!\d+ extraneous)/.test(complaint);
}

function damaged(file: string, reason: string): DataError {
  return new DataError(
    `Cannot decode ${file} as a JPEG (${reason}): copy it from its source again`,
  );
}

function dropAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array(rgba.length / 4 * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] as number;
    rgb[to + 1] = rgba[from + 1] as number;
    rgb[to + 2] = rgba[from + 2] as number;
  }
  return rgb;
}

/**
 * Encodes RGB as a baseline JPEG. The same pixels give the same bytes.
 *
 * @param rgb `[height, width, 3]`
 * @param width pixels across
 * @param height pixels down
 * @param quality from 1 to 100
 * @returns the file's bytes
 * @throws {TypeError} if the length is not `3 · width · height`
 * @throws {RangeError} if the quality is out of range
 */
export async function encodeJpeg(
  rgb: Uint8Array,
  width: number,
  height: number,
  quality: number,
): Promise<Uint8Array> {
  if (rgb.length !== 3 * width * height || rgb.length === 0) {
    throw new TypeError(
      `Cannot encodeJpeg as rgb must hold 3 · ${width} · ${height} bytes: current length is ${rgb.length}`,
    );
  }
  if (!(quality >= 1 && quality <= 100)) {
    throw new RangeError(
      `Cannot encodeJpeg as quality must be from 1 to 100: current value is ${quality}`,
    );
  }
  const ready = await (encoder ??= startEncoder());
  const options = { ...defaultEncodeOptions, quality, baseline: true, progressive: false };
  // The codec returns a view of its own memory, which the next call overwrites.
  return ready.encode(addAlpha(rgb), width, height, options).slice();
}

function addAlpha(rgb: Uint8Array): Uint8Array {
  const rgba = new Uint8Array(rgb.length / 3 * 4).fill(255);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    rgba[to] = rgb[from] as number;
    rgba[to + 1] = rgb[from + 1] as number;
    rgba[to + 2] = rgb[from + 2] as number;
  }
  return rgba;
}
