import type { Geometry } from "../../gradients/geometry.ts";
import type * as tf from "../../tf.ts";
import { axisNumbers } from "./axis_numbers.ts";
import { binary as gradientBinary } from "./convolution_gradients_binary.ts";
import { binary as relaxedGradientBinary } from "./convolution_gradients_relaxed_binary.ts";
import { binary } from "./convolutions_binary.ts";
import { binary as relaxedBinary } from "./convolutions_relaxed_binary.ts";
import type { WasmKernel } from "./kernel.ts";
import { forwardReading, gradientReadings, type Reading } from "./readings.ts";
import { eitherBinary } from "./relaxed.ts";
import type { Workspace } from "./workspace.ts";

type Shape = [number, number, number, number];

/** What a packed kernel is made of: `columns` products of `depth` values each tap. */
interface Layout {
  depth: number;
  columns: number;
  /** Bytes from a value to the next along the depth, and from a column to the next. */
  steps: readonly [depth: number, column: number];
  /** Taps in a row of the kernel. */
  tapColumns: number;
}

/** Pixels of convolutions.as whose addresses are known at a time, and of one product. */
const BLOCK = 96, TILE = 6;

/** Computes the outputs that all pairs of readings reach. */
function multiply(
  workspace: Workspace,
  [source, kernel, out]: readonly [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo],
  layout: Layout,
  [rows, columns]: readonly [readonly Reading[], readonly Reading[]],
): void {
  const most = (readings: readonly Reading[]) => Math.max(...readings.map(({ taps }) => taps));
  const taps = most(rows) * most(columns), { depth } = layout;
  const isAsItIs = staysUnpacked(layout, source.shape[0]! * rows[0]!.count * columns[0]!.count);
  const panels = Math.ceil(layout.columns / 8);
  const packed = isAsItIs ? 0 : workspace.scratch(4 * taps * depth * 8 * panels);
  const addresses = BLOCK / TILE * (taps + 1) * TILE;
  const scratch = workspace.scratch(4 * (depth + layout.columns + addresses));
  const [from, weights, to] = [source, kernel, out].map((tensor) => workspace.addressOf(tensor));
  const { pack, convolve } = workspace.functionsOf<"pack" | "convolve">(
    eitherBinary(relaxedBinary, binary),
  );
  for (const row of rows) {
    for (const column of columns) {
      const { steps, tapColumns } = layout;
      const tapNumbers = [...tapNumbersOf(row), ...tapNumbersOf(column), tapColumns];
      if (!isAsItIs) pack(weights!, packed, depth, layout.columns, ...steps, ...tapNumbers);
      const values = isAsItIs ? [weights!, steps[0]] : [packed, 0];
      const sizes = [source.shape[0]!, depth, layout.columns];
      const numbers = [...readingNumbers(row), ...readingNumbers(column)];
      convolve(from!, ...values, to!, scratch, ...sizes, ...numbers);
    }
  }
}

/** For few pixels to lay the kernel out anew takes longer than its values take to be fetched. */
function staysUnpacked({ columns, steps }: Layout, pixels: number): boolean {
  return pixels <= BLOCK && columns % 8 === 0 && steps[0] === 4 * columns;
}

function tapNumbersOf({ taps, firstTap, kernelStep }: Reading): number[] {
  return [taps, firstTap, kernelStep];
}

/** As convolutions.as takes them. */
function readingNumbers(reading: Reading): number[] {
  const { source, output, count, taps, step, first, tapStep, targetStep, target } = reading;
  return [source, output, count, taps, step, first, tapStep, targetStep, target];
}

const forward: WasmKernel = {
  name: "weight-standardization/conv2d",
  compute(workspace, { x, kernel }, attributes) {
    const { geometry: [height, width] } = attributes as { geometry: Geometry };
    const [, tapColumns, inChannels, outChannels] = kernel!.shape as Shape;
    const y = workspace.output([x!.shape[0]!, height.output, width.output, outChannels]);
    const steps = [4 * outChannels, 4] as const;
    const layout = { depth: inChannels, columns: outChannels, steps, tapColumns };
    const readings = [[forwardReading(height)], [forwardReading(width)]] as const;
    multiply(workspace, [x!, kernel!, y], layout, readings);
    return y;
  },
};

const inputGradient: WasmKernel = {
  name: "weight-standardization/conv2d-input-gradient",
  compute(workspace, { dy, kernel }, attributes) {
    const { geometry: [height, width] } = attributes as { geometry: Geometry };
    const [, tapColumns, inChannels, outChannels] = kernel!.shape as Shape;
    const dx = workspace.output([dy!.shape[0]!, height.input, width.input, inChannels]);
    const steps = [4, 4 * outChannels] as const;
    const layout = { depth: outChannels, columns: inChannels, steps, tapColumns };
    const readings = [gradientReadings(height), gradientReadings(width)] as const;
    multiply(workspace, [dy!, kernel!, dx], layout, readings);
    return dx;
  },
};

const kernelGradient: WasmKernel = {
  name: "weight-standardization/conv2d-kernel-gradient",
  compute(workspace, { dy, x }, attributes) {
    const { geometry: [height, width] } = attributes as { geometry: Geometry };
    const [batch, , , inChannels] = x!.shape as Shape;
    const outChannels = dy!.shape[3]!;
    const dw = workspace.output([height.taps, width.taps, inChannels, outChannels]);
    const rows = Math.max(1, Math.floor(GRADIENT_BLOCK / width.output));
    const panels = 8 * Math.ceil(outChannels / 8) * rows * width.output;
    const scratch = workspace.scratch(4 * (panels + 3 * rows));
    const addresses = [dy!, x!, dw].map((tensor) => workspace.addressOf(tensor));
    const functions = workspace.functionsOf<"kernelGradient">(
      eitherBinary(relaxedGradientBinary, gradientBinary),
    );
    const numbers = [batch, inChannels, outChannels, ...axisNumbers(attributes)];
    functions.kernelGradient(...addresses, scratch, ...numbers);
    return dw;
  },
};

/** About so many pixels convolution_gradients.as takes at a time. */
const GRADIENT_BLOCK = 192;

/** A dense convolution and its gradients, for every geometry. */
export const convolutionKernels: readonly WasmKernel[] = [forward, inputGradient, kernelGradient];
