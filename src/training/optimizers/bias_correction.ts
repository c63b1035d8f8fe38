import * as tf from "../../tf.ts";

/** Of this, and less, the series is used: its 8 terms are right to 1e-7 there. */
const small = 0.5;

/**
 * `1 − base^t`, to float32's last digits or so whatever `t` is. The power itself would be near 1 at
 * first, and the difference would keep few digits: of 1 − 0.999 a hundredth of a per mille is wrong.
 * `tf.expm1` is not used, as on webgpu it is that difference.
 *
 * @param base in `[0, 1)`
 * @param t float32, >= 1
 * @returns a tensor of its shape
 */
export function oneMinusPower<T extends tf.Tensor>(base: number, t: T): T {
  return tf.tidy(() => {
    const y = tf.mul(t, Math.min(-Math.log(base), 100)); // e^-100 is 0 beside 1
    let series: tf.Tensor = tf.onesLike(y);
    for (let n = 8; n > 1; n--) series = tf.sub(1, tf.mul(series, tf.div(y, n)));
    const direct = tf.sub(1, tf.exp(tf.neg(y)));
    return tf.where(tf.less(y, small), tf.mul(y, series), direct) as T;
  });
}
