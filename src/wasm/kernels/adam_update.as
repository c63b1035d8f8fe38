// A step of Adam for one weight, in AssemblyScript with SIMD: see adam_update.ts.
import { read, write } from "./column_sums";

/** 1 − base^t, for a whole t >= 1: squares and products in float64, where the power near 1 keeps its digits. */
function oneMinusPower(base: f64, t: u32): f64 {
  let power: f64 = 1;
  for (; t > 0; t >>= 1, base *= base) if (t & 1) power *= base;
  return 1 - power;
}

/**
 * Updates `count` values, and the number of steps at `steps`; each is read before it is written, so that results may
 * lie over operands.
 */
export function update(
  weight: usize,
  gradient: usize,
  mean: usize,
  square: usize,
  steps: usize,
  count: usize,
  learningRate: usize,
  beta1: f64,
  beta2: f64,
  epsilon: f32,
  decayPerRate: f32,
  newWeight: usize,
  newMean: usize,
  newSquare: usize,
  newSteps: usize,
): void {
  const taken = load<f32>(steps) + 1, rate = load<f32>(learningRate);
  const kept = f32x4.splat(decayPerRate > 0 ? 1 - rate * decayPerRate : 1);
  const rates = f32x4.splat(rate / <f32>oneMinusPower(beta1, <u32>taken));
  const roots = f32x4.splat(sqrt<f32>(<f32>oneMinusPower(beta2, <u32>taken)));
  const keptMean = f32x4.splat(<f32>beta1), addedMean = f32x4.splat(<f32>(1 - beta1));
  const keptSquare = f32x4.splat(<f32>beta2), addedSquare = f32x4.splat(<f32>(1 - beta2));
  const floor = f32x4.splat(epsilon);
  const whole = (count & ~3) * 4;
  for (let at: usize = 0; at < count * 4; at += at < whole ? 16 : 4) {
    const lanes = at < whole ? 4 : 1;
    const w = read(lanes, weight + at), g = read(lanes, gradient + at);
    const m = f32x4.add(f32x4.mul(read(lanes, mean + at), keptMean), f32x4.mul(g, addedMean));
    const squares = f32x4.mul(f32x4.mul(g, g), addedSquare);
    const s = f32x4.add(f32x4.mul(read(lanes, square + at), keptSquare), squares);
    const denominator = f32x4.add(f32x4.div(f32x4.sqrt(s), roots), floor);
    const moved = f32x4.div(f32x4.mul(m, rates), denominator);
    write(lanes, newMean + at, m);
    write(lanes, newSquare + at, s);
    write(lanes, newWeight + at, f32x4.sub(f32x4.mul(w, kept), moved));
  }
  store<f32>(newSteps, taken);
}
