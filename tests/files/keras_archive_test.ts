import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { unzipSync, zipSync } from "npm:fflate@0.8.3";
import * as tf from "../../src/tf.ts";
import { kerasArchive } from "../../src/files/mod.ts";
import { fromKeras3 } from "../../src/models/from_keras3.ts";
import { assertClose } from "../backends.ts";
import { kerasArtifacts, kerasPath, kerasTensors } from "../models/fixtures/keras3.ts";
import { fileOfOthers } from "../models/fixtures/weights_of_others.ts";

const path = kerasPath("functional.keras");

/** An archive, whole by its checksums, with another content of one of its files. */
function packedWith(archive: Uint8Array, name: string, content: Uint8Array): Uint8Array {
  return zipSync({ ...unzipSync(archive), [name]: content });
}

Deno.test("kerasArchive() loads what the converter writes of the archive", async () => {
  await tf.setBackend("cpu");
  const [own, wanted] = [await kerasArchive(path).load!(), kerasArtifacts("functional")];
  const named = ({ weightSpecs }: tf.io.ModelArtifacts) =>
    weightSpecs!.map(({ name, shape, dtype }) => `${name} [${shape}] ${dtype}`);
  assert.deepEqual(named(own), named(wanted));
  assert.deepEqual(
    new Uint8Array(own.weightData as ArrayBuffer),
    new Uint8Array(wanted.weightData as ArrayBuffer),
  );
});

Deno.test("kerasArchive() gives Keras's outputs, by a path and by an address", async () => {
  await tf.setBackend("cpu");
  for (const place of [path, `file://${path}`, pathToFileURL(path).href]) {
    tf.engine().startScope();
    const model = await tf.loadLayersModel(fromKeras3(kerasArchive(place)));
    const outputs = model.predict(kerasTensors("functional", "input")) as tf.Tensor[];
    for (const [i, expected] of kerasTensors("functional", "output").entries()) {
      assertClose(outputs[i]!, expected.dataSync<"float32">(), 1e-6);
    }
    tf.engine().endScope();
    tf.disposeVariables();
  }
});

Deno.test("kerasArchive() says what a file is that it can't read", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const files: [string, RegExp][] = [
      [
        "weights.h5",
        /as it must be an archive of Keras 3: it is HDF5: load it in Keras .* save it by model\.save\("model\.keras"\)$/,
      ],
      ["array.npy", /it begins with ".*": save the model in Keras, and save it by/],
      [
        "arrays.npz",
        /must have metadata\.json, config\.json, model\.weights\.h5: metadata\.json, config\.json, model\.weights\.h5 is not in it$/,
      ],
    ];
    for (const [name, message] of files) {
      const file = join(folder, name);
      await Deno.writeFile(file, fileOfOthers(`formats/${name}`));
      await assert.rejects(kerasArchive(file).load!(), { name: "TypeError", message });
    }
    const bytes = await Deno.readFile(path);
    const noise = new Uint8Array(500).fill(255);
    const damaged: [string, Uint8Array, RegExp][] = [
      ["cut", bytes.subarray(0, 5000), /its archive must be whole: .*; it is cut off or damaged/],
      [
        "flipped",
        bytes.map((byte, i) => i === bytes.length >> 1 ? byte ^ 1 : byte),
        /has the checksum/,
      ],
      ["json", packedWith(bytes, "config.json", noise), /its config\.json must be whole: /],
      [
        "weights",
        packedWith(bytes, "model.weights.h5", noise),
        /its model\.weights\.h5 must be whole: /,
      ],
    ];
    for (const [name, content, message] of damaged) {
      const file = join(folder, name);
      await Deno.writeFile(file, content);
      await assert.rejects(kerasArchive(file).load!(), { name: "TypeError", message });
    }
    for (const place of [undefined, 5, ""] as unknown as string[]) {
      assert.throws(() => kerasArchive(place), {
        name: "TypeError",
        message: /^Cannot read an archive of Keras 3 as its place must be a path: current value is/,
      });
    }
    await assert.rejects(kerasArchive(join(folder, "none.keras")).load!(), {
      message: /^Cannot read .*none\.keras as there is no such file/,
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
