import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { registerFileHandler } from "../../src/files/mod.ts";
import { registerGradients } from "../../src/gradients/register.ts";
import { fromKeras3, type Keras3Json } from "../../src/models/from_keras3.ts";
import { readSafetensors } from "../../src/models/safetensors.ts";
import { decodeFloat32 } from "../../src/models/safetensors_dtypes.ts";
import { applyWeightStandardization } from "../../src/standardization/apply.ts";
import { assertClose, forEachBackend } from "../backends.ts";

registerGradients();
registerFileHandler();

/** The files of make_keras2.py. */
const folder = new URL("./fixtures/keras2/", import.meta.url).pathname;
const { tensors } = readSafetensors(Deno.readFileSync(`${folder}expected.safetensors`));

function values(name: string): Float32Array {
  const { dtype, bytes } = tensors.get(name)!;
  return decodeFloat32(dtype, bytes);
}

forEachBackend("a model of Keras 2 gives Keras's outputs, plain and standardized", async () => {
  const model = await tf.loadLayersModel(`file://${folder}model.json`);
  for (const kind of ["output", "standardized"]) {
    if (kind === "standardized") assert.equal(applyWeightStandardization(model).count, 2);
    tf.tidy(() => {
      const x = tf.tensor(values("input"), [2, 8, 8, 3]);
      assertClose(model.predict(x) as tf.Tensor, values(kind), 1e-6, kind);
    });
  }
  model.dispose();
});

Deno.test("fromKeras3() says that a model is Keras 2's", () => {
  const json: Keras3Json = JSON.parse(Deno.readTextFileSync(`${folder}model.json`));
  assert.throws(() => fromKeras3(json), {
    name: "TypeError",
    message: /must be of Keras 3: it has batch_input_shape, .* load it by tf\.loadLayersModel$/,
  });
});
