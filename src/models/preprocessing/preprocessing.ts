import { check } from "../../check.ts";
import type { RgbImage } from "../../pictures/picture.ts";
import { planResize, runResize } from "../../pictures/resize_filter.ts";
import * as tf from "../../tf.ts";
import {
  checkChannels,
  checkConfig,
  checkDeviation,
  checkInterpolation,
  checkSide,
  type Fields,
  imagenetMean,
  imagenetStd,
  isFields,
  type Recipe,
} from "./recipe.ts";
import { type Picture, rgbOf } from "./rgb_bytes.ts";
import { checkMode, checkShare, type CropMode, recipeOf, timmRecipe } from "./timm.ts";
import { isTransformers, transformersRecipe } from "./transformers.ts";

/** What is done to a picture, in words of one's own. */
export interface PreprocessingOptions {
  /** The result's side, in pixels, or its height and width. */
  size: number | readonly [height: number, width: number];
  /**
   * The share of the resized picture's side that the result has: `size / cropShare` is what a
   * picture is resized to.
   *
   * @default {0.875}
   */
  cropShare?: number | undefined;
  /**
   * `"center"` resizes the shorter side and takes the middle, `"squash"` presses both sides to the
   * size and keeps the whole picture.
   *
   * @default {"center"}
   */
  cropMode?: CropMode | undefined;
  /**
   * The filter.
   *
   * @default {"bicubic"}
   */
  interpolation?: "bilinear" | "bicubic" | undefined;
  /**
   * What is taken off red, green and blue, of which 1 is the most.
   *
   * @default {[0.485, 0.456, 0.406]}
   */
  mean?: number | readonly number[] | undefined;
  /**
   * What they are divided by then.
   *
   * @default {[0.229, 0.224, 0.225]}
   */
  std?: number | readonly number[] | undefined;
}

/** Makes a network's input of pictures: see {@linkcode preprocessing}. */
export interface Preprocessing {
  /**
   * @param pictures decoded pictures of any sizes, or a single one
   * @returns float32 `[pictures, height, width, 3]`, which is the caller's
   * @throws {TypeError} if one is no picture
   * @throws {RangeError} if a value is no byte, or the result is larger than what it is cut from
   */
  (pictures: Picture | readonly Picture[]): Promise<tf.Tensor4D>;
  /** The result's height, in pixels. */
  readonly height: number;
  /** The result's width, in pixels. */
  readonly width: number;
  /** The filter. */
  readonly interpolation: "bilinear" | "bicubic";
  /** What is taken off red, green and blue. */
  readonly mean: readonly number[];
  /** What they are divided by. */
  readonly std: readonly number[];
}

/**
 * The preprocessing that belongs to pretrained weights: `(crop(resize(x)) / 255 − mean) / std`,
 * with Pillow's antialiased filters, the same bytes as Pillow's up to version 12, and the numbers of
 * timm's `create_transform` or of transformers' `BitImageProcessorPil`. It works in a browser, too.
 *
 * The two cut the middle differently where a pixel is left over: timm rounds half a pixel to even,
 * transformers rounds it down. Alpha is dropped and gray repeated, as `convert("RGB")` does; an
 * EXIF orientation is whoever's who decodes. In a browser decode with
 * `createImageBitmap(file, { colorSpaceConversion: "none" })`: Chromium's pixels are then Pillow's.
 * A config's `test_input_size` and `test_crop_pct` are ignored, as timm ignores them by default.
 *
 * Sources: timm, `timm/data/transforms_factory.py`; transformers, `image_processing_pil_bit.py`.
 *
 * @example
 * ```ts
 * import { models } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const half = [0.5, 0.5, 0.5];
 * const preprocess = models.preprocessing({
 *   pretrained_cfg: { input_size: [3, 2, 2], crop_pct: 1, interpolation: "bilinear", mean: half, std: half },
 * });
 * const white = { width: 5, height: 4, data: new Uint8ClampedArray(5 * 4 * 4).fill(255) };
 * const batch = await preprocess([white, white]);
 * assert.deepEqual(batch.shape, [2, 2, 2, 3]);
 * assert.ok((await batch.data()).every((value) => value === 1));
 * ```
 *
 * @param config timm's `pretrained_cfg`, or the `config.json` that holds it; transformers'
 *   `preprocessor_config.json` of BiT; or options of one's own
 * @returns the function, with its sizes
 * @throws {TypeError} if it is none of these
 * @throws {RangeError} if it asks for what is not there: another filter, another processor
 */
export function preprocessing(config: PreprocessingOptions | object): Preprocessing {
  const recipe = recipeFor(config);
  const { size: { width, height }, interpolation, mean, std } = recipe;
  const tables = tablesOf(recipe);
  const run = async (pictures: Picture | readonly Picture[]) => {
    const list: readonly Picture[] = Array.isArray(pictures) ? pictures : [pictures];
    check(list.length > 0, TypeError, "preprocess as there must be a picture", "[]");
    const length = 3 * width * height;
    const values = new Float32Array(list.length * length);
    for (const [i, picture] of list.entries()) {
      const image = await rgbOf(picture, "preprocess");
      render(recipe, tables, image, values.subarray(i * length, (i + 1) * length));
    }
    return tf.tensor4d(values, [list.length, height, width, 3]);
  };
  return Object.freeze(Object.assign(run, { width, height, interpolation, mean, std }));
}

function recipeFor(config: unknown): Recipe {
  const kinds = "config must be timm's pretrained_cfg (or the config.json that holds it), " +
    "transformers' preprocessor_config.json, or { size, … }";
  checkConfig(isFields(config), TypeError, kinds, config);
  const { pretrained_cfg: inner = config } = config;
  if (isFields(inner) && ("pretrained_cfg" in config || "input_size" in inner)) {
    return timmRecipe(inner);
  }
  if (isTransformers(config)) return transformersRecipe(config);
  const keys = Object.keys(config).slice(0, 8);
  const beside = "model_type" in config
    ? ", and preprocessor_config.json, which lies beside this file, says it"
    : "";
  checkConfig("size" in config, TypeError, kinds + beside, `one with ${keys.join(", ")}`);
  return ownRecipe(config);
}

const optionNames: ReadonlySet<string> = new Set(
  ["cropShare", "cropMode", "interpolation", "mean", "std"],
);

function ownRecipe({ size, ...options }: Fields): Recipe {
  const unknown = Object.keys(options).find((name) => !optionNames.has(name));
  const requirement = `options must be size, ${[...optionNames].join(", ")}`;
  checkConfig(unknown === undefined, TypeError, requirement, unknown);
  const [height, width] = Array.isArray(size) ? size : [size, size];
  return recipeOf({
    size: { height: checkSide("size", height), width: checkSide("size", width) },
    cropShare: checkShare("cropShare", options["cropShare"] ?? 0.875),
    cropMode: checkMode("cropMode", options["cropMode"] ?? "center"),
    interpolation: checkInterpolation("interpolation", options["interpolation"] ?? "bicubic"),
    mean: checkChannels("mean", options["mean"] ?? imagenetMean),
    std: checkDeviation("std", options["std"] ?? imagenetStd),
  });
}

/** What each byte becomes in each channel, rounded to single precision at each step. */
function tablesOf({ scale, mean, std }: Recipe): Float32Array[] {
  const { fround } = Math;
  return mean.map((mean, c) =>
    Float32Array.from(
      { length: 256 },
      (_, byte) => fround(fround(scale(byte)) - fround(mean)) / fround(std[c] as number),
    )
  );
}

/** Writes a picture's numbers, `[height, width, 3]`, to `out`. */
function render(
  recipe: Recipe,
  tables: readonly Float32Array[],
  image: RgbImage,
  out: Float32Array,
): void {
  const { size, interpolation } = recipe;
  const resized = recipe.resizedSize(image);
  const isInside = resized.width >= size.width && resized.height >= size.height;
  check(
    isInside,
    RangeError,
    `preprocess as the resized picture must hold ${size.width}×${size.height} pixels`,
    `${resized.width}×${resized.height}`,
  );
  const window = {
    ...size,
    x: recipe.cropStart(resized.width - size.width),
    y: recipe.cropStart(resized.height - size.height),
  };
  const bytes = runResize(planResize(image, resized, window, interpolation), {
    x: 0,
    y: 0,
    ...image,
  });
  const [red, green, blue] = tables as [Float32Array, Float32Array, Float32Array];
  for (let i = 0; i < bytes.length; i += 3) {
    out[i] = red[bytes[i] as number] as number;
    out[i + 1] = green[bytes[i + 1] as number] as number;
    out[i + 2] = blue[bytes[i + 2] as number] as number;
  }
}
