/**
 * Step time against workers: what was measured as points, what the model projects as dashed lines.
 *
 * @module
 */
import { timesOf } from "../../judge/scaling/figures.ts";
import { type ScalingModel, stepMs } from "../../judge/scaling/model.ts";
import type { ScalingRow } from "../../record/mod.ts";
import { note } from "../blocks.ts";
import { seriesColor } from "../charts/theme.ts";
import type { Block, ChartSpec, ChartStyle } from "../document.ts";
import { timedNetworks } from "./projection.ts";
import { networkName } from "./words.ts";

/** A group's median step in one row. */
interface Mark {
  series: string;
  workers: number;
  ms: number;
  low: number;
  high: number;
  /** Whether each worker has a core. */
  cores: "a core each" | "oversubscribed";
}

/** A step by the model. */
interface Projected {
  series: string;
  workers: number;
  ms: number;
}

/** The projection goes on to twice the most workers that were timed, and to this many at least. */
const leastMost = 4;

/** A chart for each network; nothing where there is one number of workers only. */
export function stepFigure(rows: readonly ScalingRow[], models: readonly ScalingModel[]): Block[] {
  const counts = new Set(rows.map(({ values }) => values.workers));
  if (counts.size < 2) return [];
  const depths = [...new Set(rows.map(({ values }) => values.depth))];
  const most = Math.max(leastMost, 2 * Math.max(...counts));
  const charts = depths.map((depth) => {
    const own = rows.filter(({ values }) => values.depth === depth);
    const marks = own.flatMap(marksOf);
    const lines = timedNetworks(own, models).flatMap(({ model, network }) =>
      powers(most).map((workers): Projected => ({
        series: model.label,
        workers,
        ms: stepMs(model, network, workers),
      }))
    );
    return {
      title: networkName(depth),
      draw: (style: ChartStyle) => spec(marks, lines, style),
    };
  });
  return [
    {
      kind: "figure",
      file: "scaling",
      alt: "Step time against workers, measured and projected",
      legend: [],
      rows: charts.map((chart) => [chart]),
    },
    note(
      "Points are medians, bars quartiles; circles have a core for each worker, crosses more workers " +
        "than cores. Dashed lines are the model's projection for workers with a core each.",
    ),
  ];
}

function powers(most: number): number[] {
  return Array.from({ length: Math.floor(Math.log2(most)) + 1 }, (_, i) => 2 ** i);
}

function marksOf({ values: { workers }, oversubscribed, groups }: ScalingRow): Mark[] {
  return groups.flatMap((group) => {
    const times = timesOf(group, "step");
    if (times === undefined) return [];
    return [{
      series: group.label,
      workers,
      ms: times.median,
      low: times.lowerQuartile,
      high: times.upperQuartile,
      cores: oversubscribed ? "oversubscribed" as const : "a core each" as const,
    }];
  });
}

function spec(
  marks: readonly Mark[],
  lines: readonly Projected[],
  { theme, width }: ChartStyle,
): ChartSpec {
  const series = [...new Set(marks.map((mark) => mark.series))];
  const quantitative = "quantitative" as const, nominal = "nominal" as const;
  const workers = [...new Set([...marks, ...lines].map((mark) => mark.workers))];
  const x = {
    field: "workers",
    type: quantitative,
    title: "workers",
    scale: { type: "log" as const, base: 2, nice: false, padding: 20 },
    axis: { values: workers.sort((a, b) => a - b), format: "d", grid: false },
  };
  const y = { field: "ms", type: quantitative, title: "step (ms)", scale: { zero: true } };
  const color = {
    field: "series",
    type: nominal,
    title: null,
    scale: { domain: [...series], range: series.map((_, i) => seriesColor(theme, i)) },
    legend: { orient: "top" as const, columns: 1, labelLimit: 560, symbolOpacity: 1 },
  };
  const shape = {
    field: "cores",
    type: nominal,
    title: null,
    scale: { domain: ["a core each", "oversubscribed"], range: ["circle", "cross"] },
    legend: null,
  };
  return {
    width,
    height: 300,
    layer: [
      {
        data: { values: [...lines] },
        mark: { type: "line", strokeDash: [5, 4] },
        encoding: { x, y, color },
      },
      {
        data: { values: [...marks] },
        mark: { type: "rule", strokeWidth: 2 },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color },
      },
      {
        data: { values: [...marks] },
        mark: { type: "point", filled: true, size: 70, opacity: 1 },
        encoding: { x, y, color, shape },
      },
    ],
  };
}
