import {
  type SoftmaxLossAttributes,
  softmaxLossKernel,
} from "../../training/losses/softmax_loss.ts";
import type { WasmKernel } from "./kernel.ts";
import { binary } from "./softmax_loss_binary.ts";

/** Cross entropy, Dice, and their weighted sum, each with the gradient by the logits. */
export const softmaxLossKernels: readonly WasmKernel[] = [{
  name: softmaxLossKernel,
  compute(workspace, { labels, logits }, attributes) {
    // What this library calls the kernel with; TensorFlow.js types attributes loosely.
    const rule = attributes as unknown as SoftmaxLossAttributes;
    const { ignoreLabel, crossEntropy, dice, labelSmoothing } = rule;
    const [pixels, classes] = logits!.shape as [number, number];
    const loss = workspace.output([]), gradient = workspace.output([pixels, classes]);
    const scratch = workspace.scratch(4 * (8 * classes + pixels));
    const addresses = [labels!, logits!, loss, gradient].map((it) => workspace.addressOf(it));
    const { softmaxLoss } = workspace.functionsOf<"softmaxLoss">(binary);
    const terms = [crossEntropy, dice, labelSmoothing];
    softmaxLoss(...addresses, scratch, pixels, classes, ignoreLabel, ...terms);
    return [loss, gradient];
  },
}];
