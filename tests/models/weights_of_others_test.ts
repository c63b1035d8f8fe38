/** Files that other programs wrote: Composer, PyTorch under its wrappers, formats that are none of ours. */
import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { readSafetensors, writeSafetensors } from "../../src/models/safetensors.ts";
import { loadTorchWeights } from "../../src/models/load_torch_weights.ts";
import { saveTorchWeights } from "../../src/models/save_torch_weights.ts";
import {
  applyWeightStandardization,
  type ApplyWeightStandardizationOptions,
} from "../../src/standardization/apply.ts";
import { forEachBackend } from "../backends.ts";
import {
  assertLogitsOfOthers,
  fileOfOthers,
  networkOfOthers,
  script,
  wrappedNames,
} from "./fixtures/weights_of_others.ts";

/** The network, standardized so. */
function standardized(options?: ApplyWeightStandardizationOptions): tf.LayersModel {
  const model = networkOfOthers();
  applyWeightStandardization(model, options);
  return model;
}

/** What messages offer beside a call. */
const orAsFile = ', or load with { standardized: "as file" }';

/** A file with its entries under other names. */
function renamed(file: Uint8Array, rename: (name: string) => string): Uint8Array {
  const { tensors } = readSafetensors(file);
  const entries = [...tensors].map(([name, tensor]) => [rename(name), tensor] as const);
  return writeSafetensors({ tensors: new Map(entries), metadata: new Map() });
}

/** What loading throws; the model is as it was after it. */
function complaint(model: tf.LayersModel, file: Uint8Array): string {
  const before = saveTorchWeights(model);
  let message = "";
  assert.throws(() => loadTorchWeights(model, file), (error: Error) => {
    message = error.message;
    return error instanceof TypeError;
  });
  assert.deepEqual(saveTorchWeights(model), before, "loaded in part");
  model.dispose();
  return message;
}

for (const [name, nLastLayersIgnore] of [["composer", 0], ["composer_part", 3]] as const) {
  forEachBackend(`loadTorchWeights() gives Composer's logits when the file is ${name}`, () => {
    const model = standardized({ nLastLayersIgnore });
    loadTorchWeights(model, fileOfOthers(`${name}.safetensors`));
    assertLogitsOfOthers(model, name);
    model.dispose();
  });
}

Deno.test("loadTorchWeights() throws when the file's names standardize other layers", async () => {
  await tf.setBackend("cpu");
  const whole = fileOfOthers("composer.safetensors");
  const part = fileOfOthers("composer_part.safetensors");
  const opening =
    "Cannot loadTorchWeights as the model must standardize the kernels that the file says: " +
    "nothing is loaded\n";
  assert.equal(
    complaint(networkOfOthers(), part),
    `${opening}in the file alone: conv1.weight, layer1.0.conv1.weight, layer1.0.conv2.weight, ` +
      "layer2.0.conv1.weight, layer2.0.conv2.weight, layer2.0.downsample.0.weight, " +
      "layer3.0.conv1.weight, layer3.0.conv2.weight, layer3.0.downsample.0.weight\n" +
      "call applyWeightStandardization(model, { nLastLayersIgnore: 3 }) before" + orAsFile,
  );
  assert.match(complaint(networkOfOthers(), whole), /downsample\.0\.weight, .* and 2 more\ncall /);
  assert.equal(
    complaint(standardized({ nLastLayersIgnore: 1 }), part),
    `${opening}in the model alone: layer4.0.conv1.weight, layer4.0.conv2.weight\n` +
      "call removeWeightStandardization(model) and " +
      "applyWeightStandardization(model, { nLastLayersIgnore: 3 }) before" + orAsFile,
  );
  assert.match(
    complaint(standardized({ nLastLayersIgnore: 12 }), whole),
    /\ncall applyWeightStandardization\(model\) before, or load with \{ standardized: "as file" \}$/,
  );
  const classifier = renamed(
    fileOfOthers("composer.safetensors"),
    (name) =>
      name === "fc.weight"
        ? "fc.parametrizations.weight.original"
        : name.replace(".parametrizations.weight.original", ".weight"),
  );
  assert.match(
    complaint(networkOfOthers(), classifier),
    /in the file alone: fc\.weight\nno nLastLayersIgnore gives these: build the model with layers/,
  );
  const all = renamed(
    fileOfOthers("composer.safetensors"),
    (name) => name === "fc.weight" ? "fc.parametrizations.weight.original" : name,
  );
  assert.match(complaint(networkOfOthers(), all), /\nno nLastLayersIgnore gives these/);
});

Deno.test("loadTorchWeights() takes raw kernels of plain names, whatever is standardized", async () => {
  await tf.setBackend("cpu");
  const plain = renamed(
    fileOfOthers("composer.safetensors"),
    (name) => name.replace(".parametrizations.weight.original", ".weight"),
  );
  for (const model of [networkOfOthers(), standardized(), standardized({ variant: "timm" })]) {
    loadTorchWeights(model, plain);
    const { tensors } = readSafetensors(saveTorchWeights(model));
    assert.deepEqual(tensors, readSafetensors(plain).tensors);
    model.dispose();
  }
});

Deno.test("saveTorchWeights() says what is standardized, and loadTorchWeights() heeds it", async () => {
  await tf.setBackend("cpu");
  const timm = { nLastLayersIgnore: 2, variant: "timm", epsilon: 1e-8 } as const;
  const file = saveTorchWeights(standardized(timm));
  const formulas = JSON.parse(readSafetensors(file).metadata.get("weight_standardization")!);
  assert.equal(Object.keys(formulas).length, 10);
  assert.equal(formulas["conv1.weight"], "timm, 1e-8");

  const same = standardized(timm);
  loadTorchWeights(same, file);
  assert.deepEqual(saveTorchWeights(same), file);
  same.dispose();
  const advice = 'applyWeightStandardization(model, { nLastLayersIgnore: 2, variant: "timm", ' +
    "epsilon: 1e-8 }) before" + orAsFile;
  assert.ok(complaint(networkOfOthers(), file).endsWith(`\ncall ${advice}`));
  const composer = complaint(standardized({ nLastLayersIgnore: 2 }), file);
  assert.match(
    composer,
    /\nby different formulas: conv1\.weight \(timm, 1e-8 in the file, here composer, 1e-10\), /,
  );
  assert.ok(composer.endsWith(`\ncall removeWeightStandardization(model) and ${advice}`));
  const kept = saveTorchWeights(standardized({ preserveOutputs: true }));
  const own = complaint(standardized(), kept);
  assert.match(own, /conv1\.weight \(composer, 1e-10, with preserveOutputs in the file, here /);
  assert.match(own, /\nwhat preserveOutputs added .* is not in it: load that model, by tf\.load/);
});

Deno.test("loadTorchWeights() takes the names of PyTorch's wrappers", async () => {
  await tf.setBackend("cpu");
  const model = networkOfOthers();
  const file = saveTorchWeights(model);
  const { model: plain, ...wrapped } = wrappedNames;
  assert.equal(Object.keys(wrapped).length, 6);
  for (const [wrapper, names] of Object.entries(wrapped)) {
    const counted = names.filter((name) => name !== "n_averaged");
    const wrappedName = new Map(plain!.map((name, i) => [name, counted[i]!]));
    const { tensors } = readSafetensors(renamed(file, (name) => wrappedName.get(name)!));
    const count = { dtype: "I64", shape: [], bytes: new Uint8Array(8) };
    const all = new Map([
      ...tensors,
      ...(names.length > counted.length ? [["n_averaged", count]] as const : []),
    ]);
    const other = networkOfOthers();
    loadTorchWeights(other, writeSafetensors({ tensors: all, metadata: new Map() }));
    assert.deepEqual(saveTorchWeights(other), file, wrapper);
    other.dispose();
  }
  model.dispose();
});

Deno.test("loadTorchWeights() names a prefix that all names have", async () => {
  await tf.setBackend("cpu");
  const file = saveTorchWeights(networkOfOthers());
  for (const prefix of ["model.", "state_dict.", "state.model.module.", "backbone."]) {
    const wrapped = renamed(file, (name) => `${prefix}${name}`);
    assert.equal(
      complaint(networkOfOthers(), wrapped),
      `Cannot loadTorchWeights as all names in the file begin with "${prefix}", which the model's ` +
        `don't: nothing is loaded; save {k.removeprefix("${prefix}"): v for k, v in weights.items()} in Python`,
    );
  }
  const headless = renamed(file, (name) => `backbone.${name.replace(/^fc\./, "head.")}`);
  const message = complaint(networkOfOthers(), headless);
  assert.match(message, /begin with "backbone\.", .*\nwithout it, 4 differ\nmissing: fc\.weight /);
  assert.match(message, /\nextra: backbone\.head\.weight \[4,8\]/);
});

Deno.test("loadTorchWeights() prints ten names of a kind, and counts the rest", async () => {
  await tf.setBackend("cpu");
  const { tensors } = readSafetensors(fileOfOthers("formats/layer.safetensors"));
  const few = writeSafetensors({ tensors, metadata: new Map() });
  const missing = complaint(networkOfOthers(), few).split("\n").slice(1);
  assert.equal(missing.length, 13);
  assert.equal(missing[10], "missing: 52 more");
  assert.deepEqual(missing.slice(11).map((line) => line.split(" [")[0]), [
    "extra: conv.bias",
    "extra: conv.weight",
  ]);
});

Deno.test("loadTorchWeights() names what is too much before the counts of its batches", async () => {
  await tf.setBackend("cpu");
  const scalar = { dtype: "I64", shape: [], bytes: new Uint8Array(8) };
  const vector = { dtype: "F32", shape: [1], bytes: new Uint8Array(4) };
  const counts = Array.from(
    { length: 12 },
    (_, i) => [`a.${i}.num_batches_tracked`, scalar] as const,
  );
  const { tensors } = readSafetensors(saveTorchWeights(networkOfOthers()));
  const file = writeSafetensors({
    tensors: new Map([...counts, ...tensors, ["b.weight", vector] as const]),
    metadata: new Map(),
  });
  const [, first, ...others] = complaint(networkOfOthers(), file).split("\n");
  assert.equal(first, "extra: b.weight [1]");
  assert.deepEqual([others.length, others[9]], [10, "extra: 3 more"]);
});

Deno.test("loadTorchWeights() names the format and converts it when the file is none of ours", () => {
  const formats: [string, RegExp][] = [
    ["state_dict.pth", /as the file is PyTorch's \(torch\.save, \.pt or \.pth\): convert it/],
    ["wrapped.pt", /as the file is PyTorch's .*\["state_dict"\], \["model"\] or/s],
    ["trained.pt", /as the file is PyTorch's .*\["state"\]\["model"\] behind torch\.load\(…\)$/s],
    ["legacy.pth", /as the file is PyTorch's /],
    ["script.pt", /as the file is TorchScript /],
    ["arrays.npz", /as the file is NumPy's \(\.npz\): /],
    ["array.npy", /as the file is one array of NumPy's/],
    ["model.keras", /as the file is Keras's \(\.keras\): /],
    ["weights.h5", /as the file is HDF5, as Keras writes it/],
    ["saved_model.pb", /as the file is a TensorFlow SavedModel's graph/],
    ["checkpoint.index", /as the file is the index of a TensorFlow checkpoint/],
    ["model.onnx", /as the file is ONNX: /],
    ["exported.onnx", /as the file is ONNX: /],
    ["weights.gguf", /as the file is GGUF: /],
  ];
  for (const [name, wanted] of formats) {
    assert.throws(() => readSafetensors(fileOfOthers(`formats/${name}`)), {
      name: "TypeError",
      message: wanted,
    }, name);
  }
});

Deno.test("loadTorchWeights() gives lines of Python that convert, as the script ran them", async () => {
  await tf.setBackend("cpu");
  for (const name of ["state_dict.pth", "script.pt", "arrays.npz"]) {
    assert.throws(() => readSafetensors(fileOfOthers(`formats/${name}`)), (error: Error) => {
      const [, ...lines] = error.message.split("\n");
      const code = lines.slice(0, 2).map((line) => line.trimStart()).join("\n");
      assert.ok(script.includes(`"${name}": """\\\n${code}"""`), code);
      return true;
    });
  }
});

Deno.test("readSafetensors() tells pages, pointers and indexes from weights", () => {
  const texts: [string, RegExp][] = [
    ["version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", /a pointer of Git LFS/],
    ["<!DOCTYPE html>\n<html></html>", /a page of HTML/],
    ['{\n  "metadata": {},\n  "weight_map": {}\n}', /the index of a safetensors file in parts/],
    ['{"modelTopology": {}, "weightsManifest": []}', /a TensorFlow\.js model/],
  ];
  for (const [text, message] of texts) {
    assert.throws(() => readSafetensors(new TextEncoder().encode(text)), { message });
  }
});

Deno.test("readSafetensors() reads a header of any length, whatever format its bytes resemble", () => {
  // 640 is 80 02, as a pickle begins; 0x3a0e and 0x120e as ONNX does.
  for (const length of [640, 0x0a80, 0x3a08, 0x1208]) {
    const header = "{}".padEnd(length);
    const file = new Uint8Array(8 + length);
    new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
    file.set(new TextEncoder().encode(header), 8);
    assert.equal(readSafetensors(file).tensors.size, 0);
  }
});
