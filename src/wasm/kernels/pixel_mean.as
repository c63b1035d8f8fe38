// The mean over the middle one of three axes, in AssemblyScript: see pixel_mean.ts.
import { meanOfRows } from "./column_sums";

/** `x` is float32 `[batch, rows, columns]`, `out` `[batch, columns]`; `sums` has room for `columns` float64 values. */
export function mean(
  x: usize,
  batch: usize,
  rows: usize,
  columns: usize,
  sums: usize,
  out: usize,
): void {
  for (let example: usize = 0; example < batch; example++) {
    meanOfRows(x, rows, columns, sums, out);
    x += rows * columns * 4;
    out += columns * 4;
  }
}
