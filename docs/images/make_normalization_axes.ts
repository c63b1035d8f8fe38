/**
 * Draws docs/images/normalization_axes.svg: which values share one mean and one variance, in
 * normalizations of activations and in weight standardization.
 *
 * `deno run --allow-write=docs/images docs/images/make_normalization_axes.ts`, then
 * `deno fmt docs/images`.
 *
 * @module
 */
import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

/** Colours that stand out from a white ground and from a dark one. */
export const colors = {
  text: "#6e7781",
  others: "rgba(139,148,158,0.35)",
  activations: "#1f7fc4",
  kernels: "#d55e00",
} as const;

/** Rows and columns of a panel, and the values along a side of a cell. */
const rows = 3, columns = 4, side = 3;
/** The distance of cells, in values. */
const gap = 0.8;
/** Pixels a value. */
const scale = 10;

/** A cell of a panel: examples × channels, or output × input channels. */
type Shares = (row: number, column: number) => boolean;

interface Panel {
  title: string;
  subtitle: string;
  rowAxis: string;
  columnAxis: string;
  color: string;
  /** Whether a cell belongs to the set whose mean and variance are shown. */
  shares: Shares;
}

const activations = {
  rowAxis: "examples",
  columnAxis: "channels",
  color: colors.activations,
} as const;

/** The set that is shown is that of the second example, and of the second channel or group. */
const panels: readonly Panel[] = [
  {
    ...activations,
    title: "Batch norm (BN)",
    subtitle: "for each channel",
    shares: (_, channel) => channel === 1,
  },
  {
    ...activations,
    title: "Layer norm (LN)",
    subtitle: "for each example",
    shares: (example) => example === 1,
  },
  {
    ...activations,
    title: "Instance norm (IN)",
    subtitle: "for each example and channel",
    shares: (example, channel) => example === 1 && channel === 1,
  },
  {
    ...activations,
    title: "Group norm (GN)",
    subtitle: "for each example and group",
    shares: (example, channel) => example === 1 && channel < columns / 2,
  },
  {
    title: "Weight standardization (WS)",
    subtitle: "for each filter",
    rowAxis: "filters",
    columnAxis: "input channels",
    color: colors.kernels,
    shares: (filter) => filter === 1,
  },
];

/** A value as a square: its corners in values, and whether it belongs to the set. */
interface Square {
  x: number;
  y: number;
  x2: number;
  y2: number;
  shared: boolean;
}

function squares({ shares }: Panel): Square[] {
  const every = (count: number) => Array.from({ length: count }, (_, i) => i);
  return every(rows).flatMap((row) =>
    every(columns).flatMap((column) =>
      every(side * side).map((value) => {
        const x = column * (side + gap) + value % side;
        const y = row * (side + gap) + Math.floor(value / side);
        return { x, y, x2: x + 0.9, y2: y + 0.9, shared: shares(row, column) };
      })
    )
  );
}

function chart(panel: Panel) {
  const axis = (title: string, length: number) => ({
    type: "quantitative" as const,
    axis: { title, labels: false, ticks: false, domain: false, grid: false },
    scale: { domain: [0, length], nice: false },
  });
  const [width, height] = [columns, rows].map((count) => count * (side + gap) - gap);
  return {
    width: width! * scale,
    height: height! * scale,
    title: { text: panel.title, subtitle: panel.subtitle },
    data: { values: squares(panel) },
    mark: { type: "rect" as const, aria: false },
    encoding: {
      x: { field: "x", ...axis(panel.columnAxis, width!) },
      x2: { field: "x2" },
      y: {
        field: "y",
        ...axis(panel.rowAxis, height!),
        scale: { domain: [height!, 0], nice: false },
      },
      y2: { field: "y2" },
      color: {
        field: "shared",
        type: "nominal" as const,
        legend: null,
        scale: { domain: [false, true], range: [colors.others, panel.color] },
      },
    },
  };
}

/** The diagram, on a transparent ground. */
export async function normalizationAxesSvg(): Promise<string> {
  const spec: TopLevelSpec = {
    background: "transparent",
    padding: 8,
    description: "Which values share one mean and one variance: BN, LN, IN, GN and WS",
    columns: 3,
    bounds: "flush",
    spacing: { row: 84, column: 110 },
    concat: panels.map(chart),
    resolve: { scale: { color: "independent" } },
    config: {
      font: "sans-serif",
      view: { stroke: null },
      axis: { titleColor: colors.text, titleFontWeight: "normal", titlePadding: 6 },
      title: {
        color: colors.text,
        subtitleColor: colors.text,
        anchor: "start",
        subtitlePadding: 4,
      },
    },
  };
  const view = new View(parse(compile(spec).spec), { renderer: "none" });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}

if (import.meta.main) {
  const path = new URL("normalization_axes.svg", import.meta.url);
  await Deno.writeTextFile(path, await normalizationAxesSvg());
}
