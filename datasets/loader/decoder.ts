/**
 * JPEG decoders from outside, which a loader imports by the URL of their module.
 *
 * The module's default export makes a decoder, once in each thread. A decoder is given baseline and
 * progressive JPEGs of 1 or 3 components, and must produce the pixels of `@jsquash/jpeg` to the
 * byte: accurate integer DCT, smooth ("fancy") upsampling. Any other picture, and one at which the
 * decoder throws, goes to datasets/images/image.ts. A truncated file is bad with every decoder.
 * Damage in the middle may go unnoticed, and give other pixels: a decoder that stops reading below
 * the window cannot see it there, and TensorFlow's accepts what libjpeg only warns of, as Pillow
 * does.
 *
 * @module
 */
import { reasonOf } from "../errors.ts";
import { decodeImage } from "../images/image.ts";
import { hasEndOfImage, isJpeg, readJpegHeader } from "../images/jpeg_header.ts";
import { checkPixels } from "../images/limits.ts";
import type { Region, RgbImage, Size, Window } from "../../src/pictures/picture.ts";

/**
 * Decodes a region of a JPEG that contains at least `window`, of a picture of size `picture`. The
 * next call may overwrite the region's bytes. Throws if it cannot decode.
 */
export type JpegDecoder = (
  bytes: Uint8Array,
  window: Window,
  picture: Size,
) => Region | Promise<Region>;

/** What a decoder's module exports as its default. */
export type CreateDecoder = () => Promise<JpegDecoder>;

/** A picture of known size, whose pixels are decoded once it is known which are needed. */
export interface Picture extends Size {
  /** Decodes a region that contains `window`; the next decoding may overwrite its pixels. */
  decode(window: Window): Promise<Region>;
}

/** Reads a picture's header. Throws `DataError`, naming `file`, if the bytes are no picture. */
export type OpenPicture = (bytes: Uint8Array, file: string) => Promise<Picture>;

/**
 * Prepares a decoder.
 *
 * @param url the decoder's module; `@jsquash/jpeg` decodes if there is none
 * @returns opens pictures that it decodes
 * @throws {Error} if the decoder does not start
 */
export async function pictureOpener(url: string | undefined): Promise<OpenPicture> {
  const whole: OpenPicture = async (bytes, file) => decodedPicture(await decodeImage(bytes, file));
  if (url === undefined) return whole;
  const decode = await loadDecoder(url);
  return async (bytes, file) => {
    const size = plainSize(bytes, file);
    if (size === undefined) return await whole(bytes, file);
    return {
      ...size,
      async decode(window) {
        try {
          return await decode(bytes, window, size);
        } catch {
          return await (await whole(bytes, file)).decode(window);
        }
      },
    };
  };
}

/**
 * The size of a JPEG of the kind that decoders from outside are given.
 *
 * @param bytes the file's bytes
 * @param file its path, for messages
 * @returns its size; undefined for any other picture
 */
export function plainSize(bytes: Uint8Array, file: string): Size | undefined {
  if (!isJpeg(bytes) || !hasEndOfImage(bytes)) return undefined;
  const { width, height, components, precision } = readJpegHeader(bytes, file);
  if ((components !== 1 && components !== 3) || precision !== 8) return undefined;
  checkPixels(width, height, file);
  return { width, height };
}

/**
 * Loads a decoder.
 *
 * @param url its module
 * @returns the decoder
 * @throws {Error} if it does not start
 */
export async function loadDecoder(url: string): Promise<JpegDecoder> {
  try {
    const module: { default: CreateDecoder } = await import(url);
    return await module.default();
  } catch (error) {
    throw new Error(`Cannot load images as the decoder ${url} does not start: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * Wraps a picture that is already decoded.
 *
 * @param image its pixels
 * @returns the picture
 */
export function decodedPicture(image: RgbImage): Picture {
  const { width, height } = image;
  return { width, height, decode: () => Promise.resolve({ x: 0, y: 0, ...image }) };
}
