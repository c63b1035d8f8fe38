// e^x and ln(x), in AssemblyScript: without tables, since a binary of ours has no memory of its own.

/** e^x for x ≤ 0, to 1 unit of the last digit or so: 2^n · e^r with |r| ≤ ln(2) / 2, and e^r by its series. */
@inline
export function exp(x: v128): v128 {
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
export function log(x: f64): f64 {
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
