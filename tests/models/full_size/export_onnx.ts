/**
 * Loads a BiT, bakes it, and saves it for PyTorch, with what it computes; export_onnx.py goes on.
 *
 * ```sh
 * deno run -A tests/models/full_size/export_onnx.ts FOLDER
 * ```
 *
 * @module
 */
import { bakeWeightStandardization, models, tf } from "../../../mod.ts";
import { writeSafetensors } from "../../../src/models/safetensors.ts";
import { bitFile, bitImages } from "../fixtures/bit.ts";

const [folder = "."] = Deno.args;
await tf.setBackend("cpu");
const { model } = await models.loadPretrained(bitFile("timm.safetensors"), { groups: 8 });
bakeWeightStandardization(model);
const images = bitImages();
const logits = model.predict(images) as tf.Tensor;

/** A tensor as a file holds it. */
function stored(tensor: tf.Tensor) {
  const { buffer } = tensor.dataSync<"float32">().slice();
  return { dtype: "F32", shape: tensor.shape, bytes: new Uint8Array(buffer) };
}

const tensors = new Map([["images", stored(images)], ["logits", stored(logits)]]);
const expected = writeSafetensors({ tensors, metadata: new Map() });
await Deno.mkdir(folder, { recursive: true });
await Deno.writeFile(`${folder}/expected.safetensors`, expected);
await Deno.writeFile(`${folder}/baked.safetensors`, models.saveTorchWeights(model));
const shape = { counts: [1, 2, 1, 1], channels: [32, 32, 64, 32], stem: 16, groups: 8, classes: 5 };
await Deno.writeTextFile(`${folder}/model.json`, JSON.stringify(shape));
