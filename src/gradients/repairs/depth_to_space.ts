import * as tf from "../../tf.ts";
import { fromChannelsLast, toChannelsLast } from "../stock_attributes.ts";

interface Attributes {
  blockSize: number;
  dataFormat: "NHWC" | "NCHW";
}

/** `tf.depthToSpace`, which had no gradient: every block of pixels becomes channels again. */
export const depthToSpace: readonly tf.GradConfig[] = [{
  kernelName: "DepthToSpace",
  gradFunc(dy, _saved, attrs) {
    const attributes = attrs as unknown as Attributes; // what the forward op was called with
    return {
      x: () => {
        const map = toChannelsLast(dy as tf.Tensor4D, attributes);
        return fromChannelsLast(gatherBlocks(map, attributes.blockSize), attributes);
      },
    };
  },
}];

function gatherBlocks(map: tf.Tensor4D, block: number): tf.Tensor4D {
  const [batch, height, width, channels] = map.shape;
  const rows = height / block, columns = width / block;
  const split = tf.reshape(map, [batch * rows, block, columns, block * channels]);
  const gathered = tf.transpose(split, [0, 2, 1, 3]);
  return tf.reshape(gathered, [batch, rows, columns, block * block * channels]);
}
