// Sums over the rows of a matrix, column by column, in AssemblyScript with SIMD.
//
// So many rows add up in float32, and what they add up to is added in float64: a sum of a million values is off by
// what one of 32 is, and the float64 additions are 3 % of all. 16 columns are read at once, which are a line of the
// processor's cache, then what is left of them in fours and one by one.

/** Rows that are summed in float32. */
export const BLOCK: usize = 32;

/** What is summed of a value: itself, or its squared difference from the column's mean. */
export const VALUES: i32 = 0, SQUARES: i32 = 1;

/** `lanes` values, which are 4 or 1. */
@inline
export function read(lanes: i32, at: usize): v128 {
  return lanes == 4 ? v128.load(at) : v128.load32_zero(at);
}

/** Writes `lanes` values, which are 4 or 1. */
@inline
export function write(lanes: i32, at: usize, values: v128): void {
  if (lanes == 4) v128.store(at, values);
  else v128.store32_lane(at, values, 0);
}

/** Adds `lanes` float32 sums to float64 ones. */
@inline
export function addTo(lanes: i32, sums: usize, values: v128): void {
  const lower = f64x2.promote_low_f32x4(values);
  if (lanes == 1) {
    store<f64>(sums, load<f64>(sums) + f64x2.extract_lane(lower, 0));
    return;
  }
  v128.store(sums, f64x2.add(v128.load(sums), lower));
  const upper = f64x2.promote_low_f32x4(v128.shuffle<u32>(values, values, 2, 3, 2, 3));
  v128.store(sums, f64x2.add(v128.load(sums, 16), upper), 16);
}

/** Empties `count` sums. */
export function clear(sums: usize, count: usize): void {
  memory.fill(sums, 0, count * 8);
}

/** Float64 sums divided by the number of rows, to float32. */
export function divide(sums: usize, rows: usize, columns: usize, out: usize): void {
  for (let column: usize = 0; column < columns; column++) {
    store<f32>(out + column * 4, <f32> (load<f64>(sums + column * 8) / <f64> rows));
  }
}

/** What is summed of four values or one. */
@inline
function termOf(what: i32, values: v128, mean: v128): v128 {
  if (what == VALUES) return values;
  const centred = f32x4.sub(values, mean);
  return f32x4.mul(centred, centred);
}

/** The sums over a block's rows of 16 columns. */
@inline
function addWide(what: i32, x: usize, rows: usize, stride: usize, mean: usize, to: usize): void {
  let a = f32x4.splat(0), b = a, c = a, d = a;
  const isCentred = what == SQUARES;
  const m = isCentred ? v128.load(mean) : a, n = isCentred ? v128.load(mean, 16) : a;
  const o = isCentred ? v128.load(mean, 32) : a, p = isCentred ? v128.load(mean, 48) : a;
  for (const end = x + rows * stride; x != end; x += stride) {
    a = f32x4.add(a, termOf(what, v128.load(x), m));
    b = f32x4.add(b, termOf(what, v128.load(x, 16), n));
    c = f32x4.add(c, termOf(what, v128.load(x, 32), o));
    d = f32x4.add(d, termOf(what, v128.load(x, 48), p));
  }
  addTo(4, to, a);
  addTo(4, to + 32, b);
  addTo(4, to + 64, c);
  addTo(4, to + 96, d);
}

/** The sums over a block's rows of `lanes` columns. */
@inline
function addNarrow(
  what: i32,
  lanes: i32,
  x: usize,
  rows: usize,
  stride: usize,
  mean: usize,
  to: usize,
): void {
  let a = f32x4.splat(0);
  const m = what == SQUARES ? read(lanes, mean) : a;
  for (const end = x + rows * stride; x != end; x += stride) {
    a = f32x4.add(a, termOf(what, read(lanes, x), m));
  }
  addTo(lanes, to, a);
}

/**
 * Sums float32 `[rows, columns]` over the rows, to float64 `[columns]`; `mean` is float32 `[columns]`, and not read
 * where values are summed.
 */
@inline
export function sumColumns(
  what: i32,
  x: usize,
  rows: usize,
  columns: usize,
  mean: usize,
  sums: usize,
): void {
  const stride = columns * 4;
  clear(sums, columns);
  for (let row: usize = 0; row < rows; row += BLOCK, x += BLOCK * stride) {
    const height = min(BLOCK, rows - row);
    let column: usize = 0;
    for (; column + 16 <= columns; column += 16) {
      addWide(what, x + column * 4, height, stride, mean + column * 4, sums + column * 8);
    }
    for (; column + 4 <= columns; column += 4) {
      addNarrow(what, 4, x + column * 4, height, stride, mean + column * 4, sums + column * 8);
    }
    for (; column < columns; column++) {
      addNarrow(what, 1, x + column * 4, height, stride, mean + column * 4, sums + column * 8);
    }
  }
}

/** The mean over the rows, float32 `[columns]`; `sums` has room for as many float64 values. */
export function meanOfRows(
  x: usize,
  rows: usize,
  columns: usize,
  sums: usize,
  mean: usize,
): void {
  sumColumns(VALUES, x, rows, columns, 0, sums);
  divide(sums, rows, columns, mean);
}

/** The mean square of what is left without the means. */
export function spreadOfRows(
  x: usize,
  rows: usize,
  columns: usize,
  mean: usize,
  sums: usize,
  spread: usize,
): void {
  sumColumns(SQUARES, x, rows, columns, mean, sums);
  divide(sums, rows, columns, spread);
}
