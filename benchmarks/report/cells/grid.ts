/**
 * The part of a report on arms that lie on a grid: the matrix of scores, what an axis does and how
 * that depends on the others, throughput, and a chart where an axis is of numbers.
 *
 * @module
 */
import { isSame } from "../../experiments/contrasts.ts";
import { type Grid, type GridEffect, gridEffects, type GridRow } from "../../experiments/grid.ts";
import { counted } from "../../ground/format.ts";
import { contrastsOf, type EstimatedContrast } from "../../judge/contrast_estimates.ts";
import { median } from "../../judge/statistics/summary.ts";
import { timesInTurn } from "../../judge/timed_in_turn.ts";
import type { Result } from "../../record/mod.ts";
import { type Column, note, section, table } from "../blocks.ts";
import type { Block, NumberCell } from "../document.ts";
import { differenceCell, pCell } from "./differences.ts";
import { gridFigure } from "./grid_chart.ts";
import { endingText, gridName, type Layout, layoutOf, levelText } from "./grid_layout.ts";
import { mainMetric, metricLabel, rowsOf } from "./metrics.ts";
import { scoreCells } from "./scores.ts";

/** All on the grid, under a heading of its own; nothing where arms lie on none, or no cell has a score. */
export function gridSection(result: Result): Block[] {
  const { grid } = result;
  const metric = mainMetric(result) ?? result.mainMetric; // all may have diverged
  if (grid === undefined || metric === undefined) return [];
  return section(gridName(grid), [
    ...gridFigure(result, grid, metric),
    ...matrix(result, grid, metric),
    note(howToRead(result)),
    ...effects(result, grid, metric),
    ...section("Throughput", throughputTable(result, grid), 3),
  ]);
}

function howToRead({ seeds, data }: Result): string {
  const over = seeds.length === 1
    ? "One seed a cell: there is no interval"
    : `Means over ${counted(seeds.length, "seed")}, ± half of their 95 % interval`;
  return `${over}. A seed that diverged is counted, and is in no mean.` +
    (data.generated ? " The images are generated: this yields no verdict." : "");
}

/** The scores, a cell for each arm. */
function matrix(result: Result, grid: Grid, metric: string): Block[] {
  const rows = rowsOf(result);
  const scores = scoreCells(rows, metric);
  const label = metricLabel(metric);
  return gridTable(`${label} by ${gridName(grid)}`, layoutOf(grid), label, (arm) => {
    const i = rows.findIndex((row) => row.arm === arm);
    return { ...scores[i]!, note: endingText(rows[i]!, result) ?? scores[i]!.note };
  });
}

/** A table with a cell for each arm of a grid. */
function gridTable(
  caption: string,
  { fixed, across, rows }: Layout,
  label: string,
  cell: (arm: string) => NumberCell,
): Block[] {
  const titles = across?.levels.map(String) ?? [label];
  return table(caption, rows, [
    ...fixedColumns(fixed, (row: GridRow) => row.fixed),
    ...titles.map((title, i): Column<GridRow> => [title, ({ arms }) => {
      const arm = arms[i];
      return arm === undefined ? nothing : cell(arm);
    }]),
  ], { paper: true });
}

/** The levels of a row, a column for each axis. */
function fixedColumns<R>(
  axes: Layout["fixed"],
  levels: (row: R) => GridRow["fixed"],
): Column<R>[] {
  return axes.map(({ label }, i): Column<R> => [label, (row) => `${levels(row)[i]}`]);
}

/** An effect as estimated, and how much more it is than in the first row. */
interface EffectRow extends Pick<GridEffect, "fixed" | "level"> {
  effect: EstimatedContrast;
  interaction?: EstimatedContrast | undefined;
}

/** A number where there is none. */
const nothing: NumberCell = { value: undefined, digits: 0 };

/** What the axis asked for does in each row, and whether that differs: tested as one family. */
function effects(result: Result, grid: Grid, metric: string): Block[] {
  const axis = grid.axes.find(({ name }) => name === grid.effect);
  if (axis === undefined) return [];
  const found = contrastsOf(result, metric);
  const others = grid.axes.filter((other) => other !== axis);
  const rows = gridEffects(grid, result.arms).flatMap((one): EffectRow[] => {
    const effect = found.find((contrast) => isSame(contrast, one.effect));
    const interaction = one.interaction &&
      found.find((contrast) => isSame(contrast, one.interaction!));
    return effect === undefined ? [] : [{ ...one, effect, interaction }];
  });
  if (rows.length === 0) return []; // contrasts of one's own may test none
  const hasInteraction = rows.some(({ interaction }) => interaction !== undefined);
  const first = rows[0]?.fixed.map((level, i) => levelText(others[i]!, level)).join(", ");
  const [from, to] = axis.levels;
  const isPair = axis.levels.length === 2;
  return section(hasInteraction ? "Effects and interactions" : "Effects", [
    ...table(`What ${axis.label} does to ${metricLabel(metric)}`, rows, [
      ...fixedColumns(others, (row: EffectRow) => row.fixed),
      !isPair && [axis.label, ({ level }) => `${level}`],
      ["pairs", ({ effect }) => pairsCell(effect, result)],
      [
        `${isPair ? `${to} − ${from}` : `minus ${levelText(axis, from!)}`} [95 %]`,
        ({ effect }) => differenceCell(effect, metric),
      ],
      ["p (Holm)", ({ effect }) => pCell(effect)],
      hasInteraction &&
      [
        `interaction: effect − that in ${first} [95 %]`,
        ({ interaction }) => interaction ? differenceCell(interaction, metric) : nothing,
      ],
      hasInteraction &&
      ["p (Holm)", ({ interaction }) => interaction ? pCell(interaction) : nothing],
    ], { paper: true }),
    note(
      "Pairs share the seed. p is corrected by Holm over all contrasts of the run" +
        (hasInteraction ? ", effects and interactions together." : "."),
    ),
  ], 3);
}

function pairsCell({ pairs: { seeds } }: EstimatedContrast, result: Result): NumberCell {
  const all = result.seeds.length;
  return {
    value: seeds.length,
    digits: 0,
    unit: seeds.length === all ? undefined : `of ${all}`,
  };
}

/** Images a second of each arm, of steps that were timed in turn; nothing where none were. */
function throughputTable(result: Result, grid: Grid): Block[] {
  const { overhead = [] } = result;
  if (overhead.length === 0) return [];
  return [
    ...gridTable("Images a second, of steps timed in turn", layoutOf(grid), "images/s", (arm) => ({
      value: imagesPerSecond(result, arm),
      digits: 1,
    })),
    note(
      "A step of every arm in each round, one after another: the batch over the median step. The " +
        "section on speed has intervals of what each adds to the first arm's step.",
    ),
  ];
}

/** The batch over the median of an arm's steps that were timed in turn; NaN where there are none. */
export function imagesPerSecond(result: Result, arm: string): number {
  const times = timesInTurn(result, arm);
  const batchSize = result.cells.find((cell) => cell.arm === arm)?.batchSize ?? NaN;
  return times.length === 0 ? NaN : 1000 * batchSize / median(times);
}
