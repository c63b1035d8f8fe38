// `(x - mean) · scale + offset` for each column of a matrix, in AssemblyScript with SIMD.
import { read, write } from "./column_sums";

/** Four columns or one of `(x - mean) · scale + offset`. */
@inline
function normalizeColumns(
  hasRelu: bool,
  lanes: i32,
  x: usize,
  y: usize,
  rows: usize,
  stride: usize,
  m: v128,
  scale: v128,
  offset: v128,
): void {
  const zero = f32x4.splat(0);
  for (const end = x + rows * stride; x != end; x += stride, y += stride) {
    const centred = f32x4.sub(read(lanes, x), m);
    const values = f32x4.add(f32x4.mul(centred, scale), offset);
    write(lanes, y, hasRelu ? f32x4.max(values, zero) : values);
  }
}

@inline
function normalizeEither(
  hasRelu: bool,
  x: usize,
  rows: usize,
  columns: usize,
  mean: usize,
  scale: usize,
  offset: usize,
  y: usize,
): void {
  const stride = columns * 4;
  // Few rows at a time: what the four columns before have read of them is still in the cache.
  for (let row: usize = 0; row < rows; row += 8) {
    const height = min<usize>(8, rows - row);
    let at = row * stride, left = columns, c: usize = 0;
    for (; left >= 4; left -= 4, at += 16, c += 16) {
      const m = v128.load(mean + c), s = v128.load(scale + c), o = v128.load(offset + c);
      normalizeColumns(hasRelu, 4, x + at, y + at, height, stride, m, s, o);
    }
    for (; left > 0; left--, at += 4, c += 4) {
      const m = read(1, mean + c), s = read(1, scale + c), o = read(1, offset + c);
      normalizeColumns(hasRelu, 1, x + at, y + at, height, stride, m, s, o);
    }
  }
}

/** `y = (x - mean) · scale + offset`, and where `hasRelu` the ReLU of that, in which NaN stays. */
export function normalize(
  hasRelu: bool,
  x: usize,
  rows: usize,
  columns: usize,
  mean: usize,
  scale: usize,
  offset: usize,
  y: usize,
): void {
  if (hasRelu) normalizeEither(true, x, rows, columns, mean, scale, offset, y);
  else normalizeEither(false, x, rows, columns, mean, scale, offset, y);
}
