/**
 * Makes the blocks of a report; nothing where they would be empty.
 *
 * @module
 */
import { oneLine } from "../ground/format.ts";
import type { Warning } from "../record/mod.ts";
import type { Block, Cell, Fact, Mood, Styled, Text } from "./document.ts";

/** A column of a table: its title, and its cell in a row. */
export type Column<R> = readonly [title: string, cell: (row: R, place: number) => Cell];

/**
 * A table with a row for each of `rows`.
 *
 * @param caption what it holds, for screen readers and for a paper
 * @param columns left out where they are false; the first names the rows
 * @param options `paper`: whether `report.tex` has it
 */
export function table<R>(
  caption: string,
  rows: readonly R[],
  columns: readonly (Column<R> | false)[],
  { paper = false }: { paper?: boolean } = {},
): Block[] {
  if (rows.length === 0) return [];
  const shown = columns.filter((column) => column !== false);
  return [{
    kind: "table",
    paper,
    caption,
    columns: shown.map(([title]) => title),
    rows: rows.map((row, place) => shown.map(([, cell]) => cell(row, place))),
  }];
}

/** Blocks below a heading; with a level of 3 it is one within a section. */
export function section(title: string, blocks: readonly Block[], level: 2 | 3 = 2): Block[] {
  return blocks.length === 0 ? [] : [{ kind: "heading", title, level }, ...blocks];
}

/** Blocks that are folded below a title. */
export function fold(title: string, blocks: readonly Block[]): Block[] {
  return blocks.length === 0 ? [] : [{ kind: "fold", title, blocks }];
}

/** Names and values. */
export function facts(rows: readonly Fact[]): Block[] {
  return rows.length === 0 ? [] : [{ kind: "facts", rows }];
}

/** Lines below each other. */
export function list(items: readonly Text[]): Block[] {
  return items.length === 0 ? [] : [{ kind: "list", items }];
}

/** A paragraph on how to read what stands beside it. */
export function note(text: Text): Block {
  return { kind: "text", text, quiet: true };
}

/** A warning as a line of a list; `count` is how often it was given. */
export function warningText(
  { code, message, advice, count = 1 }: Warning & { count?: number },
): Text {
  const times = count > 1 ? ` (${count} times)` : "";
  return [strong(code), `${times}: ${oneLine(message)}. `, quiet(advice)];
}

/** Emphasized words. */
export function strong(text: string): Styled {
  return { as: "strong", text };
}

/** De-emphasized words. */
export function quiet(text: string): Styled {
  return { as: "quiet", text };
}

/** A verdict, in the color of its mood. */
export function badge<V extends string>(text: V, moods: Readonly<Record<V, Mood>>): Styled {
  return { as: "badge", text, mood: moods[text] };
}
