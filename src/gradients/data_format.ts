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
  if (dataFormat === undefined || dataFormat === last) return false;
  if (dataFormat === first) return true;
  throw new RangeError(
    `Cannot compute ${caller} as dataFormat must be "${last}" or "${first}": ` +
      `current value is ${JSON.stringify(dataFormat)}`,
  );
}
