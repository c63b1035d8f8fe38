/**
 * The lines and cells of a report as text, for its renderers.
 *
 * @module
 */
import { bounds, fixed, grouped, none, oneLine, signed } from "../ground/format.ts";
import type { Cell, NumberCell, Styled, Table, Text } from "./document.ts";

/**
 * The parts of a line, each in one line itself: without line breaks, and cut where it is very long.
 */
export function partsOf(text: Text): Styled[] {
  const parts = typeof text === "string" || "as" in text ? [text] : text;
  return parts.map((part): Styled => {
    if (typeof part !== "string" && part.as !== "plain") {
      return "text" in part ? { ...part, text: oneLine(part.text) } : part;
    }
    const words = typeof part === "string" ? part : part.text;
    const line = oneLine(words);
    if (parts.length === 1) return { as: "plain", text: line };
    const before = /^\s/.test(words) ? " " : "";
    const after = line !== "" && /\s$/.test(words) ? " " : "";
    return { as: "plain", text: `${before}${line}${after}` };
  });
}

/** Whether a cell is a number. */
export function isNumber(cell: Cell): cell is NumberCell {
  return typeof cell === "object" && "value" in cell;
}

/** Which columns hold only numbers, and so are right-aligned. */
export function numericColumns({ columns, rows }: Table): boolean[] {
  const holdsNumber = (column: number) =>
    rows.every((row) => row[column] !== undefined && isNumber(row[column]));
  return columns.map((_, i) => rows.length > 0 && holdsNumber(i));
}

/** A number as it is shown, such as `40.12 ± 0.31` or `+3.2 % [−2.2, +12.6], 30 pairs`. */
export function numberText(cell: NumberCell): string {
  const { value, digits, unit = "", half, range, note } = cell;
  if (value === undefined || !Number.isFinite(value)) return note ?? none;
  const shown = cell.signed ? signed : fixed;
  return [
    cell.grouped ? grouped(value) : shown(value, digits),
    half === undefined ? "" : ` ± ${fixed(half, digits)}`,
    unit === "" ? "" : ` ${unit}`,
    range === undefined ? "" : ` ${rangeText(range, cell)}`,
    note === undefined ? "" : `, ${note}`,
  ].join("");
}

function rangeText(
  { low, high, isInterval = true }: NonNullable<NumberCell["range"]>,
  { digits, signed: isSigned = false }: NumberCell,
): string {
  if (isSigned && isInterval) return bounds({ low, high }, digits);
  const [from, to] = [low, high].map((bound) => (isSigned ? signed : fixed)(bound, digits));
  if (isInterval) return `[${from}, ${to}]`;
  return isSigned ? `(${from} to ${to})` : `(${from}–${to})`;
}
