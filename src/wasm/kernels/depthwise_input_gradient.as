// The gradient of a depthwise convolution by its input, in AssemblyScript with SIMD, called by depthwise.ts. See
// windows.as for an axis's numbers.

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
