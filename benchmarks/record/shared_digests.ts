/**
 * How digests of initial weights lie in a file: each list once, as the cells of a seed have it in
 * common, and in each cell its place among the lists. They would be half of a long record.
 *
 * @module
 */
import type { AnyRecord } from "./kinds.ts";
import type { Fields } from "./migrate.ts";

/** A record of cells as it is written; any other as it is. {@linkcode withOwnDigests} undoes it. */
export function withSharedDigests(record: AnyRecord): object {
  if (record.kind !== "cells") return record;
  const places = new Map<string, number>();
  const placeOf = (text: string) => places.getOrInsert(text, places.size);
  const cells = record.cells.map((cell) =>
    cell.initialWeights === undefined
      ? cell
      : { ...cell, initialWeights: placeOf(JSON.stringify(cell.initialWeights)) }
  );
  if (places.size === 0) return record;
  const { panels, ...head } = record;
  const initialWeights = [...places.keys()].map((text) => JSON.parse(text));
  return { ...head, cells, initialWeights, panels };
}

/**
 * The fields of a record as it lies in a file, with each cell's digests in the cell. A place that is
 * wrong stays, for the schema to tell.
 */
export function withOwnDigests(fields: Fields): Fields {
  const { initialWeights: lists, ...others } = fields;
  const { cells } = fields;
  if (!Array.isArray(lists) || !Array.isArray(cells)) return fields;
  return {
    ...others,
    cells: cells.map((cell: Partial<Fields> | null) => {
      const place = cell?.initialWeights;
      const list = typeof place === "number" ? lists[place] : undefined;
      return list === undefined ? cell : { ...cell, initialWeights: list };
    }),
  };
}
