// A step of gradient descent with momentum for one weight, in AssemblyScript with SIMD: see momentum_update.ts.
import { read, write } from "./column_sums";

/** Bits of `terms`: which parts of the rule there are. */
const MOMENTUM: u32 = 1, WEIGHT_DECAY: u32 = 2, DECAY_PER_RATE: u32 = 4, NESTEROV: u32 = 8;

/**
 * Updates `count` values; each is read before it is written, so that results may lie over operands. Products and sums
 * are rounded one by one, in the order of the composed form: equal to it to the last digit.
 */
export function update(
  weight: usize,
  gradient: usize,
  velocity: usize,
  count: usize,
  learningRate: usize,
  terms: u32,
  momentum: f32,
  weightDecay: f32,
  decayPerRate: f32,
  newWeight: usize,
  newVelocity: usize,
): void {
  const rate = load<f32>(learningRate);
  const rates = f32x4.splat(rate), kept = f32x4.splat(1 - rate * decayPerRate);
  const momenta = f32x4.splat(momentum), decays = f32x4.splat(weightDecay);
  const whole = (count & ~3) * 4;
  for (let at: usize = 0; at < whole; at += 16) {
    const from = velocity + at, to = newVelocity + at;
    const w = v128.load(weight + at), g = decayed(terms, v128.load(gradient + at), w, decays);
    const d = directionOf(terms, 4, g, from, to, momenta);
    v128.store(newWeight + at, moved(terms, w, d, kept, rates));
  }
  for (let at = whole; at < count * 4; at += 4) {
    const from = velocity + at, to = newVelocity + at;
    const w = read(1, weight + at), g = decayed(terms, read(1, gradient + at), w, decays);
    const d = directionOf(terms, 1, g, from, to, momenta);
    write(1, newWeight + at, moved(terms, w, d, kept, rates));
  }
}

/** The gradient with the weight decay that is added to it. */
@inline
function decayed(terms: u32, g: v128, w: v128, decays: v128): v128 {
  return terms & WEIGHT_DECAY ? f32x4.add(g, f32x4.mul(w, decays)) : g;
}

/** Where the weight moves; writes the new velocity of `lanes` values. */
@inline
function directionOf(
  terms: u32,
  lanes: i32,
  g: v128,
  velocity: usize,
  newVelocity: usize,
  momenta: v128,
): v128 {
  if (!(terms & MOMENTUM)) return g;
  const v = f32x4.add(f32x4.mul(read(lanes, velocity), momenta), g);
  write(lanes, newVelocity, v);
  return terms & NESTEROV ? f32x4.add(g, f32x4.mul(v, momenta)) : v;
}

/** The new weight. */
@inline
function moved(terms: u32, w: v128, d: v128, kept: v128, rates: v128): v128 {
  const rest = terms & DECAY_PER_RATE ? f32x4.mul(w, kept) : w;
  return f32x4.sub(rest, f32x4.mul(d, rates));
}
