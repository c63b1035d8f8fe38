import { check } from "../check.ts";

/**
 * Whether a layout has its channels first.
 *
 * @param caller the function to name in errors
 * @param dataFormat the layout, or `undefined` for the default, channels last
 * @param layouts the function's layouts
 * @returns `true` for the second of `layouts`
 * @throws {RangeError} if it is neither
 */
export function hasChannelsFirst(
  caller: string,
  dataFormat: string | undefined,
  [last, first]: readonly [last: string, first: string],
): boolean {
  const isFirst = dataFormat === first;
  const isKnown = isFirst || dataFormat === undefined || dataFormat === last;
  const requirement = `compute ${caller} as dataFormat must be "${last}" or "${first}"`;
  check(isKnown, RangeError, requirement, JSON.stringify(dataFormat));
  return isFirst;
}
