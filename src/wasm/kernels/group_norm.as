// Group normalization, in AssemblyScript with SIMD: see group_norm.ts. Maps are float32 `[batch, rows, columns]`, the
// statistics those of each example's groups of adjacent columns, `[batch, groups]`.
import { combine, sumProducts } from "./column_products";
import { clear, meanOfRows, spreadOfRows } from "./column_sums";
import { normalize } from "./normalize";

/** `scratch` has room for `columns` × 5 float32 values. */
export function forward(
  x: usize,
  gamma: usize,
  beta: usize,
  batch: usize,
  rows: usize,
  columns: usize,
  groups: usize,
  epsilon: f32,
  scratch: usize,
  y: usize,
  mean: usize,
  variance: usize,
): void {
  const stride = columns * 4, width = columns / groups * 4;
  const means = scratch, spreads = scratch + stride, scales = scratch + 2 * stride;
  for (let example: usize = 0; example < batch; example++) {
    meanOfRows(x, rows, columns, scratch + 3 * stride, means);
    spreadOfRows(x, rows, columns, means, scratch + 3 * stride, spreads);
    for (let first: usize = 0; first < stride; first += width, mean += 4, variance += 4) {
      const end = first + width, count = <f64> (width / 4);
      let sum: f64 = 0, squares: f64 = 0;
      for (let at = first; at < end; at += 4) sum += <f64> load<f32>(means + at);
      const centre = sum / count;
      // Within each column plus between them: both are of differences, so that nothing cancels.
      for (let at = first; at < end; at += 4) {
        const apart = <f64> load<f32>(means + at) - centre;
        squares += <f64> load<f32>(spreads + at) + apart * apart;
      }
      store<f32>(mean, <f32> centre);
      store<f32>(variance, <f32> (squares / count));
      const inverse = <f32> 1 / sqrt<f32>(load<f32>(variance) + epsilon);
      for (let at = first; at < end; at += 4) {
        store<f32>(means + at, <f32> centre);
        store<f32>(scales + at, load<f32>(gamma + at) * inverse);
      }
    }
    normalize(false, x, rows, columns, means, scales, beta, y);
    x += rows * stride;
    y += rows * stride;
  }
}

/** The vectors of an example's group, from the sums of its columns, which are added to `totals`. */
function prepareGroup(
  gamma: usize,
  inverse: f32,
  rows: usize,
  stride: usize,
  first: usize,
  end: usize,
  vectors: usize,
  sums: usize,
  totals: usize,
): void {
  let shift: f64 = 0, slope: f64 = 0;
  for (let at = first; at < end; at += 4) {
    const sum = load<f64>(sums + 2 * at), scale = <f64> inverse;
    const projection = load<f64>(sums + 2 * (stride + at)) * scale;
    const total = totals + 2 * at;
    store<f64>(total, load<f64>(total) + projection);
    store<f64>(total + 2 * stride, load<f64>(total + 2 * stride) + sum);
    shift += <f64> load<f32>(gamma + at) * sum;
    slope += <f64> load<f32>(gamma + at) * projection;
  }
  const count = <f64> ((end - first) / 4 * rows);
  const groupShift = <f32> (shift / count) * inverse;
  const groupSlope = <f32> (slope / count) * (inverse * inverse);
  for (let at = first; at < end; at += 4) {
    store<f32>(vectors + 2 * stride + at, load<f32>(gamma + at) * inverse);
    store<f32>(vectors + 3 * stride + at, groupSlope);
    store<f32>(vectors + 4 * stride + at, groupShift);
  }
}

/** The gradients. `scratch` has room for `columns` × 13 float32 values. */
export function gradient(
  dy: usize,
  x: usize,
  gamma: usize,
  mean: usize,
  variance: usize,
  batch: usize,
  rows: usize,
  columns: usize,
  groups: usize,
  epsilon: f32,
  scratch: usize,
  dx: usize,
  dgamma: usize,
  dbeta: usize,
): void {
  const stride = columns * 4, width = columns / groups * 4;
  const vectors = scratch, sums = scratch + 5 * stride, totals = scratch + 9 * stride;
  memory.fill(vectors, 0, 5 * stride); // the mean of dy is in the shift
  clear(totals, 2 * columns);
  for (let example: usize = 0; example < batch; example++) {
    for (let at: usize = 0; at < stride; at += 4) {
      store<f32>(vectors + at, load<f32>(mean + at / width * 4));
    }
    sumProducts(dy, x, 0, rows, columns, vectors, sums);
    for (let first: usize = 0; first < stride; first += width, mean += 4, variance += 4) {
      const inverse = <f32> 1 / sqrt<f32>(load<f32>(variance) + epsilon);
      prepareGroup(gamma, inverse, rows, stride, first, first + width, vectors, sums, totals);
    }
    combine(dy, x, 0, rows, columns, vectors, dx);
    dy += rows * stride;
    x += rows * stride;
    dx += rows * stride;
  }
  for (let column: usize = 0; column < columns; column++) {
    store<f32>(dgamma + column * 4, <f32> load<f64>(totals + column * 8));
    store<f32>(dbeta + column * 4, <f32> load<f64>(totals + 2 * stride + column * 8));
  }
}
