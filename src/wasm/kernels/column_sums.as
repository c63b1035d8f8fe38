// Sums over the rows of a matrix, column by column, in AssemblyScript with SIMD.
//
// So many rows add up in float32, and what they add up to is added in float64: a sum of a million values is off by
// what one of 32 is, and the float64 additions are 3 % of all.

/** Rows that are summed in float32. */
export const BLOCK: usize = 32;

/** Adds four float32 sums to float64 ones. */
@inline
export function addTo(sums: usize, values: v128): void {
  v128.store(sums, f64x2.add(v128.load(sums), f64x2.promote_low_f32x4(values)));
  const upper = v128.shuffle<u32>(values, values, 2, 3, 2, 3);
  v128.store(sums, f64x2.add(v128.load(sums, 16), f64x2.promote_low_f32x4(upper)), 16);
}

/** Empties the sums of `columns` columns. */
export function clear(sums: usize, columns: usize): void {
  memory.fill(sums, 0, columns * 8);
}

/** A float64 sum for each column, divided by the number of rows, to float32. */
export function divide(sums: usize, rows: usize, columns: usize, out: usize): void {
  for (let column: usize = 0; column < columns; column++) {
    store<f32>(out + column * 4, <f32> (load<f64>(sums + column * 8) / <f64> rows));
  }
}
