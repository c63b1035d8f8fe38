// The cross entropy and Dice loss of a softmax with their gradient by the logits, in AssemblyScript with SIMD, called by
// softmax_loss.ts; src/training/losses has the formulas.
//
// Sizes are in values, addresses in bytes.

/** e^x for x ≤ 0, to 1 unit of the last digit or so: 2^n · e^r with |r| ≤ ln(2) / 2, and e^r by its series. */
@inline
function exp(x: v128): v128 {
  // What is lower is 0 in float32; NaN stays.
  x = f32x4.max(x, f32x4.splat(-105));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let sum = f32x4.splat(1.0 / 5040);
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 720));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 120));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 24));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 6));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(0.5));
  sum = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(sum, r), r), r), f32x4.splat(1));
  // 2^n in two factors: n may be below what one float32's exponent holds.
  const whole = i32x4.trunc_sat_f32x4_s(n), half = i32x4.shr_s(whole, 1);
  const other = i32x4.sub(whole, half), bias = i32x4.splat(127);
  sum = f32x4.mul(sum, i32x4.shl(i32x4.add(half, bias), 23));
  return f32x4.mul(sum, i32x4.shl(i32x4.add(other, bias), 23));
}

/** ln(x) for x ≥ 1: the exponent's, and 2 · artanh((m − 1) / (m + 1)) by its series. NaN stays. */
function log(x: f64): f64 {
  if (isNaN(x)) return x;
  const bits = reinterpret<u64>(x);
  let exponent = <i32>(bits >> 52) - 1023;
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent++;
  }
  const s = (m - 1) / (m + 1), t = s * s;
  let sum = 1.0 / 15;
  sum = sum * t + 1.0 / 13;
  sum = sum * t + 1.0 / 11;
  sum = sum * t + 1.0 / 9;
  sum = sum * t + 1.0 / 7;
  sum = sum * t + 1.0 / 5;
  sum = sum * t + 1.0 / 3;
  return <f64>exponent * 0.6931471805599453 + 2 * (s + s * t * sum);
}

/** Four values, or the first `count` and what fills the rest. */
@inline
function loadLanes(from: usize, count: i32, rest: v128): v128 {
  if (count >= 4) return v128.load(from);
  if (count >= 1) rest = v128.load_lane<f32>(from, rest, 0);
  if (count >= 2) rest = v128.load_lane<f32>(from, rest, 1, 4);
  if (count >= 3) rest = v128.load_lane<f32>(from, rest, 2, 8);
  return rest;
}

/** Stores four values, or the first `count`. */
@inline
function storeLanes(to: usize, values: v128, count: i32): void {
  if (count >= 4) return v128.store(to, values);
  if (count >= 1) v128.store_lane<f32>(to, values, 0);
  if (count >= 2) v128.store_lane<f32>(to, values, 1, 4);
  if (count >= 3) v128.store_lane<f32>(to, values, 2, 8);
}

@inline
function largestLane(x: v128): f32 {
  const pairs = f32x4.max(x, v128.shuffle<u32>(x, x, 2, 3, 0, 1));
  return max<f32>(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

@inline
function laneSum(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<u32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** 1 where a pixel counts, 0 where it is ignored, NaN where its label is no class. */
@inline
function weightOf(label: i32, classes: i32, ignoreLabel: i32): f32 {
  if (label === ignoreLabel) return 0;
  return <u32>label < <u32>classes ? 1 : NaN;
}

/** Writes e^(z − max) of a pixel; returns their sum. The largest of its logits is at `largest`. */
@inline
function exponentiate(logits: usize, to: usize, classes: i32, largest: f32): f32 {
  const shift = f32x4.splat(largest);
  let sum = f32x4.splat(0);
  for (let c = 0; c < classes; c += 4, logits += 16, to += 16) {
    const values = exp(f32x4.sub(loadLanes(logits, classes - c, f32x4.splat(-Infinity)), shift));
    storeLanes(to, values, classes - c);
    sum = f32x4.add(sum, values);
  }
  return laneSum(sum);
}

/** The largest logit of a pixel; NaN where one is. */
@inline
function largestOf(logits: usize, classes: i32): f32 {
  let largest = f32x4.splat(-Infinity);
  for (let c = 0; c < classes; c += 4, logits += 16) {
    largest = f32x4.max(largest, loadLanes(logits, classes - c, f32x4.splat(-Infinity)));
  }
  return largestLane(largest);
}

/** Adds a pixel's probabilities to the float64 sums of their classes. */
@inline
function addProbabilities(exponentials: usize, inverse: f32, sums: usize, classes: i32): void {
  const factor = f32x4.splat(inverse);
  let c = 0;
  for (; c + 4 <= classes; c += 4, exponentials += 16, sums += 32) {
    const p = f32x4.mul(v128.load(exponentials), factor);
    v128.store(sums, f64x2.add(v128.load(sums), f64x2.promote_low_f32x4(p)));
    const upper = f64x2.promote_low_f32x4(v128.shuffle<u64>(p, p, 1, 1));
    v128.store(sums, f64x2.add(v128.load(sums, 16), upper), 16);
  }
  for (; c < classes; c++, exponentials += 4, sums += 8) {
    store<f64>(sums, load<f64>(sums) + <f64>(load<f32>(exponentials) * inverse));
  }
}

@inline
function addTo(address: usize, value: f64): void {
  store<f64>(address, load<f64>(address) + value);
}

/** Keeps a class without overlap differentiable. */
const smoothing: f64 = 1e-5;

/**
 * The Dice loss of the classes' sums: of intersections, probabilities and labels, float64 each. Its derivatives by the
 * first two are written to `byIntersection` and `byClass`, float32.
 */
function dice(sums: usize, classes: i32, weight: f64, byIntersection: usize, byClass: usize): f64 {
  const probabilities = sums + (<usize>classes << 3), labelled = probabilities + (<usize>classes << 3);
  let present: f64 = 0;
  for (let c: usize = 0; c < <usize>classes; c++) present += load<f64>(labelled + (c << 3)) > 0 ? 1 : 0;
  let value: f64 = 0;
  for (let c: usize = 0; c < <usize>classes; c++) {
    const count = load<f64>(labelled + (c << 3));
    const share = count > 0 ? weight / present : 0;
    const denominator = load<f64>(probabilities + (c << 3)) + count + smoothing;
    const coefficient = (2 * load<f64>(sums + (c << 3)) + smoothing) / denominator;
    value += share * (1 - coefficient);
    store<f32>(byIntersection + (c << 2), <f32>(-2 * share / denominator));
    store<f32>(byClass + (c << 2), <f32>(share / denominator * coefficient));
  }
  return value;
}

/**
 * The weighted sum of the losses, and its gradient by the logits, `[pixels, classes]`. `scratch` holds 32 bytes for each
 * class and 4 for each pixel.
 */
export function softmaxLoss(
  labels: usize, logits: usize, loss: usize, gradient: usize, scratch: usize,
  pixels: i32, classes: i32, ignoreLabel: i32, crossEntropyWeight: f64, diceWeight: f64,
): void {
  const row = <usize>classes << 2, sums = scratch, byIntersection = sums + 6 * row;
  const byClass = byIntersection + row, inverses = byClass + row;
  const probabilities = sums + 2 * row, labelled = sums + 4 * row;
  const hasDice = diceWeight > 0;
  memory.fill(sums, 0, 6 * row);
  let entropy: f64 = 0, counted: f64 = 0;
  let from = logits, to = gradient;
  for (let pixel = 0; pixel < pixels; pixel++, from += row, to += row) {
    const label = load<i32>(labels + (<usize>pixel << 2));
    const weight = weightOf(label, classes, ignoreLabel);
    const largest = largestOf(from, classes), sum = exponentiate(from, to, classes, largest);
    const inverse = weight / sum;
    store<f32>(inverses + (<usize>pixel << 2), inverse);
    const isClass = <u32>label < <u32>classes;
    const own: f32 = isClass ? load<f32>(from + (<usize>label << 2)) - largest : 0;
    const nats = log(<f64>sum) - <f64>own;
    // A pixel that doesn't count may have its class ruled out: 0 · ∞ would be NaN, and NaN stays.
    entropy += weight === 0 && nats === Infinity ? 0 : <f64>weight * nats;
    counted += <f64>weight;
    if (!hasDice) continue;
    addProbabilities(to, inverse, probabilities, classes);
    if (!isClass) continue;
    addTo(labelled + (<usize>label << 3), <f64>weight);
    addTo(sums + (<usize>label << 3), <f64>(load<f32>(to + (<usize>label << 2)) * inverse));
  }
  // NaN where a label is no class.
  const perPixel = crossEntropyWeight / max<f64>(counted, 1);
  let value: f64 = crossEntropyWeight > 0 ? entropy * perPixel : 0;
  if (hasDice) value += dice(sums, classes, diceWeight, byIntersection, byClass);
  store<f32>(loss, <f32>value);
  to = gradient;
  for (let pixel = 0; pixel < pixels; pixel++, to += row) {
    const label = load<i32>(labels + (<usize>pixel << 2));
    const share = weightOf(label, classes, ignoreLabel) * <f32>perPixel;
    const inverse = load<f32>(inverses + (<usize>pixel << 2));
    const place = <usize>label << 2, isClass = <u32>label < <u32>classes;
    let byExponential: f32 = <f32>perPixel * inverse, byLabel = -share;
    if (hasDice) {
      const overlap: f32 = isClass ? load<f32>(to + place) * inverse : 0;
      const own: f32 = isClass ? load<f32>(byIntersection + place) * overlap : 0;
      byLabel += own;
      byExponential -= inverse * (inverse * expectation(to, byClass, classes) + own);
    }
    multiply(to, byExponential, inverse, hasDice ? byClass : 0, classes);
    if (isClass) store<f32>(to + place, load<f32>(to + place) + byLabel);
  }
}

/** Σ exponential · byClass of a pixel. */
@inline
function expectation(exponentials: usize, byClass: usize, classes: i32): f32 {
  const none = f32x4.splat(0);
  let sum = none;
  for (let c = 0; c < classes; c += 4, exponentials += 16, byClass += 16) {
    const left = classes - c;
    sum = f32x4.add(sum, f32x4.mul(loadLanes(exponentials, left, none), loadLanes(byClass, left, none)));
  }
  return laneSum(sum);
}

/** Multiplies a pixel's exponentials by `byExponential + byClass · inverse`. */
@inline
function multiply(at: usize, byExponential: f32, inverse: f32, byClass: usize, classes: i32): void {
  const none = f32x4.splat(0), factor = f32x4.splat(byExponential), scale = f32x4.splat(inverse);
  for (let c = 0; c < classes; c += 4, at += 16) {
    const left = classes - c;
    let factors = factor;
    if (byClass !== 0) {
      factors = f32x4.add(factor, f32x4.mul(loadLanes(byClass, left, none), scale));
      byClass += 16;
    }
    storeLanes(at, f32x4.mul(loadLanes(at, left, none), factors), left);
  }
}
