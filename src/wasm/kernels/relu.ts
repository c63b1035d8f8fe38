import type * as tf from "../../tf.ts";
import type { WasmKernel } from "./kernel.ts";
import { binary } from "./relu_binary.ts";

const sizeOf = ({ shape }: tf.TensorInfo) => shape.reduce((product, size) => product * size, 1);

/** ReLU and its gradient: NaN stays NaN, and −∞ becomes 0. */
export const reluKernels: readonly WasmKernel[] = [
  {
    name: "weight-standardization/relu",
    compute(workspace, { x }) {
      const y = workspace.output(x!.shape);
      const { relu } = workspace.functionsOf<"relu">(binary);
      relu(workspace.addressOf(x!), sizeOf(x!), workspace.addressOf(y));
      return y;
    },
  },
  {
    name: "weight-standardization/relu-gradient",
    compute(workspace, { dy, y }) {
      const dx = workspace.output(y!.shape);
      const [from, output, to] = [dy!, y!, dx].map((tensor) => workspace.addressOf(tensor));
      workspace.functionsOf<"gradient">(binary).gradient(from!, output!, sizeOf(y!), to!);
      return dx;
    },
  },
];
