/** `loadTorchWeights` where not all fits, and where the file says what is standardized. */
import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { readSafetensors, writeSafetensors } from "../../src/models/safetensors.ts";
import {
  type LoadedTorchWeights,
  loadTorchWeights,
  type LoadTorchWeightsOptions,
} from "../../src/models/load_torch_weights.ts";
import { saveTorchWeights } from "../../src/models/save_torch_weights.ts";
import {
  applyWeightStandardization,
  type ApplyWeightStandardizationOptions,
} from "../../src/standardization/apply.ts";
import { resnet } from "../../src/models/resnet.ts";
import { standardizationOf } from "../../src/standardization/standardized_layer.ts";
import { forEachBackend } from "../backends.ts";
import {
  assertLogitsOfOthers,
  fileOfOthers,
  networkOfOthers,
} from "./fixtures/weights_of_others.ts";

/** The network of the files with seven classes, where they have four. */
function withNewHead(): tf.LayersModel {
  return resnet({
    depth: { block: "basic", counts: [1, 1, 1, 1] },
    width: 1,
    classes: 7,
    inputShape: [null, null, 3],
    seed: 2,
  });
}

/** The network, standardized so. */
function standardized(options: ApplyWeightStandardizationOptions): tf.LayersModel {
  const model = networkOfOthers();
  applyWeightStandardization(model, options);
  return model;
}

/** A file with some of its entries under other names, others left out. */
function renamed(
  file: Uint8Array,
  rename: (name: string) => string | undefined,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array<ArrayBuffer> {
  const { tensors } = readSafetensors(file);
  const entries = [...tensors].flatMap(([name, tensor]) => {
    const other = rename(name);
    return other === undefined ? [] : [[other, tensor] as const];
  });
  return writeSafetensors({ tensors: new Map(entries), metadata });
}

/** A model's layers that are standardized, with their formulas. */
function formulasOf({ layers }: tf.LayersModel): [string, string][] {
  return layers.flatMap((layer) => {
    const { variant, epsilon } = standardizationOf(layer) ?? {};
    return variant === undefined ? [] : [[layer.name, `${variant}, ${epsilon}`]];
  });
}

/** What loading throws; the model, which is disposed of, is as it was after it. */
function complaint(
  model: tf.LayersModel,
  file: Uint8Array,
  options: LoadTorchWeightsOptions,
): string {
  const [before, formulas] = [saveTorchWeights(model), formulasOf(model)];
  let message = "";
  assert.throws(() => loadTorchWeights(model, file, options), (error: Error) => {
    message = error.message;
    return error instanceof TypeError;
  });
  assert.deepEqual([saveTorchWeights(model), formulasOf(model)], [before, formulas]);
  model.dispose();
  return message;
}

/** Misfits without what is the same in all. */
function shown({ notLoaded }: LoadedTorchWeights): string[] {
  return notLoaded.map(({ reason, text }) => `${reason}: ${text}`);
}

forEachBackend("loadTorchWeights() loads all but a new head when it is not strict", () => {
  const file = saveTorchWeights(networkOfOthers());
  const model = withNewHead();
  const before = readSafetensors(saveTorchWeights(model)).tensors;
  const result = loadTorchWeights(model, file.buffer, { strict: false });
  assert.deepEqual(result.notLoaded, [
    {
      reason: "misshapen",
      model: { name: "fc.weight", shape: [7, 8] },
      file: { name: "fc.weight", shape: [4, 8], dtype: "F32" },
      text: "fc.weight [4,8], must be [7,8]",
    },
    {
      reason: "misshapen",
      model: { name: "fc.bias", shape: [7] },
      file: { name: "fc.bias", shape: [4], dtype: "F32" },
      text: "fc.bias [4], must be [7]",
    },
  ]);
  assert.equal(result.loaded.length, model.weights.length - 2);
  assert.deepEqual([result.prefix, result.standardized], ["", []]);
  const wanted = readSafetensors(file).tensors;
  for (const [name, { bytes }] of readSafetensors(saveTorchWeights(model)).tensors) {
    assert.deepEqual(bytes, (name.startsWith("fc.") ? before : wanted).get(name)!.bytes, name);
    if (name !== "fc.bias") assert.equal(result.loaded.includes(name), !/^fc|tracked$/.test(name));
  }
  tf.disposeVariables();
});

Deno.test("loadTorchWeights() returns each kind of misfit when it is not strict", async () => {
  await tf.setBackend("cpu");
  const model = networkOfOthers();
  const file = renamed(saveTorchWeights(networkOfOthers()), (name) => {
    if (name === "bn1.bias") return undefined;
    return name.replace(/^fc\./, "head.");
  });
  const { tensors } = readSafetensors(file);
  const integers = { ...tensors.get("bn1.weight")!, dtype: "U32" };
  const other = writeSafetensors({
    tensors: new Map([...tensors, ["bn1.weight", integers] as const]),
    metadata: new Map(),
  });
  assert.deepEqual(shown(loadTorchWeights(model, other, { strict: false })), [
    "missing: bn1.bias [1]",
    "missing: fc.weight [4,8]",
    "missing: fc.bias [4]",
    "unreadable: bn1.weight of U32, must be F32, F64, F16, BF16, I64",
    "extra: head.bias [4]",
    "extra: head.weight [4,8]",
  ]);
  model.dispose();
});

Deno.test("loadTorchWeights() takes a prefix off all names when it is not strict", async () => {
  await tf.setBackend("cpu");
  const file = saveTorchWeights(networkOfOthers());
  const wrapped = renamed(file, (name) => `net.backbone.${name.replace(/^fc\./, "head.")}`);
  const model = withNewHead();
  const result = loadTorchWeights(model, wrapped, { strict: false });
  assert.equal(result.prefix, "net.backbone.");
  assert.equal(result.loaded.length, model.weights.length - 2);
  assert.deepEqual(shown(result), [
    "missing: fc.weight [7,8]",
    "missing: fc.bias [7]",
    "extra: net.backbone.head.bias [4]",
    "extra: net.backbone.head.weight [4,8]",
  ]);
  model.dispose();
});

Deno.test("loadTorchWeights() throws when nothing fits, or a weight has two entries", async () => {
  await tf.setBackend("cpu");
  const file = saveTorchWeights(networkOfOthers());
  const none = complaint(networkOfOthers(), renamed(file, (name) => `a.${name}.b`), {
    strict: false,
  });
  assert.match(none, /^Cannot loadTorchWeights as an entry of the file must be a weight of the/);
  assert.match(none, /: nothing is loaded, \d+ differ\nmissing: conv1\.weight \[1,3,7,7\]\n/);
  const { tensors } = readSafetensors(file);
  const twice = writeSafetensors({
    tensors: new Map([...tensors, ["module.fc.bias", tensors.get("fc.bias")!] as const]),
    metadata: new Map(),
  });
  assert.match(
    complaint(networkOfOthers(), twice, { strict: false }),
    /nothing is loaded, 1 differ\nrepeated: module\.fc\.bias is fc\.bias too$/,
  );
});

Deno.test("loadTorchWeights() still asks for the file's standardization when it is not strict", async () => {
  await tf.setBackend("cpu");
  const file = fileOfOthers("composer.safetensors");
  const message = complaint(withNewHead(), file, { strict: false });
  assert.match(message, /as the model must standardize the kernels that the file says/);
  assert.match(message, / before, or load with \{ standardized: "as file" \}$/);
});

for (const name of ["composer", "composer_part"] as const) {
  forEachBackend(`loadTorchWeights() standardizes as the names of ${name} say`, () => {
    const model = standardized({ variant: "paper", nLastLayersIgnore: 12 });
    const file = fileOfOthers(`${name}.safetensors`);
    const result = loadTorchWeights(model, file, { standardized: "as file" });
    assert.equal(formulasOf(model).length, name === "composer" ? 12 : 9);
    assert.deepEqual(result.standardized, formulasOf(model).map(([layer]) => layer));
    assertLogitsOfOthers(model, name);
    model.dispose();
  });
}

Deno.test("loadTorchWeights() standardizes by the formulas of a file's metadata", async () => {
  await tf.setBackend("cpu");
  const timm = { nLastLayersIgnore: 2, variant: "timm", epsilon: 1e-8 } as const;
  const source = standardized(timm);
  const file = saveTorchWeights(source);
  const models = [networkOfOthers(), standardized({}), standardized({ preserveOutputs: true })];
  for (const model of models) {
    const changed = loadTorchWeights(model, file, { standardized: "as file" }).standardized;
    assert.equal(changed.length, model === models[0] ? 10 : 12);
    assert.deepEqual(formulasOf(model), formulasOf(source));
    assert.deepEqual(saveTorchWeights(model), file);
    assert.deepEqual(
      loadTorchWeights(model, file, { standardized: "as file" }).standardized,
      [],
    );
    model.dispose();
  }
  source.dispose();
});

Deno.test("loadTorchWeights() leaves what it does not load as it is standardized", async () => {
  await tf.setBackend("cpu");
  const file = renamed(
    fileOfOthers("composer.safetensors"),
    (name) => name.startsWith("layer4.") ? undefined : name,
  );
  const model = networkOfOthers();
  loadTorchWeights(model, file, { standardized: "as file", strict: false });
  assert.equal(formulasOf(model).length, 9);
  const plain = renamed(saveTorchWeights(model), (name) => name); // says nothing
  const own = standardized({ variant: "timm" });
  assert.deepEqual(
    loadTorchWeights(own, plain, { standardized: "as file" }).standardized,
    [],
  );
  assert.equal(formulasOf(own).length, 12);
  model.dispose();
  own.dispose();
});

Deno.test("loadTorchWeights() throws when the file's standardization can't be the model's", async () => {
  await tf.setBackend("cpu");
  const asFile = { standardized: "as file" } as const;
  const opening = /^Cannot loadTorchWeights with standardized "as file" as .*: nothing is loaded, /;
  const file = fileOfOthers("composer.safetensors");
  const dense = renamed(
    file,
    (name) => name === "fc.weight" ? "fc.parametrizations.weight.original" : name,
  );
  const kept = saveTorchWeights(standardized({ preserveOutputs: true }));
  const unknown = new Map([["weight_standardization", '{"conv1.weight":"odd, 1"}']]);
  const odd = renamed(saveTorchWeights(networkOfOthers()), (name) => name, unknown);
  const cases: [Uint8Array, RegExp][] = [
    [dense, /fc\.weight is no convolution's kernel in the model/],
    [kept, /what preserveOutputs added to conv1\.weight is not in it/],
    [odd, /give conv1\.weight the formula "odd, 1": .* variant must be one of composer, /],
  ];
  for (const [bytes, wanted] of cases) {
    const message = complaint(networkOfOthers(), bytes, asFile);
    assert.match(message, opening);
    assert.match(message, wanted);
  }
});

Deno.test("loadTorchWeights() tells other parametrizations from standardization", async () => {
  await tf.setBackend("cpu");
  const { tensors } = readSafetensors(fileOfOthers("composer.safetensors"));
  const vector = { dtype: "F32", shape: [1], bytes: new Uint8Array(4) };
  const spectral = writeSafetensors({
    tensors: new Map([...tensors, ["conv1.parametrizations.weight.0._u", vector] as const]),
    metadata: new Map(),
  });
  const message = complaint(networkOfOthers(), spectral, { standardized: "as file" });
  assert.match(
    message,
    /unreadable: conv1\.parametrizations\.weight\.original, of which PyTorch computes the weight with conv1\.parametrizations\.weight\.0\._u: save the weights after torch\.nn\.utils\.parametrize\.remove_parametrizations\n/,
  );
});

Deno.test("loadTorchWeights() throws when an option is not known", async () => {
  await tf.setBackend("cpu");
  const model = networkOfOthers();
  const file = saveTorchWeights(model);
  const wrong: [unknown, RegExp][] = [
    [{ strictly: true }, /options must be an object of strict, standardized: .* with strictly$/],
    [{ strict: "no" }, /strict must be true or false: current value is no$/],
    [
      { standardized: true },
      /standardized must be "as model" or "as file": current value is true$/,
    ],
  ];
  for (const [options, message] of wrong) {
    const load = () => loadTorchWeights(model, file, options as LoadTorchWeightsOptions);
    assert.throws(load, { name: "RangeError", message });
  }
  for (const options of [null, 5] as unknown as LoadTorchWeightsOptions[]) {
    assert.throws(() => loadTorchWeights(model, file, options), {
      name: "TypeError",
      message: /options must be an object of strict, standardized: current value is/,
    });
  }
  model.dispose();
});
