// Windows that slide over maps `[batch, height, width, channels]`, each channel on its own: the max-pool, its gradient,
// and the gradients of depthwise convolutions, in AssemblyScript with SIMD. Called by pools.ts and depthwise.ts.
//
// An axis comes as six numbers: the input's size, the taps, the stride, the dilation, the padding before, and the
// output's size. Output `o` reads with tap `t` the input at `o · stride + t · dilation − before`. Sizes are in values,
// addresses in bytes.

/** The first tap that meets the input, for an output whose first tap is at `start`. */
@inline
function firstTap(start: i32, dilation: i32): i32 {
  return start >= 0 ? 0 : (dilation - 1 - start) / dilation;
}

/** One more than the last tap that meets the input. */
@inline
function endTap(start: i32, taps: i32, dilation: i32, input: i32): i32 {
  return start >= input ? 0 : min(taps, (input - start + dilation - 1) / dilation);
}

/** The first output whose tap meets the input, where that of output 0 is at `start`. */
@inline
function firstOutput(start: i32, stride: i32): i32 {
  return start >= 0 ? 0 : (stride - 1 - start) / stride;
}

/** One more than the last output whose tap meets the input. */
@inline
function endOutput(start: i32, output: i32, stride: i32, input: i32): i32 {
  return start >= input ? 0 : min(output, (input - 1 - start) / stride + 1);
}

/** The largest value of each window; NaN where it holds one. */
export function maxPool(
  x: usize, y: usize, batch: i32, channels: i32,
  height: i32, rowTaps: i32, rowStride: i32, rowDilation: i32, above: i32, outHeight: i32,
  width: i32, columnTaps: i32, columnStride: i32, columnDilation: i32, left: i32, outWidth: i32,
): void {
  const pixel: usize = <usize>channels << 2;
  const line: usize = <usize>width * pixel;
  const vectors: usize = pixel & ~15;
  let to = y;
  for (let image = 0; image < batch; image++, x += <usize>height * line) {
    for (let row = 0; row < outHeight; row++) {
      const top = row * rowStride - above;
      const rows = endTap(top, rowTaps, rowDilation, height);
      for (let column = 0; column < outWidth; column++, to += pixel) {
        const start = column * columnStride - left;
        const firstColumn = firstTap(start, columnDilation);
        const columns = endTap(start, columnTaps, columnDilation, width);
        let channel: usize = 0;
        for (; channel < vectors; channel += 16) {
          let largest = f32x4.splat(-Infinity);
          for (let i = firstTap(top, rowDilation); i < rows; i++) {
            let from = x + <usize>(top + i * rowDilation) * line + channel;
            from += <usize>(start + firstColumn * columnDilation) * pixel;
            for (let j = firstColumn; j < columns; j++, from += <usize>columnDilation * pixel) {
              largest = f32x4.max(largest, v128.load(from));
            }
          }
          v128.store(to + channel, largest);
        }
        for (; channel < pixel; channel += 4) {
          let largest: f32 = -Infinity;
          for (let i = firstTap(top, rowDilation); i < rows; i++) {
            let from = x + <usize>(top + i * rowDilation) * line + channel;
            from += <usize>(start + firstColumn * columnDilation) * pixel;
            for (let j = firstColumn; j < columns; j++, from += <usize>columnDilation * pixel) {
              largest = max<f32>(largest, load<f32>(from));
            }
          }
          store<f32>(to + channel, largest);
        }
      }
    }
  }
}

@inline
function addTo(address: usize, value: f32): void {
  store<f32>(address, load<f32>(address) + value);
}

/** Each output's gradient goes to the first of the largest values in its window, if that holds any. */
export function maxPoolGradient(
  dy: usize, x: usize, dx: usize, batch: i32, channels: i32,
  height: i32, rowTaps: i32, rowStride: i32, rowDilation: i32, above: i32, outHeight: i32,
  width: i32, columnTaps: i32, columnStride: i32, columnDilation: i32, left: i32, outWidth: i32,
): void {
  const pixel: usize = <usize>channels << 2;
  const line: usize = <usize>width * pixel;
  const image: usize = <usize>height * line;
  const vectors: usize = pixel & ~15;
  memory.fill(dx, 0, <usize>batch * image);
  let from = dy;
  for (let i = 0; i < batch; i++, x += image, dx += image) {
    for (let row = 0; row < outHeight; row++) {
      const top = row * rowStride - above;
      const firstRow = firstTap(top, rowDilation);
      const rows = endTap(top, rowTaps, rowDilation, height);
      for (let column = 0; column < outWidth; column++, from += pixel) {
        const start = column * columnStride - left;
        const firstColumn = firstTap(start, columnDilation);
        const columns = endTap(start, columnTaps, columnDilation, width);
        if (firstRow >= rows || firstColumn >= columns) continue;
        let corner: usize = <usize>(top + firstRow * rowDilation) * line;
        corner += <usize>(start + firstColumn * columnDilation) * pixel;
        let channel: usize = 0;
        for (; channel < vectors; channel += 16) {
          let largest = v128.load(x + corner + channel);
          let place = i32x4.splat(<i32>corner);
          let lineAt = corner;
          for (let r = firstRow; r < rows; r++, lineAt += <usize>rowDilation * line) {
            let at = lineAt;
            for (let c = firstColumn; c < columns; c++, at += <usize>columnDilation * pixel) {
              const value = v128.load(x + at + channel);
              const isLarger = f32x4.gt(value, largest);
              largest = v128.bitselect(value, largest, isLarger);
              place = v128.bitselect(i32x4.splat(<i32>at), place, isLarger);
            }
          }
          const gradient = v128.load(from + channel);
          const to = dx + channel;
          addTo(to + <usize>i32x4.extract_lane(place, 0), f32x4.extract_lane(gradient, 0));
          addTo(to + <usize>i32x4.extract_lane(place, 1) + 4, f32x4.extract_lane(gradient, 1));
          addTo(to + <usize>i32x4.extract_lane(place, 2) + 8, f32x4.extract_lane(gradient, 2));
          addTo(to + <usize>i32x4.extract_lane(place, 3) + 12, f32x4.extract_lane(gradient, 3));
        }
        for (; channel < pixel; channel += 4) {
          let largest = load<f32>(x + corner + channel);
          let place = corner;
          let lineAt = corner;
          for (let r = firstRow; r < rows; r++, lineAt += <usize>rowDilation * line) {
            let at = lineAt;
            for (let c = firstColumn; c < columns; c++, at += <usize>columnDilation * pixel) {
              const value = load<f32>(x + at + channel);
              if (value > largest) {
                largest = value;
                place = at;
              }
            }
          }
          addTo(dx + place + channel, load<f32>(from + channel));
        }
      }
    }
  }
}

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

/** Taps whose product with the dilation leaves the same rest by the stride lie so far apart. */
@inline
function tapStep(stride: i32, dilation: i32): i32 {
  let step = 1;
  while (step * dilation % stride !== 0) step++;
  return step;
}

/**
 * The first tap by which some output reads the input at `place − before`; at least `taps` where none does. Its output is
 * `(place − tap · dilation) / stride`, and at most the last: outputs fall as taps rise.
 */
@inline
function firstReading(place: i32, taps: i32, stride: i32, dilation: i32, output: i32): i32 {
  const beyond = place - (output - 1) * stride;
  let tap = beyond <= 0 ? 0 : (beyond + dilation - 1) / dilation;
  while (tap < taps && (place - tap * dilation) % stride !== 0) tap++;
  return tap;
}

/** One more than the last tap by which an output may read it: outputs begin at 0. */
@inline
function endReading(place: i32, taps: i32, dilation: i32): i32 {
  return place < 0 ? 0 : min(taps, place / dilation + 1);
}

/**
 * The gradient of a depthwise convolution by its input: for each input the sum of `dy · kernel` over the taps by which
 * outputs read it.
 */
export function depthwiseInputGradient(
  dy: usize, kernel: usize, dx: usize, batch: i32, channels: i32, multiplier: i32,
  height: i32, rowTaps: i32, rowStride: i32, rowDilation: i32, above: i32, outHeight: i32,
  width: i32, columnTaps: i32, columnStride: i32, columnDilation: i32, left: i32, outWidth: i32,
): void {
  const pixel: usize = <usize>channels << 2;
  const outPixel: usize = pixel * <usize>multiplier;
  const outLine: usize = <usize>outWidth * outPixel;
  const vectors: usize = multiplier === 1 ? pixel & ~15 : 0;
  const blocks: usize = multiplier === 1 ? pixel & ~63 : 0;
  const rowStep = tapStep(rowStride, rowDilation);
  const columnStep = tapStep(columnStride, columnDilation);
  // From one tap to the next: how far the kernel's values are, and the gradients that they meet.
  const kernelRow: usize = <usize>(rowStep * columnTaps) * outPixel;
  const kernelColumn: usize = <usize>columnStep * outPixel;
  const lines: usize = <usize>(rowStep * rowDilation / rowStride) * outLine;
  const pixels: usize = <usize>(columnStep * columnDilation / columnStride) * outPixel;
  let to = dx;
  for (let image = 0; image < batch; image++, dy += <usize>outHeight * outLine) {
    for (let row = 0; row < height; row++) {
      const below = row + above;
      const firstRow = firstReading(below, rowTaps, rowStride, rowDilation, outHeight);
      const rows = endReading(below, rowTaps, rowDilation);
      for (let column = 0; column < width; column++, to += pixel) {
        const place = column + left;
        const firstColumn = firstReading(place, columnTaps, columnStride, columnDilation, outWidth);
        const columns = endReading(place, columnTaps, columnDilation);
        let weights = kernel + <usize>(firstRow * columnTaps + firstColumn) * outPixel;
        let gradients = dy + <usize>((below - firstRow * rowDilation) / rowStride) * outLine;
        gradients += <usize>((place - firstColumn * columnDilation) / columnStride) * outPixel;
        let channel: usize = 0;
        for (; channel < blocks; channel += 64) {
          let sums0 = f32x4.splat(0), sums1 = sums0, sums2 = sums0, sums3 = sums0;
          let a = weights + channel, b = gradients + channel;
          for (let i = firstRow; i < rows; i += rowStep, a += kernelRow, b -= lines) {
            let p = a, q = b;
            for (let j = firstColumn; j < columns; j += columnStep, p += kernelColumn, q -= pixels) {
              sums0 = f32x4.add(sums0, f32x4.mul(v128.load(p), v128.load(q)));
              sums1 = f32x4.add(sums1, f32x4.mul(v128.load(p, 16), v128.load(q, 16)));
              sums2 = f32x4.add(sums2, f32x4.mul(v128.load(p, 32), v128.load(q, 32)));
              sums3 = f32x4.add(sums3, f32x4.mul(v128.load(p, 48), v128.load(q, 48)));
            }
          }
          v128.store(to + channel, sums0);
          v128.store(to + channel, sums1, 16);
          v128.store(to + channel, sums2, 32);
          v128.store(to + channel, sums3, 48);
        }
        for (; channel < vectors; channel += 16) {
          let sums = f32x4.splat(0);
          let a = weights + channel, b = gradients + channel;
          for (let i = firstRow; i < rows; i += rowStep, a += kernelRow, b -= lines) {
            let p = a, q = b;
            for (let j = firstColumn; j < columns; j += columnStep, p += kernelColumn, q -= pixels) {
              sums = f32x4.add(sums, f32x4.mul(v128.load(p), v128.load(q)));
            }
          }
          v128.store(to + channel, sums);
        }
        for (; channel < pixel; channel += 4) {
          let sum: f32 = 0;
          const first = channel * <usize>multiplier;
          for (let outChannel = first; outChannel < first + (<usize>multiplier << 2); outChannel += 4) {
            let a = weights + outChannel, b = gradients + outChannel;
            for (let i = firstRow; i < rows; i += rowStep, a += kernelRow, b -= lines) {
              let p = a, q = b;
              for (let j = firstColumn; j < columns; j += columnStep, p += kernelColumn, q -= pixels) {
                sum += load<f32>(p) * load<f32>(q);
              }
            }
          }
          store<f32>(to + channel, sum);
        }
      }
    }
  }
}
