/**
 * Compares a full-size BiT with timm's, whose files bit_reference.py wrote:
 *
 * ```sh
 * deno run -A tests/models/full_size/compare_bit.ts FOLDER [wasm|tensorflow|cpu] [model.npz]
 * ```
 *
 * Prints the root mean square distances of float32 from timm's float64: ours and PyTorch's.
 *
 * @module
 */
import "../../../mod.ts";
import { hasTensorFlow } from "../../backends.ts";
import * as tf from "../../../src/tf.ts";
import { loadPretrained } from "../../../src/models/pretrained/load_pretrained.ts";
import { readSafetensors } from "../../../src/models/safetensors.ts";
import { bakeWeightStandardization } from "../../../src/standardization/apply.ts";

const [folder = ".", backend = "tensorflow", file = "model.safetensors"] = Deno.args;
if (backend === "tensorflow" && !hasTensorFlow) {
  throw new Error("TensorFlow's library is not set up");
}
await tf.setBackend(backend);

const { tensors } = readSafetensors(await Deno.readFile(`${folder}/expected.safetensors`));

/** Numbers of the reference, as they are stored. */
function numbers(name: string): Float32Array | Float64Array {
  const { dtype, bytes } = tensors.get(name)!;
  const { buffer } = bytes.slice();
  return dtype === "F64" ? new Float64Array(buffer) : new Float32Array(buffer);
}

/** The root mean square of differences. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum / b.length);
}

const start = performance.now();
const { model, description } = await loadPretrained(await Deno.readFile(`${folder}/${file}`));
console.log(description, `loaded in ${Math.round(performance.now() - start)} ms on ${backend}`);

const [images, single, double] = [numbers("images"), numbers("single"), numbers("double")];
const [count = 1, ...shape] = tensors.get("images")!.shape;
const size = images.length / count;

/** Logits of all pictures, four at a time. */
async function logits(): Promise<number[]> {
  const values: number[] = [];
  for (let at = 0; at < count; at += 4) {
    const y = tf.tidy(() => {
      const batch = images.subarray(at * size, (at + 4) * size) as Float32Array;
      return model.predict(tf.tensor(batch, [4, ...shape])) as tf.Tensor;
    });
    values.push(...await y.data());
    y.dispose();
  }
  return values;
}

const pytorch = distance(single, double);
const live = distance(await logits(), double);
bakeWeightStandardization(model);
const baked = distance(await logits(), double);
console.log(`PyTorch's float32 from float64 ${pytorch.toExponential(3)}`);
for (const [name, value] of [["live", live], ["baked", baked]] as const) {
  console.log(
    `ours, ${name}: ${value.toExponential(3)}, ${(value / pytorch).toFixed(2)} x PyTorch's`,
  );
}
