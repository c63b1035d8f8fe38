/**
 * A grid of arms as rows and columns, with what became of each arm's seeds.
 *
 * @module
 */
import {
  type Axis,
  type Grid,
  type GridRow,
  isNumeric,
  type Level,
  rowsAlong,
} from "../../experiments/grid.ts";
import type { Result } from "../../record/mod.ts";
import type { Row } from "./metrics.ts";

/** A grid as a table. */
export interface Layout {
  /** What tells the rows apart: the first columns. */
  fixed: readonly Axis[];
  /** The axis whose levels are columns; none where there is one axis, whose levels are rows. */
  across?: Axis;
  rows: readonly GridRow[];
}

/** Columns are the levels of the axis whose effect is asked for, or of the last one. */
export function layoutOf(grid: Grid): Layout {
  const across = grid.axes.find(({ name }) => name === grid.effect) ?? grid.axes.at(-1)!;
  const rows = rowsAlong(grid, across.name);
  if (grid.axes.length > 1) {
    return { fixed: grid.axes.filter((axis) => axis !== across), across, rows };
  }
  const single = across.levels.map((level, i) => ({ fixed: [level], arms: [rows[0]?.arms[i]] }));
  return { fixed: [across], rows: single };
}

/** A grid as lines over an axis of numbers. */
export interface Lines {
  /** The axis of numbers. */
  x: Axis;
  lines: readonly { label: string; arms: readonly (string | undefined)[] }[];
}

/** A line for each combination of the other axes' levels; undefined where no axis is of numbers. */
export function linesOf(grid: Grid): Lines | undefined {
  const numeric = grid.axes.filter(isNumeric);
  const x = numeric.find(({ name }) => name === grid.effect) ?? numeric[0];
  if (x === undefined) return undefined;
  const others = grid.axes.filter((axis) => axis !== x);
  const lines = rowsAlong(grid, x.name).map(({ fixed, arms }) => ({
    label: fixed.map((level, i) => levelText(others[i]!, level)).join(", ") || x.label,
    arms,
  }));
  return { x, lines };
}

/** A level on its own: a number needs its axis to say what it is. */
export function levelText({ label }: Pick<Axis, "label">, level: Level): string {
  return typeof level === "number" ? `${label} ${level}` : level;
}

/** What readers call a grid: `normalization × weight standardization`. */
export function gridName({ axes }: Grid): string {
  return axes.map(({ label }) => label).join(" × ");
}

const endings = [
  ["failed", "diverged"],
  ["broken", "broke"],
  ["interrupted", "interrupted"],
] as const;

/**
 * How many of an arm's seeds came to no result, and how, or that the arm was refused; nothing where all
 * are done.
 */
export function endingText({ cells, done, refused }: Row, { seeds }: Result): string | undefined {
  if (refused !== undefined) return "refused";
  const parts = endings.flatMap(([status, word]) => {
    const count = cells.filter((cell) => cell.status === status).length;
    return count === 0 ? [] : [`${word} ${count}`];
  });
  if (cells.length < seeds.length) parts.push(`did not run ${seeds.length - cells.length}`);
  return done.length === seeds.length ? undefined : `${parts.join(", ")} of ${seeds.length}`;
}
