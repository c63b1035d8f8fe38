import type * as tf from "../../../tf.ts";
import { TF } from "../dtypes.ts";
import type { StockRunner } from "./kernel.ts";

/**
 * The same integers as int64, which some of TensorFlow's operations require. TensorFlow.js has no
 * such type: the tensor claims to be int32, and is only used as an operand. Reads the values.
 *
 * @param runner the backend
 * @param tensor int32
 */
export function toInt64(runner: StockRunner, tensor: tf.Tensor): tf.Tensor {
  // As tfjs-node writes an int64: two int32s, low half first.
  const halves = Array.from(tensor.dataSync()).flatMap((value) => [value, value < 0 ? -1 : 0]);
  const id = runner.binding.createTensor(tensor.shape, TF.INT64, halves);
  return runner.createOutputTensor({ id, shape: tensor.shape, dtype: TF.INT32 });
}
