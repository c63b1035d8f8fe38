/** TensorFlow.js's geometric transforms of images, which tfjs-node lacks. @module */
import * as tf from "../../../tf.ts";
import type { StockKernel } from "./kernel.ts";

/** A projective transform: `[batch, height, width, channels]`, `[batch or 1, 8]`. */
export const transform: StockKernel = {
  name: "Transform",
  compute(runner, { image, transforms }, attributes) {
    const { interpolation, fillMode, fillValue, outputShape } = attributes as {
      interpolation: string;
      fillMode: string;
      fillValue: number;
      outputShape: [number, number] | null;
    };
    const [, height, width] = (image as tf.Tensor4D).shape;
    const how = {
      dtype: { type: "float32" },
      interpolation: interpolation.toUpperCase(),
      fill_mode: fillMode.toUpperCase(),
    } as const;
    const size = tf.tensor1d(outputShape ?? [height, width], "int32");
    const operands = [image!, transforms!, size, tf.scalar(fillValue)];
    return runner.run("ImageProjectiveTransformV3", how, operands, 1)[0]!;
  },
};

/** For each pixel the one that a rotation moves there; −1 if that is outside. */
function sources(height: number, width: number, radians: number, [centerX, centerY]: number[]) {
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
  return Int32Array.from({ length: height * width }, (_, pixel) => {
    const x = pixel % width - centerX!, y = Math.floor(pixel / width) - centerY!;
    const column = Math.round(x * cos - y * sin + centerX!);
    const row = Math.round(x * sin + y * cos + centerY!);
    const isInside = column >= 0 && column < width && row >= 0 && row < height;
    return isInside ? row * width + column : -1;
  });
}

/** An image rotated about a centre, nearest pixels. Which pixel goes where needs no values. */
export const rotateWithOffset: StockKernel = {
  name: "RotateWithOffset",
  compute(_, inputs, attributes) {
    const image = inputs.image as tf.Tensor4D;
    const { radians, fillValue, center } = attributes as {
      radians: number;
      fillValue: number | number[];
      center: number | [number, number];
    };
    const [batch, height, width, channels] = image.shape;
    const middle = tf.backend_util.getImageCenter(center, height, width);
    const from = tf.tensor1d(sources(height, width, radians, middle), "int32");
    const pixels = tf.reshape(image, [batch, height * width, channels]);
    const moved = tf.gather(pixels, tf.maximum(from, tf.scalar(0, "int32")), 1);
    const isThere = tf.reshape(tf.greaterEqual(from, tf.scalar(0, "int32")), [1, -1, 1]);
    // As on the other backends: the fourth channel is opacity, and full.
    const fill = Array.from(
      { length: channels },
      (_, channel) =>
        typeof fillValue === "number" ? fillValue : channel === 3 ? 255 : fillValue[channel]!,
    );
    return tf.reshape(tf.where(isThere, moved, tf.tensor1d(fill)), image.shape);
  },
};
