// The cross entropy and Dice loss of a softmax with their gradient by the logits, in AssemblyScript with SIMD, called by
// softmax_loss.ts; src/training/losses has the formulas.
//
// Sizes are in values, addresses in bytes.

import { exp, log } from "./exponentials";
import { laneSum, largestLane, loadLanes, storeLanes } from "./lanes";

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
  pixels: i32, classes: i32, ignoreLabel: i32, crossEntropyWeight: f64, diceWeight: f64, labelSmoothing: f64,
): void {
  const row = <usize>classes << 2, sums = scratch, byIntersection = sums + 6 * row;
  const byClass = byIntersection + row, inverses = byClass + row;
  const probabilities = sums + 2 * row, labelled = sums + 4 * row;
  const hasDice = diceWeight > 0, isSmoothed = labelSmoothing > 0;
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
    let nats = log(<f64>sum) - <f64>own;
    if (isSmoothed) {
      const kept = labelSmoothing === 1 ? 0 : (1 - labelSmoothing) * <f64>own;
      nats = log(<f64>sum) - kept - labelSmoothing * meanBelow(from, classes, largest);
    }
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
    let byExponential: f32 = <f32>perPixel * inverse;
    let byLabel: f32 = isSmoothed ? -share * <f32>(1 - labelSmoothing) : -share;
    if (hasDice) {
      const overlap: f32 = isClass ? load<f32>(to + place) * inverse : 0;
      const own: f32 = isClass ? load<f32>(byIntersection + place) * overlap : 0;
      byLabel += own;
      byExponential -= inverse * (inverse * expectation(to, byClass, classes) + own);
    }
    multiply(to, byExponential, inverse, hasDice ? byClass : 0, classes);
    if (isSmoothed) addToEach(to, -share * <f32>(labelSmoothing / <f64>classes), classes);
    if (isClass) store<f32>(to + place, load<f32>(to + place) + byLabel);
  }
}

/** The mean of a pixel's logits, less the largest, which lies at `largest`. */
@inline
function meanBelow(logits: usize, classes: i32, largest: f32): f64 {
  let sum: f64 = 0;
  for (let c = 0; c < classes; c++, logits += 4) sum += <f64>(load<f32>(logits) - largest);
  return sum / <f64>classes;
}

/** Adds a number to the gradient by each of a pixel's logits. */
@inline
function addToEach(at: usize, value: f32, classes: i32): void {
  const none = f32x4.splat(0), added = f32x4.splat(value);
  for (let c = 0; c < classes; c += 4, at += 16) {
    const left = classes - c;
    storeLanes(at, f32x4.add(loadLanes(at, left, none), added), left);
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
