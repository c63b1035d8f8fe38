/**
 * A grid as tables for programs: `grid.csv`, an arm a row with its place and its score, and
 * `contrasts.csv`, what was tested of the arms.
 *
 * @module
 */
import { contrastsOf } from "../../judge/contrast_estimates.ts";
import type { Result } from "../../record/mod.ts";
import type { CsvTable } from "../csv_text.ts";
import { imagesPerSecond } from "./grid.ts";
import { mainMetric, rowsOf } from "./metrics.ts";
import { scoreOf } from "./scores.ts";

/** The tables; nothing where arms lie on no grid, or no cell has a score. */
export function gridTables(result: Result): CsvTable[] {
  const { grid } = result;
  const metric = mainMetric(result) ?? result.mainMetric;
  if (grid === undefined || metric === undefined) return [];
  return [
    {
      path: "grid.csv",
      header: [
        "arm",
        ...grid.axes.map(({ name }) => name),
        ...["metric", "n", "diverged", "mean", "low", "high", "imagesPerSecond"],
      ],
      rows: rowsOf(result).filter(({ arm }) => Object.hasOwn(grid.at, arm)).map((row) => {
        const { n = 0, mean = "", interval } = scoreOf(row, metric) ?? {};
        const diverged = row.cells.filter(({ status }) => status === "failed").length;
        const speed = imagesPerSecond(result, row.arm);
        return [
          ...[row.arm, ...grid.at[row.arm]!, metric, n, diverged, mean],
          ...[interval?.low ?? "", interval?.high ?? "", Number.isFinite(speed) ? speed : ""],
        ];
      }),
    },
    {
      path: "contrasts.csv",
      header: ["contrast", "label", "metric", "n", "mean", "low", "high", "pHolm"],
      rows: contrastsOf(result, metric).map(({ name, label, difference, pValue }) => {
        const { n = 0, mean = "", interval } = difference ?? {};
        const bounds = [interval?.low ?? "", interval?.high ?? ""];
        return [name, label, metric, n, mean, ...bounds, pValue ?? ""];
      }),
    },
  ];
}
