// The gradient of a depthwise convolution by its kernel, in AssemblyScript with SIMD, called by depthwise.ts. See
// windows.as for an axis's numbers.
import { endOutput, firstOutput } from "./window_range";

/** `low` or high half of four sums, in float64. */
@inline
function addHalf(total: v128, sums: v128): v128 {
  return f64x2.add(total, f64x2.promote_low_f32x4(sums));
}

@inline
function upper(sums: v128): v128 {
  return v128.shuffle<u64>(sums, sums, 1, 1);
}

/** Both halves as float32 again. */
@inline
function toFloats(low: v128, high: v128): v128 {
  const a = f32x4.demote_f64x2_zero(low), b = f32x4.demote_f64x2_zero(high);
  return v128.shuffle<u64>(a, b, 0, 2);
}

/**
 * The gradient of a depthwise convolution by its kernel, `[rowTaps, columnTaps, channels, multiplier]`: for each tap
 * the sum of `x · dy` over the outputs at which it meets the input. A row of outputs is summed in float32, rows in
 * float64.
 */
export function depthwiseKernelGradient(
  dy: usize, x: usize, dw: usize, batch: i32, channels: i32, multiplier: i32,
  height: i32, rowTaps: i32, rowStride: i32, rowDilation: i32, above: i32, outHeight: i32,
  width: i32, columnTaps: i32, columnStride: i32, columnDilation: i32, left: i32, outWidth: i32,
): void {
  const pixel: usize = <usize>channels << 2;
  const outPixel: usize = pixel * <usize>multiplier;
  const line: usize = <usize>width * pixel;
  const outLine: usize = <usize>outWidth * outPixel;
  const step: usize = <usize>columnStride * pixel;
  const blocks: usize = multiplier === 1 ? pixel & ~31 : 0;
  const vectors: usize = multiplier === 1 ? pixel & ~15 : 0;
  let channel: usize = 0;
  // Channels outside, taps inside: the few lines of the maps that hold a block's values stay in the cache.
  while (channel < outPixel) {
    const bytes: usize = channel < blocks ? 32 : channel < vectors ? 16 : 4;
    const inChannel: usize = multiplier === 1 ? channel : ((channel >> 2) / <usize>multiplier) << 2;
    for (let i = 0; i < rowTaps; i++) {
      const top = i * rowDilation - above;
      const firstRow = firstOutput(top, rowStride);
      const rows = endOutput(top, outHeight, rowStride, height);
      for (let j = 0; j < columnTaps; j++) {
        const start = j * columnDilation - left;
        const firstColumn = firstOutput(start, columnStride);
        const columns = endOutput(start, outWidth, columnStride, width);
        let low0 = f64x2.splat(0), high0 = low0, low1 = low0, high1 = low0;
        let total: f64 = 0;
        for (let image = 0; image < batch; image++) {
          for (let row = firstRow; row < rows; row++) {
            let a = x + <usize>(image * height + row * rowStride + top) * line + inChannel;
            let b = dy + <usize>(image * outHeight + row) * outLine + channel;
            a += <usize>(firstColumn * columnStride + start) * pixel;
            b += <usize>firstColumn * outPixel;
            if (bytes === 32) {
              let sums0 = f32x4.splat(0), sums1 = sums0, sums2 = sums0, sums3 = sums0;
              let column = firstColumn;
              for (; column + 1 < columns; column += 2) {
                sums0 = f32x4.add(sums0, f32x4.mul(v128.load(a), v128.load(b)));
                sums1 = f32x4.add(sums1, f32x4.mul(v128.load(a, 16), v128.load(b, 16)));
                a += step;
                b += outPixel;
                sums2 = f32x4.add(sums2, f32x4.mul(v128.load(a), v128.load(b)));
                sums3 = f32x4.add(sums3, f32x4.mul(v128.load(a, 16), v128.load(b, 16)));
                a += step;
                b += outPixel;
              }
              if (column < columns) {
                sums0 = f32x4.add(sums0, f32x4.mul(v128.load(a), v128.load(b)));
                sums1 = f32x4.add(sums1, f32x4.mul(v128.load(a, 16), v128.load(b, 16)));
              }
              sums0 = f32x4.add(sums0, sums2);
              sums1 = f32x4.add(sums1, sums3);
              low0 = addHalf(low0, sums0);
              high0 = addHalf(high0, upper(sums0));
              low1 = addHalf(low1, sums1);
              high1 = addHalf(high1, upper(sums1));
            } else if (bytes === 16) {
              let sums = f32x4.splat(0);
              for (let column = firstColumn; column < columns; column++, a += step, b += outPixel) {
                sums = f32x4.add(sums, f32x4.mul(v128.load(a), v128.load(b)));
              }
              low0 = addHalf(low0, sums);
              high0 = addHalf(high0, upper(sums));
            } else {
              for (let column = firstColumn; column < columns; column++, a += step, b += outPixel) {
                total += <f64>load<f32>(a) * <f64>load<f32>(b);
              }
            }
          }
        }
        const to = dw + <usize>(i * columnTaps + j) * outPixel + channel;
        if (bytes >= 16) v128.store(to, toFloats(low0, high0));
        else store<f32>(to, <f32>total);
        if (bytes === 32) v128.store(to + 16, toFloats(low1, high1));
      }
    }
    channel += bytes;
  }
}
