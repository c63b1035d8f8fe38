import * as tf from "../../tf.ts";

/**
 * Frees what TensorFlow.js has saved for the gradient of a step that threw: all that the layers put
 * out. It does so itself only where the step returns.
 */
export function freeTape(): void {
  const { state } = tf.engine();
  tf.dispose((state.activeTape ?? []).map(({ saved }) => saved ?? []));
  state.activeTape = [];
}
