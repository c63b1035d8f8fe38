import { check } from "../check.ts";

/**
 * The arithmetic of a sliding window along one axis, of which a 2-D convolution has two. Output
 * `o` reads, with tap `t`, the input at `o * stride + t * dilation - before`.
 */
export interface Axis {
  /** Size of the input. */
  input: number;
  /** Taps of the kernel. */
  taps: number;
  /** Distance between outputs, counted in inputs. */
  stride: number;
  /** Distance between taps, counted in inputs. */
  dilation: number;
  /** Zeros before the input; negative where inputs are left out. */
  before: number;
  /** Zeros after the input; negative where inputs are left out. */
  after: number;
  /** Size of the output. */
  output: number;
}

/** Height and width of a 2-D convolution. */
export type Geometry = [height: Axis, width: Axis];

/** Inputs between a kernel's first tap and its last, both counted. */
export function span(axis: Pick<Axis, "taps" | "dilation">): number {
  return (axis.taps - 1) * axis.dilation + 1;
}

/** An axis with the given padding. */
export function toAxis(
  window: Pick<Axis, "input" | "taps" | "stride" | "dilation">,
  padding: "same" | readonly [before: number, after: number],
): Axis {
  const { input, stride } = window;
  const [before, after] = padding === "same" ? samePadding(window) : padding;
  const output = Math.floor((input + before + after - span(window)) / stride) + 1;
  return { ...window, before, after, output };
}

/** TensorFlow's "SAME": `ceil(input / stride)` outputs, the odd zero at the end. */
function samePadding(
  window: Pick<Axis, "input" | "taps" | "stride" | "dilation">,
): [number, number] {
  const output = Math.ceil(window.input / window.stride);
  const total = Math.max((output - 1) * window.stride + span(window) - window.input, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** Throws where the window is larger than the padded input. */
export function checkOutput(caller: string, axes: readonly Axis[]): void {
  for (const axis of axes) {
    const wanted = `at least as large as the window (${span(axis)})`;
    const requirement = `compute ${caller} as the padded input must be ${wanted}`;
    const size = axis.input + axis.before + axis.after;
    check(axis.output >= 1, RangeError, requirement, size);
  }
}

/** The input that an output reads with a tap; in the padding it is below 0, or past the end. */
export function placeOf({ stride, dilation, before }: Axis, output: number, tap: number): number {
  return output * stride + tap * dilation - before;
}

/** The outputs at which a tap meets the input rather than its padding, `end` not included. */
export function meetingOutputs(axis: Axis, tap: number): { first: number; end: number } {
  const start = placeOf(axis, 0, tap);
  const first = Math.max(0, Math.ceil(-start / axis.stride));
  const end = Math.min(axis.output, Math.floor((axis.input - 1 - start) / axis.stride) + 1);
  return { first, end: Math.max(first, end) };
}

/**
 * The taps that ever meet the input. With a dilation as large as the map that is the centre alone,
 * and the others are multiplied by zeros for nothing.
 */
export function visibleTaps(axis: Axis): { first: number; count: number } {
  const visible = Array.from({ length: axis.taps }, (_, tap) => tap).filter((tap) => {
    const { first, end } = meetingOutputs(axis, tap);
    return first < end;
  });
  const first = visible[0] ?? 0, last = visible.at(-1) ?? axis.taps - 1;
  return { first, count: last - first + 1 };
}

/** The axis of a kernel that keeps only those taps; the outputs remain the same. */
export function keepTaps(axis: Axis, kept: { first: number; count: number }): Axis {
  const taps = kept.count, dilation = taps === 1 ? 1 : axis.dilation;
  const before = axis.before - kept.first * axis.dilation;
  const reach = (axis.output - 1) * axis.stride + span({ taps, dilation });
  return { ...axis, taps, dilation, before, after: reach - axis.input - before };
}
