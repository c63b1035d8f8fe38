import type * as tf from "../../tf.ts";
import type { WasmKernel } from "./kernel.ts";
import { binary } from "./resize_binary.ts";
import type { Workspace } from "./workspace.ts";

type Shape = [batch: number, height: number, width: number, channels: number];

/** Runs one of the functions between a map of the input's shape and one of the output's size. */
function run(
  workspace: Workspace,
  name: "resize" | "gradient",
  [batch, height, width, channels]: Shape,
  [outHeight, outWidth]: readonly [number, number],
  from: tf.TensorInfo,
  to: tf.TensorInfo,
): tf.TensorInfo {
  const scratch = workspace.scratch(8 * outWidth + 4 * width * channels);
  workspace.functionsOf<typeof name>(binary)[name](
    workspace.addressOf(from),
    batch,
    height,
    width,
    channels,
    outHeight,
    outWidth,
    scratch,
    workspace.addressOf(to),
  );
  return to;
}

/** Bilinear resizing with half-pixel centres, and its gradient. */
export const resizeKernels: readonly WasmKernel[] = [
  {
    name: "weight-standardization/resize-bilinear",
    compute(workspace, { x }, attributes) {
      const { size } = attributes as { size: [number, number] };
      const shape = x!.shape as Shape;
      const y = workspace.output([shape[0], ...size, shape[3]]);
      return run(workspace, "resize", shape, size, x!, y);
    },
  },
  {
    name: "weight-standardization/resize-bilinear-gradient",
    compute(workspace, { dy, x }) {
      const [, outHeight, outWidth] = dy!.shape as Shape;
      const dx = workspace.output(x!.shape);
      return run(workspace, "gradient", x!.shape as Shape, [outHeight, outWidth], dy!, dx);
    },
  },
];
