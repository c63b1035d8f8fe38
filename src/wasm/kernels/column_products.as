// What gradients of normalizations have in common, in AssemblyScript with SIMD: for maps `dy` and `x`, float32
// `[rows, columns]`, the sums over the rows of `dy` and of `dy · (x - mean)`, and
// `dx = (dy - dyMean) · gain - (x - mean) · slope - shift`, where all but the maps are `[columns]`.
//
// With a ReLU behind the normalization, whose output is `y`, `dy` is that of the ReLU, and counts where `y` is above 0.
// What is not a number in `dy` or `y` stays none.
import { addTo, BLOCK, clear, read, write } from "./column_sums";

/** The gradient with respect to a ReLU's input: `dy · step(y)`. */
@inline
export function throughRelu(dy: v128, y: v128): v128 {
  const zero = f32x4.splat(0);
  // y · 0 is 0 where y is a number.
  const step = v128.bitselect(f32x4.splat(1), f32x4.mul(y, zero), f32x4.gt(y, zero));
  return f32x4.mul(dy, step);
}

@inline
function readGradient(hasRelu: bool, lanes: i32, dy: usize, y: usize): v128 {
  const gradient = read(lanes, dy);
  return hasRelu ? throughRelu(gradient, read(lanes, y)) : gradient;
}

/** The sums over a block's rows of 16 columns. `dy` and `y` are given as distances from `x`. */
@inline
function addWide(
  hasRelu: bool,
  dy: usize,
  x: usize,
  y: usize,
  rows: usize,
  stride: usize,
  mean: usize,
  sums: usize,
  products: usize,
): void {
  let a = f32x4.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  const m = v128.load(mean), n = v128.load(mean, 16);
  const o = v128.load(mean, 32), p = v128.load(mean, 48);
  for (const end = x + rows * stride; x != end; x += stride, dy += stride, y += stride) {
    let gradient = readGradient(hasRelu, 4, dy, y);
    a = f32x4.add(a, gradient);
    e = f32x4.add(e, f32x4.mul(gradient, f32x4.sub(v128.load(x), m)));
    gradient = readGradient(hasRelu, 4, dy + 16, y + 16);
    b = f32x4.add(b, gradient);
    f = f32x4.add(f, f32x4.mul(gradient, f32x4.sub(v128.load(x, 16), n)));
    gradient = readGradient(hasRelu, 4, dy + 32, y + 32);
    c = f32x4.add(c, gradient);
    g = f32x4.add(g, f32x4.mul(gradient, f32x4.sub(v128.load(x, 32), o)));
    gradient = readGradient(hasRelu, 4, dy + 48, y + 48);
    d = f32x4.add(d, gradient);
    h = f32x4.add(h, f32x4.mul(gradient, f32x4.sub(v128.load(x, 48), p)));
  }
  addTo(4, sums, a);
  addTo(4, sums + 32, b);
  addTo(4, sums + 64, c);
  addTo(4, sums + 96, d);
  addTo(4, products, e);
  addTo(4, products + 32, f);
  addTo(4, products + 64, g);
  addTo(4, products + 96, h);
}

/** The sums over a block's rows of `lanes` columns. */
@inline
function addNarrow(
  hasRelu: bool,
  lanes: i32,
  dy: usize,
  x: usize,
  y: usize,
  rows: usize,
  stride: usize,
  mean: usize,
  sums: usize,
  products: usize,
): void {
  let a = f32x4.splat(0), b = a;
  const m = read(lanes, mean);
  for (const end = x + rows * stride; x != end; x += stride, dy += stride, y += stride) {
    const gradient = readGradient(hasRelu, lanes, dy, y);
    a = f32x4.add(a, gradient);
    b = f32x4.add(b, f32x4.mul(gradient, f32x4.sub(read(lanes, x), m)));
  }
  addTo(lanes, sums, a);
  addTo(lanes, products, b);
}

@inline
function sumEither(
  hasRelu: bool,
  dy: usize,
  x: usize,
  y: usize,
  rows: usize,
  columns: usize,
  mean: usize,
  sums: usize,
): void {
  const stride = columns * 4, products = sums + columns * 8;
  clear(sums, 2 * columns);
  for (let row: usize = 0; row < rows; row += BLOCK) {
    const height = min(BLOCK, rows - row);
    let at = row * stride, m = mean, s = sums, p = products, left = columns;
    for (; left >= 16; left -= 16, at += 64, m += 64, s += 128, p += 128) {
      addWide(hasRelu, dy + at, x + at, y + at, height, stride, m, s, p);
    }
    for (; left >= 4; left -= 4, at += 16, m += 16, s += 32, p += 32) {
      addNarrow(hasRelu, 4, dy + at, x + at, y + at, height, stride, m, s, p);
    }
    for (; left > 0; left--, at += 4, m += 4, s += 8, p += 8) {
      addNarrow(hasRelu, 1, dy + at, x + at, y + at, height, stride, m, s, p);
    }
  }
}

/** The sums of `dy`, then those of `dy · (x - mean)`, to float64 `[2, columns]`; `y` is 0 without a ReLU. */
export function sumProducts(
  dy: usize,
  x: usize,
  y: usize,
  rows: usize,
  columns: usize,
  mean: usize,
  sums: usize,
): void {
  if (y != 0) sumEither(true, dy, x, y, rows, columns, mean, sums);
  else sumEither(false, dy, x, y, rows, columns, mean, sums);
}

/** `vectors` is `[5, columns]`: mean, dyMean, gain, slope, shift. */
@inline
function combineColumns(
  hasRelu: bool,
  lanes: i32,
  dy: usize,
  x: usize,
  y: usize,
  dx: usize,
  rows: usize,
  stride: usize,
  vectors: usize,
): void {
  const mean = read(lanes, vectors), dyMean = read(lanes, vectors + stride);
  const gain = read(lanes, vectors + 2 * stride), slope = read(lanes, vectors + 3 * stride);
  const shift = read(lanes, vectors + 4 * stride);
  for (const end = x + rows * stride; x != end; x += stride, dy += stride, y += stride, dx += stride) {
    const gradient = f32x4.sub(readGradient(hasRelu, lanes, dy, y), dyMean);
    const centred = f32x4.sub(read(lanes, x), mean);
    const values = f32x4.sub(f32x4.mul(gradient, gain), f32x4.mul(centred, slope));
    write(lanes, dx, f32x4.sub(values, shift));
  }
}

@inline
function combineEither(
  hasRelu: bool,
  dy: usize,
  x: usize,
  y: usize,
  rows: usize,
  columns: usize,
  vectors: usize,
  dx: usize,
): void {
  const stride = columns * 4;
  // Few rows at a time: what the four columns before have read of them is still in the cache.
  for (let row: usize = 0; row < rows; row += 8) {
    const height = min<usize>(8, rows - row);
    let at = row * stride, v = vectors, left = columns;
    for (; left >= 4; left -= 4, at += 16, v += 16) {
      combineColumns(hasRelu, 4, dy + at, x + at, y + at, dx + at, height, stride, v);
    }
    for (; left > 0; left--, at += 4, v += 4) {
      combineColumns(hasRelu, 1, dy + at, x + at, y + at, dx + at, height, stride, v);
    }
  }
}

/** `dx`; `vectors` is `[5, columns]`: mean, dyMean, gain, slope, shift. `y` is 0 without a ReLU. */
export function combine(
  dy: usize,
  x: usize,
  y: usize,
  rows: usize,
  columns: usize,
  vectors: usize,
  dx: usize,
): void {
  if (y != 0) combineEither(true, dy, x, y, rows, columns, vectors, dx);
  else combineEither(false, dy, x, y, rows, columns, vectors, dx);
}
