// The two passes of a separable filter over RGB bytes, in AssemblyScript with SIMD: see resize_filter.ts, which calls
// them, and packaging/compile_wasm.ts, which compiles them.
//
// A weight is a 22-bit fixed-point number, and a sum of weight · byte is exact in 32 bits. The processor's fast
// multiplication takes 16 bits, two products at a time, so a weight comes as `high · 2¹⁵ + low`, and taps come in pairs
// (the last one filled up with a weight of 0). Sums wrap modulo 2³² and the whole fits into 31 bits, so nothing is lost.
//
// Taps of one output are a record of 32-bit words: the first input's index, the number of pairs, and for each pair the
// four 16-bit weights low, low, high, high.

/** Half of the last kept digit, for rounding. */
const half: i32 = 1 << 21;

/** `high · 2¹⁵ + low`, rounded from 22 fixed-point bits to an integer. */
@inline
function round(low: v128, high: v128): v128 {
  const sum = i32x4.add(i32x4.add(i32x4.shl(high, 15), low), i32x4.splat(half));
  return i32x4.shr_s(sum, 22);
}

/** Two neighbouring pixels as 16-bit red, red, green, green, blue, blue, 0, 0. */
@inline
function pixelPair(address: usize): v128 {
  const order = i8x16(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1);
  return i8x16.swizzle(v128.load64_zero(address), order);
}

/**
 * Filters rows of RGB along their width, four at a time: `rows` is rounded up to a multiple of 4, and source and out
 * must have room for it. A row of `out` ends with at least one byte of padding, which is overwritten.
 */
export function filterRows(
  source: usize,
  sourceStride: usize,
  firstColumn: i32,
  rows: i32,
  taps: usize,
  recordBytes: usize,
  columns: i32,
  out: usize,
  outStride: usize,
): void {
  for (let y = 0; y < rows; y += 4) {
    let record = taps;
    let to = out;
    for (let x = 0; x < columns; x++) {
      let from = source + (load<i32>(record) - firstColumn) * 3;
      let weights = record + 8;
      const end = weights + <usize>load<u32>(record, 4) * 8;
      let low0 = i32x4.splat(0), low1 = low0, low2 = low0, low3 = low0;
      let high0 = low0, high1 = low0, high2 = low0, high3 = low0;
      while (weights < end) {
        const low = v128.load32_splat(weights);
        const high = v128.load32_splat(weights, 4);
        let row = from;
        let pixels = pixelPair(row);
        low0 = i32x4.add(low0, i32x4.dot_i16x8_s(pixels, low));
        high0 = i32x4.add(high0, i32x4.dot_i16x8_s(pixels, high));
        row += sourceStride;
        pixels = pixelPair(row);
        low1 = i32x4.add(low1, i32x4.dot_i16x8_s(pixels, low));
        high1 = i32x4.add(high1, i32x4.dot_i16x8_s(pixels, high));
        row += sourceStride;
        pixels = pixelPair(row);
        low2 = i32x4.add(low2, i32x4.dot_i16x8_s(pixels, low));
        high2 = i32x4.add(high2, i32x4.dot_i16x8_s(pixels, high));
        row += sourceStride;
        pixels = pixelPair(row);
        low3 = i32x4.add(low3, i32x4.dot_i16x8_s(pixels, low));
        high3 = i32x4.add(high3, i32x4.dot_i16x8_s(pixels, high));
        weights += 8;
        from += 6;
      }
      const upper = i16x8.narrow_i32x4_s(round(low0, high0), round(low1, high1));
      const lower = i16x8.narrow_i32x4_s(round(low2, high2), round(low3, high3));
      const bytes = i8x16.narrow_i16x8_u(upper, lower);
      // Four bytes for three: the fourth is overwritten by the next pixel, or falls into the padding.
      v128.store32_lane(to, bytes, 0);
      v128.store32_lane(to + outStride, bytes, 1);
      v128.store32_lane(to + 2 * outStride, bytes, 2);
      v128.store32_lane(to + 3 * outStride, bytes, 3);
      to += 3;
      record += recordBytes;
    }
    source += 4 * sourceStride;
    out += 4 * outStride;
  }
}

/**
 * Filters rows of bytes along the height, 16 columns at a time: what `out` holds behind its last row's end is
 * overwritten, up to 15 bytes, and `source` must have room for a row behind its last.
 */
export function filterColumns(
  source: usize,
  sourceStride: usize,
  firstRow: i32,
  taps: usize,
  recordBytes: usize,
  rows: i32,
  out: usize,
  rowBytes: usize,
): void {
  let record = taps;
  for (let y = 0; y < rows; y++) {
    const first = source + <usize>(load<i32>(record) - firstRow) * sourceStride;
    const end = record + 8 + <usize>load<u32>(record, 4) * 8;
    for (let x: usize = 0; x < rowBytes; x += 16) {
      let from = first + x;
      let low0 = i32x4.splat(0), low1 = low0, low2 = low0, low3 = low0;
      let high0 = low0, high1 = low0, high2 = low0, high3 = low0;
      for (let weights = record + 8; weights < end; weights += 8) {
        const low = v128.load32_splat(weights);
        const high = v128.load32_splat(weights, 4);
        const a = v128.load(from);
        const b = v128.load(from + sourceStride);
        from += 2 * sourceStride;
        const left = v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        const right = v128.shuffle<u8>(
          a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31,
        );
        let pairs = i16x8.extend_low_i8x16_u(left);
        low0 = i32x4.add(low0, i32x4.dot_i16x8_s(pairs, low));
        high0 = i32x4.add(high0, i32x4.dot_i16x8_s(pairs, high));
        pairs = i16x8.extend_high_i8x16_u(left);
        low1 = i32x4.add(low1, i32x4.dot_i16x8_s(pairs, low));
        high1 = i32x4.add(high1, i32x4.dot_i16x8_s(pairs, high));
        pairs = i16x8.extend_low_i8x16_u(right);
        low2 = i32x4.add(low2, i32x4.dot_i16x8_s(pairs, low));
        high2 = i32x4.add(high2, i32x4.dot_i16x8_s(pairs, high));
        pairs = i16x8.extend_high_i8x16_u(right);
        low3 = i32x4.add(low3, i32x4.dot_i16x8_s(pairs, low));
        high3 = i32x4.add(high3, i32x4.dot_i16x8_s(pairs, high));
      }
      const lower = i16x8.narrow_i32x4_s(round(low0, high0), round(low1, high1));
      const upper = i16x8.narrow_i32x4_s(round(low2, high2), round(low3, high3));
      v128.store(out + x, i8x16.narrow_i16x8_u(lower, upper));
    }
    out += rowBytes;
    record += recordBytes;
  }
}
