// The mean over the rows of matrices, in AssemblyScript with SIMD: see pixel_mean.ts.
import { addTo, BLOCK, clear, divide } from "./column_sums";

/** Adds the sums over `rows` rows, which are at most a block, to `sums`. */
function addBlock(x: usize, rows: usize, columns: usize, sums: usize): void {
  const stride = columns * 4;
  let column: usize = 0;
  for (; column + 16 <= columns; column += 16) {
    let a = f32x4.splat(0), b = a, c = a, d = a;
    let at = x + column * 4;
    for (let row: usize = 0; row < rows; row++, at += stride) {
      a = f32x4.add(a, v128.load(at));
      b = f32x4.add(b, v128.load(at, 16));
      c = f32x4.add(c, v128.load(at, 32));
      d = f32x4.add(d, v128.load(at, 48));
    }
    const to = sums + column * 8;
    addTo(to, a);
    addTo(to + 32, b);
    addTo(to + 64, c);
    addTo(to + 96, d);
  }
  for (; column + 4 <= columns; column += 4) {
    let a = f32x4.splat(0);
    let at = x + column * 4;
    for (let row: usize = 0; row < rows; row++, at += stride) a = f32x4.add(a, v128.load(at));
    addTo(sums + column * 8, a);
  }
  for (; column < columns; column++) {
    let a: f32 = 0;
    let at = x + column * 4;
    for (let row: usize = 0; row < rows; row++, at += stride) a += load<f32>(at);
    const to = sums + column * 8;
    store<f64>(to, load<f64>(to) + <f64> a);
  }
}

/**
 * The means over the middle one of three axes: `x` is float32 `[batch, rows, columns]`, `out` `[batch, columns]`;
 * `sums` has room for `columns` float64 values.
 */
export function mean(
  x: usize,
  batch: usize,
  rows: usize,
  columns: usize,
  sums: usize,
  out: usize,
): void {
  for (let example: usize = 0; example < batch; example++) {
    clear(sums, columns);
    for (let row: usize = 0; row < rows; row += BLOCK) {
      addBlock(x, min(BLOCK, rows - row), columns, sums);
      x += min(BLOCK, rows - row) * columns * 4;
    }
    divide(sums, rows, columns, out);
    out += columns * 4;
  }
}
