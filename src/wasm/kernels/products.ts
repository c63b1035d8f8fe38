/** Products of maps' pixels with a kernel, of which convolutions are made: how convolutions.as takes them. */
import type * as tf from "../../tf.ts";
import { binary } from "./convolutions_binary.ts";
import { binary as relaxedBinary } from "./convolutions_relaxed_binary.ts";
import type { Reading } from "./readings.ts";
import { eitherBinary } from "./relaxed.ts";
import type { Workspace } from "./workspace.ts";

/** What a kernel is made of: `columns` products of `depth` values each tap. */
export interface Layout {
  readonly depth: number;
  readonly columns: number;
  /** Bytes from a value to the next along the depth, and from a column to the next. */
  readonly steps: readonly [depth: number, column: number];
  /** Taps in a row of the kernel. */
  readonly tapColumns: number;
}

/** A product, and what becomes of it. */
export interface Product {
  readonly source: tf.TensorInfo;
  readonly kernel: tf.TensorInfo;
  readonly out: tf.TensorInfo;
  readonly layout: Layout;
  /** Along both axes; the outputs that each pair of them reaches are computed. */
  readonly readings: readonly [rows: readonly Reading[], columns: readonly Reading[]];
  /** Of a kernel that is laid out already. */
  readonly end?: {
    readonly bias: tf.TensorInfo | undefined;
    readonly residual: tf.TensorInfo | undefined;
    readonly relu: boolean;
  };
}

/** Pixels of convolutions.as whose addresses are known at a time, and of one product. */
const BLOCK = 96, TILE = 6;

/** Pixels of few values are taken together with those behind them. */
const SHORT = 8;

const panelsOf = ({ columns }: Layout) => Math.ceil(columns / 8);

/** The values of a kernel that is laid out. */
export function laidOutSize(layout: Layout, taps: number): number {
  return taps * layout.depth * 8 * panelsOf(layout);
}

/**
 * Lays the taps that readings need of a kernel out.
 *
 * @param workspace where
 * @param from the kernel's address
 * @param to the address of {@linkcode laidOutSize} values
 * @param layout what the kernel is made of
 * @param readings which taps, along both axes
 */
export function layOut(
  workspace: Workspace,
  from: number,
  to: number,
  { depth, columns, steps, tapColumns }: Layout,
  readings: readonly Pick<Reading, "taps" | "firstTap" | "kernelStep">[],
): void {
  const tapNumbers = readings.flatMap(({ taps, firstTap, kernelStep }) => [
    taps,
    firstTap,
    kernelStep,
  ]);
  functionsOf(workspace).pack(from, to, depth, columns, ...steps, ...tapNumbers, tapColumns);
}

/** Computes a product. */
export function multiply(workspace: Workspace, product: Product): void {
  const { source, kernel, out, layout, readings: [rows, columns], end } = product;
  const taps = mostTaps(rows) * mostTaps(columns);
  const isAsItIs = end === undefined && staysUnpacked(product);
  const packed = end !== undefined || isAsItIs
    ? 0
    : workspace.scratch(4 * laidOutSize(layout, taps));
  const scratch = workspace.scratch(scratchBytes(product));
  const at = (tensor: tf.TensorInfo | undefined) => tensor ? workspace.addressOf(tensor) : 0;
  const values = end !== undefined
    ? [at(kernel), 0]
    : isAsItIs
    ? [at(kernel), layout.steps[0]]
    : [packed, 0];
  const ends = [at(end?.bias), at(end?.residual), Number(end?.relu ?? false)];
  for (const row of rows) {
    for (const column of columns) {
      if (packed > 0) layOut(workspace, at(kernel), packed, layout, [row, column]);
      const framed = isAsItIs ? undefined : framedReading(layout, column);
      const from = framed === undefined
        ? at(source)
        : frame(workspace, product, column, framed, scratch);
      const depth = layout.depth * (framed === undefined ? 1 : column.taps);
      const rest = framed === undefined ? scratch : scratch + framedBytes(product, framed);
      functionsOf(workspace).convolve(
        ...[from, 4 * layout.depth, ...values, at(out), ...ends, rest],
        ...[source.shape[0]!, depth, layout.columns],
        ...[...readingNumbers(row), ...readingNumbers(framed ?? column)],
      );
    }
  }
}

/** What a product needs meanwhile, beside the kernel. */
export function scratchBytes(product: Pick<Product, "source" | "layout" | "readings">): number {
  const { layout, readings: [rows, columns] } = product;
  const taps = mostTaps(rows) * mostTaps(columns);
  const addresses = BLOCK / TILE * (taps + 2) * TILE;
  const zeros = layout.depth * mostTaps(columns);
  const framed = columns.map((column) => {
    const framed = framedReading(layout, column);
    return framed === undefined ? 0 : framedBytes(product, framed);
  });
  return 4 * (zeros + 2 * 8 * panelsOf(layout) + addresses) + Math.max(...framed);
}

const mostTaps = (readings: readonly Reading[]) => Math.max(...readings.map(({ taps }) => taps));

/** For few pixels to lay the kernel out anew takes longer than its values take to be fetched. */
function staysUnpacked({ source, layout: { columns, steps }, readings }: Product): boolean {
  const pixels = source.shape[0]! * readings[0][0]!.count * readings[1][0]!.count;
  return pixels <= BLOCK && columns % 8 === 0 && steps[0] === 4 * columns;
}

/**
 * How a row of taps on short pixels that lie side by side is read as one tap, in a copy of the map
 * with its border around it; undefined where it is not.
 */
function framedReading({ depth }: Layout, column: Reading): Reading | undefined {
  if (column.taps < 2 || column.tapStep !== 1 || depth > SHORT) return undefined;
  const source = (column.count - 1) * column.step + column.taps;
  return { ...column, source, first: 0, taps: 1 };
}

function framedBytes({ source, layout }: Pick<Product, "source" | "layout">, framed: Reading) {
  return 4 * source.shape[0]! * source.shape[1]! * framed.source * layout.depth;
}

/** Makes the copy at an address, and returns that. */
function frame(
  workspace: Workspace,
  { source, layout }: Product,
  column: Reading,
  framed: Reading,
  to: number,
): number {
  const [batch = 1, height = 1, width = 1] = source.shape;
  const [from, pixelBytes] = [workspace.addressOf(source), 4 * layout.depth];
  functionsOf(workspace).frameRows(
    ...[from, batch * height, width, pixelBytes, column.first, framed.source, to],
  );
  return to;
}

/** As convolutions.as takes them. */
function readingNumbers(reading: Reading): number[] {
  const { source, output, count, taps, step, first, tapStep, targetStep, target } = reading;
  return [source, output, count, taps, step, first, tapStep, targetStep, target];
}

function functionsOf(workspace: Workspace) {
  const binaryOfProducts = eitherBinary(relaxedBinary, binary);
  return workspace.functionsOf<"pack" | "convolve" | "frameRows">(binaryOfProducts);
}
