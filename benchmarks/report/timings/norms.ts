/**
 * The part of a report on normalizations: what each takes, and what weight standardization adds to it.
 *
 * @module
 */
import { normalizationLabels } from "../../experiments/profiles/normalization.ts";
import type { Ratio } from "../../judge/timings/figures.ts";
import { type NormRow, normRows } from "../../judge/timings/norms.ts";
import type { ConfiguredRow, SubjectRecord } from "../../record/mod.ts";
import { type Column, list, table } from "../blocks.ts";
import type { Block, NumberCell } from "../document.ts";
import { addedCell, stepCell } from "./tables.ts";

/** Normalizations × WS in each framework; nothing where there is only the profile's own. */
export function normBlocks(row: ConfiguredRow, options: { paper: boolean }): Block[] {
  const rows = normRows(row);
  if (rows.length === 0) return [];
  const caption =
    "Steps with each normalization, what weight standardization (WS) adds to them, and " +
    "in relation to batch norm (BN) and to PyTorch with the same normalization";
  return [
    ...table(caption, rows, [
      [
        "normalization",
        ({ plain, normalization }) => `${frameworkOf(plain)}: ${label(normalization)}`,
      ],
      ["step (ms), quartiles", ({ plain }) => stepCell(plain)],
      ratioColumn("× BN", "overBatch"),
      [
        "with WS (ms), quartiles",
        ({ ws }) => ws === undefined ? { value: undefined, digits: 1 } : stepCell(ws),
      ],
      ["added by WS", ({ added }) => addedCell(added)],
      ratioColumn("with WS × BN", "wsOverBatch"),
      ratioColumn("× PyTorch", "overPeer"),
      ratioColumn("with WS × PyTorch with WS", "wsOverPeer"),
    ], options),
    ...list(remarks(rows)),
  ];
}

function remarks(rows: readonly NormRow[]): string[] {
  const hasPeer = rows.some(({ wsOverPeer }) => wsOverPeer !== undefined);
  const hasNone = rows.some(({ normalization }) => normalization === "none");
  return [
    ...(hasPeer
      ? [
        "PyTorch with WS is its fastest that was timed: timm's StdConv2d, unless others were asked for.",
      ]
      : []),
    ...(hasNone
      ? [
        "Without a normalization values grow from layer to layer. The learning rate is so low there " +
        "that no weight moves, as a step takes as long at any.",
      ]
      : []),
  ];
}

type RatioKey = { [K in keyof NormRow]-?: NonNullable<NormRow[K]> extends Ratio ? K : never }[
  keyof NormRow
];

function ratioColumn(title: string, key: RatioKey): Column<NormRow> {
  return [title, (row): NumberCell => {
    const ratio = row[key];
    return { value: ratio?.median, digits: 3, range: ratio };
  }];
}

/** `tensorflow captured`, as all labels of its subjects begin. */
function frameworkOf({ label }: SubjectRecord): string {
  return label.split(":")[0]!;
}

function label(normalization: string): string {
  return (normalizationLabels as Record<string, string>)[normalization] ?? normalization;
}
