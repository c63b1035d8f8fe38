import type * as tf from "../../tf.ts";
import { type AdamRule, adamStatesOf } from "../../training/optimizers/adam_update.ts";
import { binary } from "./adam_update_binary.ts";
import type { WasmKernel } from "./kernel.ts";

const sizeOf = ({ shape }: tf.TensorInfo) => shape.reduce((product, size) => product * size, 1);

/** The update of all weights in one call. */
const adamUpdate: WasmKernel = {
  name: "weight-standardization/adam-update",
  compute(workspace, { learningRate, ...inputs }, attributes) {
    const { beta1, beta2, epsilon, decayPerRate } = attributes as AdamRule;
    const states = adamStatesOf(inputs);
    const outputs = (["weight", "mean", "square", "steps"] as const).map((name) =>
      states.map((state) => workspace.output(state[name].shape))
    );
    const { update } = workspace.functionsOf<"update">(binary);
    const addressOf = (tensor?: tf.TensorInfo) => workspace.addressOf(tensor!);
    for (const [i, { weight, gradient, mean, square, steps }] of states.entries()) {
      update(
        ...[weight, gradient, mean, square, steps].map(addressOf),
        sizeOf(weight),
        addressOf(learningRate),
        ...[beta1, beta2, epsilon, decayPerRate],
        ...outputs.map((made) => addressOf(made[i])),
      );
    }
    return outputs.flat();
  },
};

/** The update of Adam's optimizers. */
export const adamUpdateKernels: readonly WasmKernel[] = [adamUpdate];
