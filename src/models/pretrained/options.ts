import { check, checkNames, isInteger } from "../../check.ts";
import type { Shape } from "../../layers/geometry.ts";
import type { StandardizationOptions } from "../../standardization/variants.ts";
import type { Config } from "./layout.ts";
import type { FetchOptions } from "./source.ts";

/** Options of `models.loadPretrained`. */
export interface LoadPretrainedOptions extends StandardizationOptions, FetchOptions {
  /**
   * How many classes the model has. Another number than the file's gives it a new head, of zeros, as
   * BiT begins one; the rest is loaded.
   *
   * @default {the file's}
   */
  classes?: number;
  /**
   * `[height, width, channels]`, height and width `null` where they may vary.
   *
   * @default {[null, null, 3]}
   */
  inputShape?: Shape;
  /**
   * Groups of the group normalizations. Files don't show them.
   *
   * @default {the config's, or 32}
   */
  groups?: number;
  /**
   * What `config.json` says, where weights come as bytes or from a URL.
   *
   * @default {the repository's, for "hf:"}
   */
  config?: Config;
}

/** The names of the options. */
const known: Readonly<Record<keyof LoadPretrainedOptions, true>> = {
  classes: true,
  inputShape: true,
  groups: true,
  config: true,
  variant: true,
  epsilon: true,
  fetch: true,
  onProgress: true,
  signal: true,
  cache: true,
  hub: true,
};

/**
 * Refuses what would be ignored without a word, before anything is fetched.
 *
 * @param options the caller's
 * @throws {TypeError} if they, or the config, are no objects
 * @throws {RangeError} if one is not known, or is no count
 */
export function checkOptions(options: LoadPretrainedOptions): void {
  const isRecord = (value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  checkNames("loadPretrained as options", options, Object.keys(known));
  const { classes, groups, config } = options;
  for (const [name, count] of Object.entries({ classes, groups })) {
    const isCount = count === undefined || isInteger(count, 1);
    check(isCount, RangeError, `loadPretrained as ${name} must be an integer >= 1`, count);
  }
  const isConfig = config === undefined || isRecord(config);
  check(isConfig, TypeError, "loadPretrained as config must be config.json's object", config);
}
