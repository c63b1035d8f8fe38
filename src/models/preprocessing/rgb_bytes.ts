import { check } from "../../check.ts";
import type { RgbImage } from "../../pictures/picture.ts";
import * as tf from "../../tf.ts";

/** Decoded pixels of 8 bits, with 1 (gray), 3 (RGB) or 4 (RGBA) channels: `ImageData`, too. */
export interface Pixels {
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  /** `[height, width, channels]` */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** A decoded picture: pixels, or an int32 tensor `[height, width, channels]` of 0 to 255. */
export type Picture = Pixels | tf.Tensor3D;

/**
 * A picture as RGB, as Pillow's `convert("RGB")` makes it: gray is repeated, alpha dropped.
 *
 * @param picture the picture
 * @param caller what cannot be done, for messages
 * @returns its bytes, which may be the picture's own
 * @throws {TypeError} if it is none
 * @throws {RangeError} if a tensor's value is no byte
 */
export async function rgbOf(picture: Picture, caller: string): Promise<RgbImage> {
  const pixels = picture instanceof tf.Tensor
    ? await pixelsOf(picture, caller)
    : checkPixels(picture, caller);
  const { width, height, data } = pixels;
  const channels = data.length / (width * height);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
  return { width, height, data: channels === 3 ? bytes : toRgb(bytes, channels) };
}

function toRgb(bytes: Uint8Array, channels: number): Uint8Array {
  const rgb = new Uint8Array(bytes.length / channels * 3);
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  for (let from = 0, to = 0; from < bytes.length; from += channels, to += 3) {
    rgb[to] = bytes[from] as number;
    rgb[to + 1] = bytes[from + green] as number;
    rgb[to + 2] = bytes[from + blue] as number;
  }
  return rgb;
}

function checkPixels(picture: Pixels, caller: string): Pixels {
  const { width, height, data } = picture ?? {};
  const isBytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  const requirement =
    `${caller} as a picture must be an int32 tensor, or { width, height, data } ` +
    "with bytes, as ImageData is";
  check(isBytes, TypeError, requirement, describe(picture));
  const channels = data.length / (width * height);
  const hasChannels = width > 0 && height > 0 && [1, 3, 4].includes(channels);
  const shape = `${caller} as data must have width · height · 1, 3 or 4 bytes`;
  check(hasChannels, TypeError, shape, `${data.length} for ${width}×${height}`);
  return picture;
}

function describe(picture: unknown): string {
  const name = Object.prototype.toString.call(picture).slice(8, -1);
  if (typeof picture !== "object" || picture === null || !("data" in picture)) return name;
  return `one with ${Object.prototype.toString.call(picture.data).slice(8, -1)}`;
}

async function pixelsOf(tensor: tf.Tensor3D, caller: string): Promise<Pixels> {
  const { shape, dtype } = tensor;
  const [height = 0, width = 0, channels = 0] = shape;
  const isPicture = shape.length === 3 && width * height > 0 && [1, 3, 4].includes(channels);
  const requirement = `${caller} as a picture's tensor must be [height, width, 1, 3 or 4]`;
  check(isPicture, TypeError, requirement, shape);
  const wanted = `${caller} as a picture's tensor must be int32, with values of 0 to 255`;
  check(dtype === "int32", TypeError, wanted, dtype);
  const values = await tensor.data();
  const wrong = values.find((value) => value < 0 || value > 255);
  check(wrong === undefined, RangeError, wanted, wrong);
  return { width, height, data: Uint8Array.from(values) };
}
