import * as tf from "../tf.ts";

/**
 * Whether an op of TensorFlow.js is running. The engine names the scope of `tf.norm` `norm__op`,
 * and so on; a gradient runs after its op, outside of it.
 *
 * @param op the op's name
 */
export function isRunning(op: string): boolean {
  const scopes: { name: string }[] = tf.engine().state.scopeStack;
  return scopes.some(({ name }) => name === `${op}__op`);
}

/** Whether what is computed now is written down, so that gradients can be taken of it. */
export function isTaped(): boolean {
  return tf.engine().state.gradientDepth > 0;
}

/** Whether gradients are taken inside of what gradients are taken of: of those, there may be some. */
export function isTapedTwice(): boolean {
  return tf.engine().state.gradientDepth > 1;
}
