import type * as tf from "../../tf.ts";
import { type MomentumRule, statesOf } from "../../training/optimizers/momentum_update.ts";
import type { WasmKernel } from "./kernel.ts";
import { binary } from "./momentum_update_binary.ts";

/** Bits of the binary's argument `terms`. */
function termsOf({ momentum, weightDecay, decayPerRate, nesterov }: MomentumRule): number {
  const terms = [momentum > 0, weightDecay > 0, decayPerRate > 0, nesterov];
  return terms.reduce((bits, isThere, bit) => bits + (Number(isThere) << bit), 0);
}

const sizeOf = ({ shape }: tf.TensorInfo) => shape.reduce((product, size) => product * size, 1);

/** The update of all weights in one call. */
const momentumUpdate: WasmKernel = {
  name: "weight-standardization/momentum-update",
  compute(workspace, { learningRate, ...inputs }, attributes) {
    const rule = attributes as MomentumRule, terms = termsOf(rule);
    const states = statesOf(inputs);
    const newWeights = states.map(({ weight }) => workspace.output(weight.shape));
    const newVelocities = states.flatMap(({ velocity }) =>
      velocity === undefined ? [] : workspace.output(velocity.shape)
    );
    const { update } = workspace.functionsOf<"update">(binary);
    const addressOf = (tensor?: tf.TensorInfo) => tensor ? workspace.addressOf(tensor) : 0;
    for (const [i, { weight, gradient, velocity }] of states.entries()) {
      update(
        ...[weight, gradient, velocity].map(addressOf),
        sizeOf(weight),
        addressOf(learningRate),
        terms,
        ...[rule.momentum, rule.weightDecay, rule.decayPerRate],
        ...[newWeights[i], newVelocities[i]].map(addressOf),
      );
    }
    return [...newWeights, ...newVelocities];
  },
};

/** The optimizers' update. */
export const momentumUpdateKernels: readonly WasmKernel[] = [momentumUpdate];
