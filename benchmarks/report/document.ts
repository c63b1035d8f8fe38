/**
 * A report as data: blocks that hold its contents, not its looks. Renderers turn them into
 * Markdown, HTML and LaTeX and know nothing of records; names are stored as given, and each
 * renderer escapes them.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";

/** Whether something is good news, bad news, undecided, or neither. */
export type Mood = "good" | "bad" | "open" | "idle";

/** Words in a style, or a color. */
export type Styled =
  | { as: "plain" | "strong" | "code" | "quiet"; text: string }
  | { as: "badge"; text: string; mood: Mood }
  | { as: "link"; text: string; to: string }
  /** A color as CSS has it, or an arm's place in the order of colors. */
  | { as: "swatch"; color: string | number };

/** A line of text: each part is escaped by the renderer. */
export type Text = string | Styled | readonly (string | Styled)[];

/** A number as tables have it. */
export interface NumberCell {
  /** What the column sorts by; undefined or NaN where there is none. */
  value: number | undefined;
  /** Decimals. */
  digits: number;
  unit?: string | undefined;
  /** Whether a plus sign is shown. */
  signed?: boolean;
  /** Whether thousands are grouped; for whole numbers. */
  grouped?: boolean;
  /** Half of the interval, shown behind ±. */
  half?: number | undefined;
  /** Bounds, in brackets where they are an interval's, else in parentheses. */
  range?: { low: number; high: number; isInterval?: boolean } | undefined;
  /** What stands behind the number, or in its place where there is none. */
  note?: string | undefined;
  /** Whether it is the best of its column. */
  best?: boolean | undefined;
  /** A bar behind the number, from 0 to 1 of the cell. */
  bar?: number;
}

/** What stands in a table. */
export type Cell = Text | NumberCell;

/** A name and a value. */
export type Fact = readonly [name: string, value: Text];

/** Rows below each other; the first column names them. */
export interface Table {
  kind: "table";
  /** What it holds, for screen readers and for a paper. */
  caption: string;
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
  /** Whether `report.tex` has it. */
  paper?: boolean;
}

/** The colors of a chart, as CSS has them. */
export interface Theme {
  background: string;
  text: string;
  /** Of lines that should not draw attention. */
  grid: string;
  /** One for each arm in turn. */
  series: readonly string[];
}

/** A chart in the language of vega-lite. */
export type ChartSpec = Extract<TopLevelSpec, { concat: unknown }>["concat"][number];

/** How a chart is drawn. */
export interface ChartStyle {
  theme: Theme;
  /** Of the plot without its axes, in pixels. */
  width: number;
  /** Whether it must name its colors and its panel itself, as no page around it does. */
  alone: boolean;
}

export interface Chart {
  title?: string;
  draw(style: ChartStyle): ChartSpec;
}

/** Charts beside and below each other. */
export interface Figure {
  kind: "figure";
  /** The name of its files, without ending; none where only a page shows it. */
  file?: string;
  /** What it shows, for screen readers. */
  alt: string;
  /** What the colors stand for, in their order. */
  legend: readonly string[];
  /** Charts beside each other, row by row. */
  rows: readonly (readonly Chart[])[];
}

/** RGB pixels in rows. */
export interface Image {
  width: number;
  height: number;
  data: Uint8Array;
}

/** Images in rows, each row with its title. */
export interface Images {
  kind: "images";
  /** The name of its file. */
  file: string;
  /** What it shows, for screen readers. */
  alt: string;
  /** What the columns show, in order. */
  columns: readonly string[];
  rows: readonly {
    title: string;
    width: number;
    height: number;
    /** Nothing where there is none. */
    images: readonly (Image | undefined)[];
  }[];
  legend: readonly Text[];
}

/** A part of a report. */
export type Block =
  /** The start of a section, or at level 3 of a part of one. */
  | { kind: "heading"; title: string; level: 2 | 3 }
  /** A paragraph; `quiet` for how to read what stands beside it. */
  | { kind: "text"; text: Text; quiet?: boolean }
  | { kind: "facts"; rows: readonly Fact[] }
  | { kind: "list"; items: readonly Text[] }
  | { kind: "fold"; title: string; blocks: readonly Block[] }
  | { kind: "code"; code: string }
  | Table
  | Figure
  | Images;

/** A report. */
export interface Document {
  title: string;
  /** What it is a report of, in a few words. */
  kicker: string;
  /** What casts doubt on the whole report. */
  alerts?: readonly string[];
  /** The main results, the most important first. */
  answer: readonly Text[];
  blocks: readonly Block[];
}
