// What convolutions.as and convolution_gradients.as have in common.

/**
 * `a · b + c`. Compiled with RELAXED as a constant, the product is not rounded where the processor has an instruction
 * for both.
 */
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (isDefined(RELAXED)) return v128.relaxed_madd<f32>(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Stores the first `count` of eight values. */
@inline
export function storeColumns(to: usize, low: v128, high: v128, count: i32): void {
  if (count >= 8) {
    v128.store(to, low);
    v128.store(to, high, 16);
    return;
  }
  let rest = low;
  if (count >= 4) {
    v128.store(to, low);
    to += 16;
    count -= 4;
    rest = high;
  }
  if (count >= 1) v128.store_lane<f32>(to, rest, 0);
  if (count >= 2) v128.store_lane<f32>(to, rest, 1, 4);
  if (count >= 3) v128.store_lane<f32>(to, rest, 2, 8);
}
