import { check, isInteger, jsonOf } from "../../check.ts";
import type { Size } from "../../pictures/picture.ts";
import { type Filter, filters } from "../../pictures/resize_taps.ts";

/** What is done to a picture before a network sees it. */
export interface Recipe {
  /** The result's size, in pixels. */
  readonly size: Size;
  /** The picture's size after resizing, of which the result is the middle. */
  resizedSize(picture: Size): Size;
  /** Pillow's name of the filter. */
  readonly interpolation: Filter;
  /** Where the crop begins, of the pixels that are too many along an axis. */
  cropStart(surplus: number): number;
  /** The share of 1 that a byte stands for, rounded as the original does. */
  scale(byte: number): number;
  /** What is taken off red, green and blue, in shares of 1. */
  readonly mean: readonly number[];
  /** What they are divided by then. */
  readonly std: readonly number[];
}

/** ImageNet's mean, as timm and torchvision have it. */
export const imagenetMean: readonly number[] = [0.485, 0.456, 0.406];

/** ImageNet's standard deviation, as timm and torchvision have it. */
export const imagenetStd: readonly number[] = [0.229, 0.224, 0.225];

/** Throws in the words of this room. */
export function checkConfig(
  holds: boolean,
  Kind: new (message: string) => Error,
  requirement: string,
  value: unknown,
): asserts holds {
  const shown = typeof value === "object" ? jsonOf(value) : value;
  check(holds, Kind, `make preprocessing as ${requirement}`, shown);
}

/** An object's fields, of whatever type. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is an object with fields. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A length in pixels. */
export function checkSide(name: string, value: unknown): number {
  checkConfig(isInteger(value, 1), RangeError, `${name} must be an integer >= 1`, value);
  return value;
}

/** A filter's name. */
export function checkInterpolation(name: string, value: unknown): Filter {
  const isFilter = filters.some((filter) => filter === value);
  checkConfig(isFilter, RangeError, `${name} must be one of ${filters.join(", ")}`, value);
  return value as Filter;
}

/** Three finite numbers; a single one stands for all three. */
export function checkChannels(name: string, value: unknown): readonly number[] {
  const three = typeof value === "number" ? [value, value, value] : value;
  const isList = Array.isArray(three) && (three.length === 3 || three.length === 1) &&
    three.every((number) => Number.isFinite(number));
  checkConfig(isList, TypeError, `${name} must be 3 numbers, of red, green and blue`, value);
  return three.length === 3 ? three : [three[0], three[0], three[0]];
}

/** Three numbers to divide by. */
export function checkDeviation(name: string, value: unknown): readonly number[] {
  const three = checkChannels(name, value);
  checkConfig(three.every((number) => number > 0), RangeError, `${name} must be > 0`, value);
  return three;
}
