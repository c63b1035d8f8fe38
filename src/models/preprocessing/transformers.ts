/**
 * Preprocessing as transformers says it: `preprocessor_config.json` of BiT.
 *
 * @module
 */
import { resizedByShorterSide } from "../../pictures/center_crop.ts";
import type { Size } from "../../pictures/picture.ts";
import type { Filter } from "../../pictures/resize_taps.ts";
import {
  checkChannels,
  checkConfig,
  checkDeviation,
  checkSide,
  type Fields,
  isFields,
  type Recipe,
} from "./recipe.ts";

/** OpenAI's mean, transformers' default of this processor. */
const defaultMean = [0.48145466, 0.4578275, 0.40821073];
/** OpenAI's standard deviation, transformers' default of this processor. */
const defaultStd = [0.26862954, 0.26130258, 0.27577711];

/** Pillow's numbers of its filters, by which `resample` names them. */
const resamples: ReadonlyMap<unknown, Filter> = new Map([[2, "bilinear"], [3, "bicubic"]]);

/** Names under which transformers has kept this processor. */
const processors: readonly unknown[] = [
  "BitImageProcessor",
  "BitImageProcessorFast",
  "BitImageProcessorPil",
  "BitFeatureExtractor",
];

/** Whether a configuration is one of transformers' processors. */
export function isTransformers(config: Fields): boolean {
  const names = ["image_processor_type", "feature_extractor_type", "image_mean", "do_resize"];
  return names.some((name) => name in config);
}

/**
 * The recipe of `preprocessor_config.json`.
 *
 * @param config the file's contents; what it lacks is the default of `BitImageProcessor`
 * @returns the recipe
 * @throws {TypeError | RangeError} if the processor, or a field's value, is not known here
 */
export function transformersRecipe(config: Fields): Recipe {
  checkProcessor(config);
  const { resample = 3, rescale_factor: factor = 1 / 255 } = config;
  const interpolation = resamples.get(resample);
  const isKnown = interpolation !== undefined;
  checkConfig(isKnown, RangeError, "resample must be 2 (bilinear) or 3 (bicubic)", resample);
  const isFactor = typeof factor === "number" && factor > 0;
  checkConfig(isFactor, RangeError, "rescale_factor must be a number > 0", factor);
  const rescales = isOn(config, "do_rescale"), normalizes = isOn(config, "do_normalize");
  return {
    ...sizesOf(config),
    interpolation,
    cropStart: (surplus) => Math.floor(surplus / 2),
    scale: (byte) => rescales ? byte * factor : byte,
    mean: normalizes ? checkChannels("image_mean", config["image_mean"] ?? defaultMean) : zeros,
    std: normalizes ? checkDeviation("image_std", config["image_std"] ?? defaultStd) : ones,
  };
}

const zeros = [0, 0, 0];
const ones = [1, 1, 1];

function checkProcessor(config: Fields): void {
  const type = config["image_processor_type"] ?? config["feature_extractor_type"];
  const isKnown = type === undefined || processors.includes(type);
  checkConfig(isKnown, RangeError, "image_processor_type must be BitImageProcessor", type);
  checkConfig(!config["do_pad"], RangeError, "do_pad must be off", config["do_pad"]);
}

/** The sizes; without a crop every result has one size only where sides are pressed to it. */
function sizesOf(config: Fields): Pick<Recipe, "size" | "resizedSize"> {
  const resizes = isOn(config, "do_resize"), crops = isOn(config, "do_center_crop");
  const to = resizes ? targetOf(config["size"] ?? { shortest_edge: 224 }) : undefined;
  if (!crops) {
    const isWhole = typeof to === "object";
    const requirement = "size must be { height, width } where do_center_crop is off";
    checkConfig(isWhole, RangeError, requirement, config["size"]);
    return { size: to, resizedSize: () => to };
  }
  const size = sizeOf("crop_size", config["crop_size"] ?? 224);
  if (to === undefined) return { size, resizedSize: (picture) => picture };
  if (typeof to === "object") return { size, resizedSize: () => to };
  return { size, resizedSize: (picture) => resizedByShorterSide(picture, to) };
}

/** The shorter side's length, or both sides'. A number alone has been the shorter side's. */
function targetOf(size: unknown): number | Size {
  if (typeof size === "number") return checkSide("size", size);
  if (isFields(size) && "shortest_edge" in size) {
    checkConfig(!("longest_edge" in size), RangeError, "size must have no longest_edge", size);
    return checkSide("size's shortest_edge", size["shortest_edge"]);
  }
  return sizeOf("size", size);
}

function sizeOf(name: string, value: unknown): Size {
  if (typeof value === "number") {
    const side = checkSide(name, value);
    return { width: side, height: side };
  }
  const isSize = isFields(value) && "height" in value && "width" in value;
  checkConfig(isSize, TypeError, `${name} must be { height, width }`, value);
  return {
    width: checkSide(`${name}'s width`, value["width"]),
    height: checkSide(`${name}'s height`, value["height"]),
  };
}

function isOn(config: Fields, name: string): boolean {
  const value = config[name] ?? true;
  checkConfig(typeof value === "boolean", TypeError, `${name} must be true or false`, value);
  return value;
}
