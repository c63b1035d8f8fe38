/**
 * Preprocessing as timm says it: `create_transform` for inference.
 *
 * @module
 */
import { resizedByShorterSide } from "../../pictures/center_crop.ts";
import type { Size } from "../../pictures/picture.ts";
import { roundHalfToEven } from "../../pictures/rounding.ts";
import {
  checkChannels,
  checkConfig,
  checkDeviation,
  checkInterpolation,
  checkSide,
  type Fields,
  imagenetMean,
  imagenetStd,
  type Recipe,
} from "./recipe.ts";

/** What is kept of a picture: its middle, or all of it with its sides pressed to the result's. */
export type CropMode = "center" | "squash";

/** The parts of timm's transform. */
export interface TimmParts {
  /** The result's size. */
  size: Size;
  /** The share of the resized picture's side that the result has. */
  cropShare: number;
  /** What is kept. */
  cropMode: CropMode;
  /** Pillow's name of the filter. */
  interpolation: Recipe["interpolation"];
  /** What is taken off. */
  mean: readonly number[];
  /** What is divided by. */
  std: readonly number[];
}

/**
 * The recipe of timm's `pretrained_cfg`.
 *
 * @param config the `pretrained_cfg`; what it lacks is timm's default
 * @returns the recipe
 * @throws {TypeError | RangeError} if a field has a value that is not known here
 */
export function timmRecipe(config: Fields): Recipe {
  const { input_size: inputSize = [3, 224, 224] } = config;
  const isShape = Array.isArray(inputSize) && inputSize.length === 3 && inputSize[0] === 3;
  const shape = "input_size must be [3, height, width]";
  checkConfig(isShape, TypeError, shape, inputSize);
  return recipeOf({
    size: {
      height: checkSide("input_size's height", inputSize[1]),
      width: checkSide("input_size's width", inputSize[2]),
    },
    cropShare: checkShare("crop_pct", config["crop_pct"] ?? 0.875),
    cropMode: checkMode("crop_mode", config["crop_mode"] ?? "center"),
    interpolation: checkInterpolation("interpolation", config["interpolation"] ?? "bicubic"),
    mean: checkChannels("mean", config["mean"] ?? imagenetMean),
    std: checkDeviation("std", config["std"] ?? imagenetStd),
  });
}

/** A share of a side: of more than 1 the result would have a border. */
export function checkShare(name: string, value: unknown): number {
  const isShare = typeof value === "number" && value > 0 && value <= 1;
  checkConfig(isShare, RangeError, `${name} must be > 0 and <= 1`, value);
  return value;
}

/** A mode's name. */
export function checkMode(name: string, value: unknown): CropMode {
  const isMode = value === "center" || value === "squash";
  const requirement = `${name} must be "center" or "squash"`;
  checkConfig(isMode, RangeError, requirement, value);
  return value;
}

/**
 * The recipe of timm's parts. A byte is divided by 255, the mean taken off and the deviation
 * divided by, each in single precision.
 *
 * @param parts the parts
 * @returns the recipe
 */
export function recipeOf({ size, cropShare, cropMode, ...parts }: TimmParts): Recipe {
  const larger = {
    width: Math.floor(size.width / cropShare),
    height: Math.floor(size.height / cropShare),
  };
  return {
    ...parts,
    size,
    resizedSize: (picture) => cropMode === "squash" ? larger : resizedAround(picture, larger),
    cropStart: (surplus) => roundHalfToEven(surplus / 2),
    scale: (byte) => byte / 255,
  };
}

/** The size at which a picture just covers another size, with its own ratio of sides. */
function resizedAround(picture: Size, least: Size): Size {
  if (least.width === least.height) return resizedByShorterSide(picture, least.width);
  const ratio = Math.min(picture.height / least.height, picture.width / least.width);
  return {
    width: roundHalfToEven(picture.width / ratio),
    height: roundHalfToEven(picture.height / ratio),
  };
}
