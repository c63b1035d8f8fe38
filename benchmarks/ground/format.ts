/**
 * Numbers as text, the same on every machine.
 *
 * @module
 */

/** The sign that stands for "nothing to show" in tables. */
export const none = "–";

/** A number with a fixed count of decimals; an en dash where there is none, or it is not finite. */
export function fixed(value: number | undefined, digits: number): string {
  if (value === undefined || !Number.isFinite(value)) return none;
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** As {@linkcode fixed}, with the sign always shown. */
export function signed(value: number | undefined, digits: number): string {
  const text = fixed(value, digits);
  return text === none || text.startsWith("−") ? text : `+${text}`;
}

/**
 * A whole number with commas between thousands.
 *
 * @param value the number, rounded
 */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** The bounds of an interval with their signs, such as `[−0.10, +0.80]`. */
export function bounds(interval: { low: number; high: number }, digits: number): string {
  return `[${signed(interval.low, digits)}, ${signed(interval.high, digits)}]`;
}

/**
 * A share in percent, as it was asked for, such as `20 %` and `12.5 %`.
 *
 * @param share of 1
 */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(12))} %`; // 100 · 0.07 is 7.000000000000001
}

/** A count with its noun, such as `1 seed` and `2 seeds`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A number of bytes, such as `1.5 MB`. */
export function bytesText(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** The longest text from outside, such as an error's message, that a report repeats. */
const longest = 500;

/** What shows nothing, and what turns the order of the text behind it. */
const invisible = /(?!\s)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

/** Text from outside in one line, cut where it is very long. */
export function oneLine(text: string): string {
  const line = text.replace(invisible, "").replace(/\s+/g, " ").trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
