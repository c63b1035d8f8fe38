/**
 * The distributions that the intervals need: the normal, and Student's t for a whole number of
 * degrees of freedom, where its cumulative distribution is a finite sum (Abramowitz and Stegun,
 * Handbook of Mathematical Functions, 26.7.3 and 26.7.4).
 *
 * Written here because the packages that offer them enumerate the environment when imported, which
 * would cost every suite an unscoped `--allow-env`.
 *
 * @module
 */

/**
 * P(Z ≤ z) of the standard normal distribution, to about 1e-15 (absolute).
 *
 * `Φ(z) = 1/2 + φ(z)·(z + z³/3 + z⁵/(3·5) + …)`, a series whose terms have one sign.
 *
 * @param z the value
 */
export function normalCdf(z: number): number {
  if (z < 0) return 1 - normalCdf(-z);
  if (z > 9) return 1;
  let term = z, sum = z;
  for (let k = 3; term > sum * 1e-17; k += 2) sum += term *= (z * z) / k;
  return 0.5 + sum * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * P(T ≤ t) of Student's t distribution, to about 1e-15 (absolute).
 *
 * @param t the value
 * @param degrees the degrees of freedom, a whole number ≥ 1
 * @throws {RangeError} if `degrees` is not
 */
export function tCdf(t: number, degrees: number): number {
  assertDegrees("tCdf", degrees);
  return 0.5 + Math.sign(t) * central(Math.abs(t), degrees) / 2;
}

/**
 * The value that a t-distributed variable stays below with probability `p`.
 *
 * @param p the probability, between 0 and 1
 * @param degrees the degrees of freedom, a whole number ≥ 1
 * @throws {RangeError} if either is out of its range
 */
export function tQuantile(p: number, degrees: number): number {
  assertDegrees("tQuantile", degrees);
  if (!(p > 0 && p < 1)) {
    throw new RangeError(
      `Cannot compute tQuantile as p must be between 0 and 1: current value is ${p}`,
    );
  }
  if (p < 0.5) return -tQuantile(1 - p, degrees);
  let low = 0, high = 1;
  while (tCdf(high, degrees) < p) high *= 2;
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (tCdf(middle, degrees) < p) low = middle;
    else high = middle;
  }
  return high;
}

/** P(|T| ≤ t): the sum over powers of cos θ, where tan θ = t/√degrees. */
function central(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const odd = degrees % 2 === 1;
  const cos2 = Math.cos(angle) ** 2;
  let term = odd ? Math.cos(angle) : 1, sum = degrees === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k <= degrees - 2; k += 2) sum += term *= cos2 * (k - 1) / k;
  const tail = Math.sin(angle) * sum;
  return odd ? (angle + tail) * 2 / Math.PI : tail;
}

function assertDegrees(name: string, degrees: number): void {
  if (Number.isInteger(degrees) && degrees >= 1) return;
  throw new RangeError(
    `Cannot compute ${name} as degrees must be a whole number >= 1: current value is ${degrees}`,
  );
}
