import * as tf from "../../tf.ts";

/** Whether `tf.norm` is running, as the engine names scopes. */
function isInNorm(): boolean {
  const scopes: { name: string }[] = tf.engine().state.scopeStack;
  return scopes.some(({ name }) => name === "norm__op");
}

/**
 * `tf.norm` at 0, where it was not a number: 0, as in PyTorch. A norm ends with a root, whose
 * gradient at 0 is infinite, and remains so for `tf.sqrt` by itself. What tells the one from the
 * other is only there while the forward pass runs: so it is that pass which saves the root too,
 * where it is a norm's.
 */
export const norm: readonly tf.GradConfig[] = [{
  kernelName: "Sqrt",
  inputsToSave: ["x"],
  get outputsToSave() {
    return [isInNorm()];
  },
  gradFunc(dy, saved) {
    const [x, root] = saved as [tf.Tensor, tf.Tensor | undefined];
    const upstream = dy as tf.Tensor;
    return {
      x: () =>
        root === undefined
          ? tf.div(upstream, tf.mul(tf.sqrt(tf.cast(x, "float32")), 2))
          : tf.divNoNan(upstream, tf.mul(root, 2)),
    };
  },
}];
