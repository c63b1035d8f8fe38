/**
 * JPEG decoders from elsewhere, which a loader takes by their module's URL.
 *
 * The module's default export makes a decoder, once in each thread. A decoder is given baseline and progressive JPEGs of
 * 1 or 3 components, and must give `@jsquash/jpeg`'s pixels on every byte: accurate integer DCT, smooth ("fancy")
 * upsampling. Any other picture, and one that the decoder throws at, goes to datasets/images/image.ts. A file that is
 * cut off is bad with every decoder. Damage in the middle need not be, nor give the same pixels: a decoder that stops
 * reading below the window cannot know of it there, and TensorFlow's lets pass what libjpeg only warns of, as Pillow
 * does.
 */
import { reasonOf } from "../errors.ts";
import { decodeImage } from "../images/image.ts";
import { hasEndOfImage, isJpeg, readJpegHeader } from "../images/jpeg_header.ts";
import { checkPixels, type RgbImage } from "../images/limits.ts";
import type { Region, Size, Window } from "../images/resize_filter.ts";

/**
 * Decodes a region of a JPEG that holds `window`, at least, of a picture of size `picture`. The region's bytes may be
 * memory that the next call overwrites. Throws where it cannot decode.
 */
export type JpegDecoder = (
  bytes: Uint8Array,
  window: Window,
  picture: Size,
) => Region | Promise<Region>;

/** What a decoder's module exports as its default. */
export type CreateDecoder = () => Promise<JpegDecoder>;

/** A picture whose size is known, and whose pixels are not decoded before it is known which are wanted. */
export interface Picture extends Size {
  /** The pixels of a region that holds `window`; the next decoding may overwrite them. */
  decode(window: Window): Promise<Region>;
}

/** Looks at a picture's bytes. Throws `DataError`, naming `file`, where they are none. */
export type OpenPicture = (bytes: Uint8Array, file: string) => Promise<Picture>;

/** Opens pictures that the decoder at `url` decodes, or without one `@jsquash/jpeg`. */
export async function pictureOpener(url: string | undefined): Promise<OpenPicture> {
  const whole: OpenPicture = async (bytes, file) => decodedPicture(await decodeImage(bytes, file));
  if (url === undefined) return whole;
  const decode = await load(url);
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

/** The size of a JPEG that every decoder takes. */
function plainSize(bytes: Uint8Array, file: string): Size | undefined {
  if (!isJpeg(bytes) || !hasEndOfImage(bytes)) return undefined;
  const { width, height, components, precision } = readJpegHeader(bytes, file);
  if ((components !== 1 && components !== 3) || precision !== 8) return undefined;
  checkPixels(width, height, file);
  return { width, height };
}

async function load(url: string): Promise<JpegDecoder> {
  try {
    const module: { default: CreateDecoder } = await import(url);
    return await module.default();
  } catch (error) {
    throw new Error(`Cannot load images as the decoder ${url} does not start: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** A picture that is decoded already. */
export function decodedPicture(image: RgbImage): Picture {
  const { width, height } = image;
  return { width, height, decode: () => Promise.resolve({ x: 0, y: 0, ...image }) };
}
