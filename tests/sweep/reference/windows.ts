/** Sliding windows over any number of axes, channels last, by their definition. */
import { indexOf, indicesOf, placeOf, sizeOf, type Values } from "../values.ts";

/** A window; of each list an entry for each axis. */
export interface Window {
  /** Distance between outputs. */
  strides: readonly number[];
  /** TensorFlow's names, a number for all sides, or pairs. */
  pad: "valid" | "same" | number | readonly (readonly [number, number])[];
  /** Distance between taps. @default all 1 */
  dilations?: readonly number[];
  /** Whether a last window that is only partly there counts. @default {false} */
  isCeil?: boolean;
}

/** Which output meets which input, and with which tap. */
interface Meetings {
  output: number[];
  /** Places of output, tap and input in turn, where the window is not in the padding. */
  triples: Int32Array;
}

/** Where windows lie. */
function meetingsOf(input: readonly number[], taps: readonly number[], window: Window): Meetings {
  const { strides, pad, dilations = strides.map(() => 1) } = window;
  const spans = taps.map((count, axis) => (count - 1) * dilations[axis]! + 1);
  const output: number[] = [], before: number[] = [];
  for (const [axis, length] of input.entries()) {
    const stride = strides[axis]!, span = spans[axis]!;
    if (pad === "same") {
      output.push(Math.ceil(length / stride));
      const total = Math.max(0, (output[axis]! - 1) * stride + span - length);
      before.push(Math.floor(total / 2));
      continue;
    }
    const [first, last] = pad === "valid"
      ? [0, 0]
      : typeof pad === "number"
      ? [pad, pad]
      : pad[axis]!;
    const steps = (length + first + last - span) / stride;
    output.push((window.isCeil ? Math.ceil(steps) : Math.floor(steps)) + 1);
    before.push(first);
  }
  const triples: number[] = [];
  for (let out = 0; out < sizeOf(output); out++) {
    for (let tap = 0; tap < sizeOf(taps); tap++) {
      const o = indexOf(output, out), t = indexOf(taps, tap);
      const index = o.map((o, axis) =>
        o * strides[axis]! + t[axis]! * dilations[axis]! - before[axis]!
      );
      const isInside = index.every((i, axis) => i >= 0 && i < input[axis]!);
      if (isInside) triples.push(out, tap, placeOf(input, index));
    }
  }
  return { output, triples: Int32Array.from(triples) };
}

/** Remembers the meetings for a geometry: finite differences ask for them many times. */
function remember(window: Window) {
  const known = new Map<string, Meetings>();
  return (input: readonly number[], taps: readonly number[]) => {
    const key = `${input}|${taps}`;
    const meetings = known.get(key) ?? meetingsOf(input, taps, window);
    known.set(key, meetings);
    return meetings;
  };
}

/** A convolution of `[batch, …, inChannels]` with `[…, inChannels, outChannels]`. */
export function convolution(window: Window): (x: Values, kernel: Values) => Values {
  const meetings = remember(window);
  return (x, kernel) => {
    const rank = x.shape.length - 2;
    const [inputs, outputs] = kernel.shape.slice(rank) as [number, number];
    const { output, triples } = meetings(x.shape.slice(1, -1), kernel.shape.slice(0, rank));
    const shape = [x.shape[0]!, ...output, outputs], data = new Float64Array(sizeOf(shape));
    const area = sizeOf(x.shape.slice(1, -1)), outArea = sizeOf(output);
    for (let batch = 0; batch < shape[0]!; batch++) {
      for (let at = 0; at < triples.length; at += 3) {
        const to = (batch * outArea + triples[at]!) * outputs;
        for (let i = 0; i < inputs; i++) {
          const value = x.data[(batch * area + triples[at + 2]!) * inputs + i]!;
          const row = (triples[at + 1]! * inputs + i) * outputs;
          for (let o = 0; o < outputs; o++) data[to + o]! += value * kernel.data[row + o]!;
        }
      }
    }
    return { shape, data };
  };
}

/** A depthwise convolution of `[batch, …, channels]` with `[…, channels, multiplier]`. */
export function depthwise(window: Window): (x: Values, kernel: Values) => Values {
  const dense = convolution(window);
  return (x, kernel) => {
    const [channels, multiplier] = kernel.shape.slice(-2) as [number, number];
    const taps = kernel.shape.slice(0, -2), outputs = channels * multiplier;
    const shape = [...taps, channels, outputs], data = new Float64Array(sizeOf(shape));
    for (const [place, value] of kernel.data.entries()) {
      const tap = Math.floor(place / outputs), channel = Math.floor(place / multiplier) % channels;
      data[(tap * channels + channel) * outputs + place % outputs] = value;
    }
    return dense(x, { shape, data });
  };
}

/**
 * A convolution's gradient with respect to its input, `[batch, …, outChannels]` for
 * `[…, outChannels, inChannels]`.
 */
export function transposedConvolution(
  window: Window,
  size: readonly number[],
): (x: Values, kernel: Values) => Values {
  const meetings = remember(window);
  return (x, kernel) => {
    const [outputs, inputs] = kernel.shape.slice(-2) as [number, number];
    const { triples } = meetings(size, kernel.shape.slice(0, -2));
    const shape = [x.shape[0]!, ...size, outputs], data = new Float64Array(sizeOf(shape));
    const area = sizeOf(x.shape.slice(1, -1)), outArea = sizeOf(size);
    for (let batch = 0; batch < shape[0]!; batch++) {
      for (let at = 0; at < triples.length; at += 3) {
        const from = (batch * area + triples[at]!) * inputs;
        const to = (batch * outArea + triples[at + 2]!) * outputs;
        for (let o = 0; o < outputs; o++) {
          const row = (triples[at + 1]! * outputs + o) * inputs;
          for (let i = 0; i < inputs; i++) {
            data[to + o]! += x.data[from + i]! * kernel.data[row + i]!;
          }
        }
      }
    }
    return { shape, data };
  };
}

/** A number of those that each window holds, channel by channel. */
export function pooling(
  window: Window & { taps: readonly number[] },
  of: (numbers: number[], taps: number[]) => number,
): (x: Values) => Values {
  const meetings = remember(window);
  return (x) => {
    const channels = x.shape.at(-1)!, sizes = x.shape.slice(1, -1), area = sizeOf(sizes);
    const { output, triples } = meetings(sizes, window.taps);
    const shape = [x.shape[0]!, ...output, channels], outArea = sizeOf(output);
    const held = Array.from({ length: sizeOf(shape) }, (): [number[], number[]] => [[], []]);
    for (let batch = 0; batch < shape[0]!; batch++) {
      for (let at = 0; at < triples.length; at += 3) {
        for (let channel = 0; channel < channels; channel++) {
          const [numbers, taps] = held[(batch * outArea + triples[at]!) * channels + channel]!;
          numbers.push(x.data[(batch * area + triples[at + 2]!) * channels + channel]!);
          taps.push(triples[at + 1]!);
        }
      }
    }
    return { shape, data: Float64Array.from(held, ([numbers, taps]) => of(numbers, taps)) };
  };
}

/** Grayscale dilation: the largest sum of the map and a kernel `[…, channels]`. */
export function dilation(window: Window): (x: Values, kernel: Values) => Values {
  return (x, kernel) => {
    const taps = kernel.shape.slice(0, -1), channels = kernel.shape.at(-1)!;
    // Which channel a window is of is not told to it; every channel by itself, then joined.
    const parts = Array.from({ length: channels }, (_, channel) => {
      const data = x.data.filter((_, place) => place % channels === channel);
      const one = { shape: [...x.shape.slice(0, -1), 1], data };
      return pooling(
        { ...window, taps },
        (numbers, taps) =>
          Math.max(
            ...numbers.map((value, i) => value + kernel.data[taps[i]! * channels + channel]!),
          ),
      )(
        one,
      );
    });
    const shape = [...parts[0]!.shape.slice(0, -1), channels];
    const data = Float64Array.from(indicesOf(shape), (index) => {
      const part = parts[index.at(-1)!]!;
      return part.data[placeOf(part.shape, index)]!;
    });
    return { shape, data };
  };
}
