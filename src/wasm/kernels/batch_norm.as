// Batch normalization and weight standardization, which is that of a kernel's filters, in AssemblyScript with SIMD: see
// batch_norm.ts and standardize.ts. Matrices are float32 `[rows, columns]`, the statistics those of each column.
import { combine, sumProducts } from "./column_products";
import { meanOfRows, spreadOfRows } from "./column_sums";
import { normalize } from "./normalize";

/** `gamma / sqrt(variance + epsilon)`. */
function scales(variance: usize, gamma: usize, epsilon: f32, columns: usize, scale: usize): void {
  for (let at: usize = 0; at < columns * 4; at += 4) {
    const inverse = <f32> 1 / sqrt<f32>(load<f32>(variance + at) + epsilon);
    store<f32>(scale + at, load<f32>(gamma + at) * inverse);
  }
}

/** The mean and the biased variance; `sums` has room for `columns` float64 values. */
export function moments(
  x: usize,
  rows: usize,
  columns: usize,
  sums: usize,
  mean: usize,
  variance: usize,
): void {
  meanOfRows(x, rows, columns, sums, mean);
  spreadOfRows(x, rows, columns, mean, sums, variance);
}

/** The statistics as they are. */
export function copy(
  mean: usize,
  variance: usize,
  columns: usize,
  sameMean: usize,
  sameVariance: usize,
): void {
  memory.copy(sameMean, mean, columns * 4);
  memory.copy(sameVariance, variance, columns * 4);
}

/**
 * The statistics moved to the batch's by `rate`: the variance to that about the mean before it moves. `scratch` has
 * room for `columns` float64 values.
 */
export function move(
  x: usize,
  rows: usize,
  columns: usize,
  mean: usize,
  variance: usize,
  rate: f32,
  scratch: usize,
  movedMean: usize,
  movedVariance: usize,
): void {
  meanOfRows(x, rows, columns, scratch, movedMean);
  spreadOfRows(x, rows, columns, mean, scratch, movedVariance);
  const rest = <f32> 1 - rate;
  for (let at: usize = 0; at < columns * 4; at += 4) {
    const m = load<f32>(movedMean + at), v = load<f32>(movedVariance + at);
    store<f32>(movedMean + at, load<f32>(mean + at) * rest + m * rate);
    store<f32>(movedVariance + at, load<f32>(variance + at) * rest + v * rate);
  }
}

/** Normalizes by the statistics. `scratch` has room for `columns` float32 values. */
export function apply(
  x: usize,
  gamma: usize,
  beta: usize,
  rows: usize,
  columns: usize,
  mean: usize,
  variance: usize,
  epsilon: f32,
  hasRelu: bool,
  scratch: usize,
  y: usize,
): void {
  scales(variance, gamma, epsilon, columns, scratch);
  normalize(hasRelu, x, rows, columns, mean, scratch, beta, y);
}

/**
 * The gradients of batch normalization. `y` is the output of the ReLU behind it, whose gradient `dy` is, or 0 without.
 * `scratch` has room for `columns` × 9 float32 values.
 */
export function batchNormGradient(
  dy: usize,
  x: usize,
  y: usize,
  gamma: usize,
  mean: usize,
  variance: usize,
  rows: usize,
  columns: usize,
  epsilon: f32,
  scratch: usize,
  dx: usize,
  dgamma: usize,
  dbeta: usize,
): void {
  const stride = columns * 4;
  const vectors = scratch, sums = scratch + 5 * stride, products = sums + 2 * stride;
  sumProducts(dy, x, y, rows, columns, mean, sums);
  memory.fill(vectors, 0, 5 * stride); // there is no shift
  memory.copy(vectors, mean, stride);
  for (let column: usize = 0; column < columns; column++) {
    const at = column * 4;
    const sum = load<f64>(sums + column * 8), product = load<f64>(products + column * 8);
    const scale = <f32> 1 / sqrt<f32>(load<f32>(variance + at) + epsilon);
    const gain = load<f32>(gamma + at) * scale;
    const projection = <f32> (product / <f64> rows) * scale;
    store<f32>(vectors + stride + at, <f32> (sum / <f64> rows));
    store<f32>(vectors + 2 * stride + at, gain);
    store<f32>(vectors + 3 * stride + at, gain * (projection * scale));
    store<f32>(dgamma + at, projection * <f32> rows);
    store<f32>(dbeta + at, <f32> sum);
  }
  combine(dy, x, y, rows, columns, vectors, dx);
}

/**
 * `x` without its columns' means, for filters and their gradients that are not divided. `ones` becomes what they are
 * divided by, 1 for each column. `scratch` has room for `columns` × 3 float32 values.
 */
export function centre(
  x: usize,
  rows: usize,
  columns: usize,
  scratch: usize,
  out: usize,
  ones: usize,
): void {
  const stride = columns * 4;
  const mean = scratch, zeros = scratch + stride;
  meanOfRows(x, rows, columns, zeros, mean);
  memory.fill(zeros, 0, stride);
  for (let at: usize = 0; at < stride; at += 4) store<f32>(ones + at, 1);
  normalize(false, x, rows, columns, mean, ones, zeros, out);
}

/**
 * Standardizes filters, which are the columns; without `centres` their means stay. `deviation` is
 * `sqrt(variance + epsilon)`, or without `inRoot` `sqrt(variance) + epsilon`, where the variance is `correction` times
 * the biased one. `scratch` has room for `columns` × 4 float32 values.
 */
export function standardize(
  filters: usize,
  rows: usize,
  columns: usize,
  correction: f32,
  epsilon: f32,
  inRoot: bool,
  centres: bool,
  scratch: usize,
  standardized: usize,
  deviation: usize,
): void {
  const stride = columns * 4;
  const mean = scratch, scale = scratch + stride, zeros = scratch + 2 * stride;
  moments(filters, rows, columns, zeros, mean, deviation);
  memory.fill(zeros, 0, stride);
  for (let at: usize = 0; at < stride; at += 4) {
    const variance = load<f32>(deviation + at) * correction;
    const s = inRoot ? sqrt<f32>(variance + epsilon) : sqrt<f32>(variance) + epsilon;
    store<f32>(deviation + at, s);
    store<f32>(scale + at, <f32> 1 / s);
  }
  normalize(false, filters, rows, columns, centres ? mean : zeros, scale, zeros, standardized);
}

/**
 * The gradient with respect to the filters. `divisor` is the variance's. `scratch` has room for `columns` × 9 float32
 * values.
 */
export function standardizeGradient(
  upstream: usize,
  standardized: usize,
  deviation: usize,
  rows: usize,
  columns: usize,
  divisor: f32,
  epsilon: f32,
  inRoot: bool,
  centres: bool,
  scratch: usize,
  out: usize,
): void {
  const stride = columns * 4;
  const vectors = scratch, sums = scratch + 5 * stride, products = sums + 2 * stride;
  memory.fill(vectors, 0, 5 * stride); // the standardized filters' mean, and the shift
  sumProducts(upstream, standardized, 0, rows, columns, vectors, sums);
  for (let column: usize = 0; column < columns; column++) {
    const at = column * 4;
    const s = load<f32>(deviation + at);
    let share = <f32> (load<f64>(products + column * 8) / <f64> divisor);
    // A constant filter's deviation is epsilon: its share is 0, whatever it is divided by.
    if (!inRoot) share = s == epsilon ? 0 : share * s / (s - epsilon);
    const mean = <f32> (load<f64>(sums + column * 8) / <f64> rows);
    store<f32>(vectors + stride + at, centres ? mean : 0);
    store<f32>(vectors + 2 * stride + at, <f32> 1 / s);
    store<f32>(vectors + 3 * stride + at, share / s);
  }
  // The deviation grows along the centred values; where filters are centred, these are their own.
  if (!centres) meanOfRows(standardized, rows, columns, sums, vectors);
  combine(upstream, standardized, 0, rows, columns, vectors, out);
}
