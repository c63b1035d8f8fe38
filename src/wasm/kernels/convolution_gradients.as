// The gradient of a convolution by its kernel, in AssemblyScript with SIMD, called by convolutions.ts: for each tap the
// product of the transposed pixels that it reads with the outputs' gradients.
//
// An axis comes as six numbers: the input's size, the taps, the stride, the dilation, the padding before, and the
// output's size. Output `o` reads with tap `t` the input at `o · stride + t · dilation − before`. Sizes are in values,
// addresses in bytes.

import { multiplyAdd } from "./products";

/** Pixels whose products are summed before they are added to what there is: fewer rounding errors add up. */
const block: i32 = 192;

/** The rows of a block. */
@inline
function blockRows(outWidth: i32): i32 {
  return max(1, block / max(1, outWidth));
}

/** Copies pixels into panels of 8 columns, `[panel, pixel, 8]`; the last panel is filled up with 0. */
function packPixels(from: usize, pixels: i32, columns: i32, to: usize): void {
  const step = <usize>columns << 2;
  for (let panel = 0; panel < columns; panel += 8) {
    const count = min(8, columns - panel);
    let at = from + (<usize>panel << 2);
    for (let pixel = 0; pixel < pixels; pixel++, at += step, to += 32) {
      if (count === 8) {
        v128.store(to, v128.load(at));
        v128.store(to, v128.load(at, 16), 16);
      } else {
        for (let c = 0; c < 8; c++) {
          store<f32>(to + (<usize>c << 2), c < count ? load<f32>(at + (<usize>c << 2)) : 0);
        }
      }
    }
  }
}

/** Adds the first `count` of eight values to what there is. */
@inline
function addColumns(to: usize, low: v128, high: v128, count: i32): void {
  if (count >= 8) {
    v128.store(to, f32x4.add(v128.load(to), low));
    v128.store(to, f32x4.add(v128.load(to, 16), high), 16);
    return;
  }
  let rest = low;
  if (count >= 4) {
    v128.store(to, f32x4.add(v128.load(to), low));
    to += 16;
    count -= 4;
    rest = high;
  }
  if (count >= 1) store<f32>(to, load<f32>(to) + f32x4.extract_lane(rest, 0));
  if (count >= 2) store<f32>(to, load<f32>(to, 4) + f32x4.extract_lane(rest, 1), 4);
  if (count >= 3) store<f32>(to, load<f32>(to, 8) + f32x4.extract_lane(rest, 2), 8);
}

/**
 * Adds the products of 4 input channels with 8 output channels. A run is neighbouring outputs, as three words: the
 * first's source, where its gradients are in a panel, and how many there are. Sources are `step` bytes apart.
 */
function addSquare(
  runs: usize, end: usize, channel: usize, step: usize, panel: usize, to: usize, outBytes: usize, count: i32,
): void {
  let s00 = f32x4.splat(0), s10 = s00, s20 = s00, s30 = s00;
  let s01 = s00, s11 = s00, s21 = s00, s31 = s00;
  for (; runs < end; runs += 12) {
    let a = <usize>load<u32>(runs) + channel, b = panel + <usize>load<u32>(runs, 4);
    for (let left = load<u32>(runs, 8); left > 0; left--, a += step, b += 32) {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      let value = v128.load32_splat(a);
      s00 = multiplyAdd(value, b0, s00);
      s01 = multiplyAdd(value, b1, s01);
      value = v128.load32_splat(a, 4);
      s10 = multiplyAdd(value, b0, s10);
      s11 = multiplyAdd(value, b1, s11);
      value = v128.load32_splat(a, 8);
      s20 = multiplyAdd(value, b0, s20);
      s21 = multiplyAdd(value, b1, s21);
      value = v128.load32_splat(a, 12);
      s30 = multiplyAdd(value, b0, s30);
      s31 = multiplyAdd(value, b1, s31);
    }
  }
  addColumns(to, s00, s01, count);
  addColumns(to + outBytes, s10, s11, count);
  addColumns(to + 2 * outBytes, s20, s21, count);
  addColumns(to + 3 * outBytes, s30, s31, count);
}

/** Adds the products of one input channel with 8 output channels. */
function addLine(
  runs: usize, end: usize, channel: usize, step: usize, panel: usize, to: usize, count: i32,
): void {
  let low = f32x4.splat(0), high = low;
  for (; runs < end; runs += 12) {
    let a = <usize>load<u32>(runs) + channel, b = panel + <usize>load<u32>(runs, 4);
    for (let left = load<u32>(runs, 8); left > 0; left--, a += step, b += 32) {
      const value = v128.load32_splat(a);
      low = multiplyAdd(value, v128.load(b), low);
      high = multiplyAdd(value, v128.load(b, 16), high);
    }
  }
  addColumns(to, low, high, count);
}

/**
 * The gradient by the kernel, `[rowTaps, columnTaps, channels, outChannels]`. `scratch` holds a block's gradients in
 * panels, and a run for each of its rows.
 */
export function kernelGradient(
  dy: usize, x: usize, dw: usize, scratch: usize, batch: i32, channels: i32, outChannels: i32,
  height: i32, rowTaps: i32, rowStride: i32, rowDilation: i32, above: i32, outHeight: i32,
  width: i32, columnTaps: i32, columnStride: i32, columnDilation: i32, left: i32, outWidth: i32,
): void {
  const pixel = <usize>channels << 2, outBytes = <usize>outChannels << 2;
  const step = <usize>columnStride * pixel, tapBytes = <usize>channels * outBytes;
  memory.fill(dw, 0, <usize>(rowTaps * columnTaps) * tapBytes);
  const rows = batch * outHeight, most = blockRows(outWidth);
  for (let first = 0; first < rows; first += most) {
    const end = min(rows, first + most), pixels = (end - first) * outWidth;
    const panelBytes = <usize>pixels << 5;
    packPixels(dy + <usize>(first * outWidth) * outBytes, pixels, outChannels, scratch);
    const runs = scratch + <usize>((outChannels + 7) >> 3) * panelBytes;
    let to = dw;
    for (let i = 0; i < rowTaps; i++) {
      for (let j = 0; j < columnTaps; j++, to += tapBytes) {
        const start = j * columnDilation - left;
        const from = start >= 0 ? 0 : (columnStride - 1 - start) / columnStride;
        const until = start >= width ? 0 : min(outWidth, (width - 1 - start) / columnStride + 1);
        if (from >= until) continue;
        let last = runs;
        for (let r = first; r < end; r++) {
          const image = r / outHeight;
          const y = (r - image * outHeight) * rowStride + i * rowDilation - above;
          if (<u32>y >= <u32>height) continue;
          const place = (image * height + y) * width + from * columnStride + start;
          const at = <u32>(x + <usize>place * pixel), gradients = <u32>((r - first) * outWidth + from) << 5;
          const count = <u32>(until - from);
          const before = last > runs ? load<u32>(last - 4) : 0;
          // Rows without a gap between them are one run.
          if (
            before > 0 && load<u32>(last - 12) + before * <u32>step === at &&
            load<u32>(last - 8) + (before << 5) === gradients
          ) {
            store<u32>(last - 4, before + count);
            continue;
          }
          store<u32>(last, at);
          store<u32>(last, gradients, 4);
          store<u32>(last, count, 8);
          last += 12;
        }
        let channel = 0;
        for (; channel + 4 <= channels; channel += 4) {
          let panel = scratch;
          for (let c = 0; c < outChannels; c += 8, panel += panelBytes) {
            const square = to + <usize>channel * outBytes + (<usize>c << 2);
            addSquare(runs, last, <usize>channel << 2, step, panel, square, outBytes, outChannels - c);
          }
        }
        for (; channel < channels; channel++) {
          let panel = scratch;
          for (let c = 0; c < outChannels; c += 8, panel += panelBytes) {
            const line = to + <usize>channel * outBytes + (<usize>c << 2);
            addLine(runs, last, <usize>channel << 2, step, panel, line, outChannels - c);
          }
        }
      }
    }
  }
}
