/** Opens a WebGPU device, then TensorFlow, and trains by it; run by `open_apart_test.ts`. */
import { registerTensorFlowBackend } from "../../../src/backends/tensorflow/mod.ts";
import * as tf from "../../../src/tf.ts";
import { capture } from "../../../src/training/capture.ts";

tf.enableProdMode();
const device = await (await navigator.gpu.requestAdapter())?.requestDevice();
registerTensorFlowBackend({ device: "cpu" });
await tf.setBackend("tensorflow");
const weight = tf.variable(tf.ones([4, 3])), optimizer = tf.train.sgd(0.5);
const loss = (x: tf.Tensor) => tf.mean(tf.square(tf.matMul(x, weight))) as tf.Scalar;
const step = capture((x: tf.Tensor) => optimizer.minimize(() => loss(x), true) as tf.Scalar);
const losses = [1, 2].map(() => step(tf.ones([2, 4])).dataSync()[0]);
console.log(JSON.stringify({ hasDevice: device !== undefined, losses }));
device?.destroy();
