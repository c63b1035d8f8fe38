/**
 * TensorFlow.js's convolutions in three dimensions where tfjs-node's cannot be used: TensorFlow
 * does not dilate on a CPU, and oneDNN gets some unequal strides wrong. The library's own replace
 * them, which are convolutions in two dimensions.
 *
 * @module
 */
import * as tf from "../../../tf.ts";
import { conv3d } from "../../../gradients/conv3d.ts";
import { conv3dInputGradient, conv3dKernelGradient } from "../../../gradients/conv3d_gradients.ts";
import { type Padding3D, type Size3D, toVolume } from "../../../gradients/volume.ts";
import { BACKEND_NAME } from "../kernels.ts";
import type { StockKernel } from "./kernel.ts";

type Triple = [number, number, number];

/** The attributes of a convolution, or of one of its gradients. */
interface VolumeAttributes {
  strides: Size3D;
  pad: Padding3D;
  dilations?: Size3D;
  inputShape?: readonly number[];
  filterShape?: readonly number[];
}

type Maps = Readonly<Record<string, tf.Tensor5D>>;

const triple = (size: Size3D): readonly number[] => [size].flat();

/** Whether tfjs-node's kernel is right. */
function isPlain({ strides, dilations = 1 }: VolumeAttributes): boolean {
  const [first, ...others] = triple(strides);
  return others.every((stride) => stride === first) &&
    triple(dilations).every((dilation) => dilation === 1);
}

function volumeOf(
  caller: string,
  [, ...inputs]: readonly number[],
  taps: readonly number[],
  { strides, pad, dilations = 1 }: VolumeAttributes,
) {
  const how = { strides, pad, dilations };
  return toVolume(caller, inputs.slice(0, 3) as Triple, taps.slice(0, 3) as Triple, how);
}

/** What takes each kernel's place. */
const volumes: Readonly<Record<string, (maps: Maps, how: VolumeAttributes) => tf.Tensor5D>> = {
  Conv3D: ({ x, filter }, { strides, pad, dilations = 1 }) =>
    conv3d(x!, filter!, strides, pad, { dilations }),
  Conv3DBackpropInputV2: ({ dy, filter }, how) =>
    conv3dInputGradient(dy!, filter!, volumeOf("conv3d", how.inputShape!, filter!.shape, how)),
  Conv3DBackpropFilterV2: ({ dy, x }, how) =>
    conv3dKernelGradient(dy!, x!, volumeOf("conv3d", x!.shape, how.filterShape!, how)),
};

/** The kernels, over tfjs-node's, which must be registered. */
export function volumeKernels(): StockKernel[] {
  return Object.entries(volumes).map(([name, composed]) => {
    const stock = tf.getKernel(name, BACKEND_NAME)!.kernelFunc;
    return {
      name,
      compute(backend, inputs, attributes) {
        // What TensorFlow.js calls it with, and types loosely.
        const how = attributes as unknown as VolumeAttributes;
        if (!isPlain(how)) return composed(inputs as Maps, how);
        return stock({
          inputs: inputs as tf.NamedTensorMap,
          backend,
          attrs: attributes as tf.NamedAttrMap,
        }) as tf.Tensor;
      },
    };
  });
}
