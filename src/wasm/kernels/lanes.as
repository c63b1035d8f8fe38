// Vectors of four values of which fewer may be there, in AssemblyScript with SIMD.

/** Four values, or the first `count` and what fills the rest. */
@inline
export function loadLanes(from: usize, count: i32, rest: v128): v128 {
  if (count >= 4) return v128.load(from);
  if (count >= 1) rest = v128.load_lane<f32>(from, rest, 0);
  if (count >= 2) rest = v128.load_lane<f32>(from, rest, 1, 4);
  if (count >= 3) rest = v128.load_lane<f32>(from, rest, 2, 8);
  return rest;
}

/** Stores four values, or the first `count`. */
@inline
export function storeLanes(to: usize, values: v128, count: i32): void {
  if (count >= 4) return v128.store(to, values);
  if (count >= 1) v128.store_lane<f32>(to, values, 0);
  if (count >= 2) v128.store_lane<f32>(to, values, 1, 4);
  if (count >= 3) v128.store_lane<f32>(to, values, 2, 8);
}

@inline
export function largestLane(x: v128): f32 {
  const pairs = f32x4.max(x, v128.shuffle<u32>(x, x, 2, 3, 0, 1));
  return max<f32>(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

@inline
export function laneSum(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<u32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}
