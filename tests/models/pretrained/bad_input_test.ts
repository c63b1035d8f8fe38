import assert from "node:assert/strict";
import { unzipSync, zipSync } from "npm:fflate@0.8.3";
import * as tf from "../../../src/tf.ts";
import { loadPretrained } from "../../../src/models/pretrained/load_pretrained.ts";
import type { LoadPretrainedOptions } from "../../../src/models/pretrained/options.ts";
import { readNpz } from "../../../src/models/pretrained/npz.ts";
import { resnetv2 } from "../../../src/models/resnetv2.ts";
import { saveTorchWeights } from "../../../src/models/save_torch_weights.ts";
import { readSafetensors, writeSafetensors } from "../../../src/models/safetensors.ts";
import "../../backends.ts";
import { bitFile } from "../fixtures/bit.ts";

await tf.setBackend("cpu");

const timm = bitFile("timm.safetensors");
const { tensors } = readSafetensors(timm);

/** A file with the tensors of timm's under other names; none where there is no name. */
function renamed(rename: (name: string) => string | undefined): Uint8Array {
  const entries = [...tensors].flatMap(([name, tensor]) => {
    const other = rename(name);
    return other === undefined ? [] : [[other, tensor] as const];
  });
  return writeSafetensors({ tensors: new Map(entries), metadata: new Map() });
}

/** An array of NumPy's with some header. */
function npy(header: string, data = new Uint8Array(8)): Uint8Array {
  const text = new TextEncoder().encode(header.padEnd(117) + "\n");
  return new Uint8Array([
    0x93,
    ...new TextEncoder().encode("NUMPY"),
    1,
    0,
    text.length,
    0,
    ...text,
    ...data,
  ]);
}

const npz = (array: Uint8Array) => zipSync({ "a.npy": array });

/** Fails unless loading throws so, and leaves no tensor behind. */
async function refused(
  source: Uint8Array,
  options: LoadPretrainedOptions,
  name: string,
  message: RegExp,
): Promise<void> {
  const before = tf.memory().numTensors;
  await assert.rejects(loadPretrained(source, options), { name, message });
  assert.equal(tf.memory().numTensors, before, `half-loaded: ${message}`);
}

Deno.test("loadPretrained() names the nearest of a file of another architecture", async () => {
  const post = renamed((name) => name === "norm.weight" ? undefined : name);
  await refused(post, {}, "TypeError", /nearest is timm's BiT .*, but no name is like .*norm/);
  const other = renamed((name) => `blocks.${name}.proj`);
  await refused(other, {}, "TypeError", /must hold one of timm's BiT.*: its tensors are blocks\./);
  const batch = renamed((name) => name === "norm.bias" ? "norm.running_mean" : name);
  await refused(
    batch,
    { groups: 8 },
    "TypeError",
    /running statistics .* take one of timm's resnetv2_/,
  );
});

Deno.test("loadPretrained() refuses tensors that are missing, or too many", async () => {
  const missing = renamed((name) => name === "stages.1.blocks.0.norm2.bias" ? undefined : name);
  await refused(missing, { groups: 8 }, "TypeError", /missing: stages.1.blocks.0.norm2.bias \[8\]/);
  const extra = renamed((name) => name === "head.fc.bias" ? "head.other" : name);
  await refused(extra, { groups: 8 }, "TypeError", /extra: head.other/);
});

Deno.test("loadPretrained() refuses a config that is another file's", async () => {
  const configs: [Record<string, unknown>, Uint8Array, RegExp][] = [
    [{ num_labels: 3 }, timm, /it says 3, head.fc has 5; take the config that belongs/],
    [{ num_classes: 1000 }, timm, /it says 1000, head.fc has 5; take the config that belongs/],
    [
      { architecture: "resnetv2_50d_gn" },
      timm,
      /current value is resnetv2_50d_gn, which timm builds/,
    ],
  ];
  const transformers = bitFile("transformers.safetensors");
  const own = JSON.parse(new TextDecoder().decode(bitFile("transformers.json")));
  const others: [string, unknown][] = [
    ["layer_type", "bottleneck"],
    ["global_padding", "SAME"],
    ["hidden_act", "gelu"],
    ["output_stride", 16],
  ];
  for (const [name, value] of others) {
    configs.push([
      { ...own, [name]: value },
      transformers,
      new RegExp(`config's ${name} must be .* value is`),
    ]);
  }
  for (const [config, file, message] of configs) {
    await refused(file, { groups: 8, config }, "TypeError", message);
  }
});

Deno.test("loadPretrained() refuses a config of another depth or width", async () => {
  const depths = { model_type: "bit", depths: [3, 4, 6, 3] };
  const message =
    /it says depths 3,4,6,3, the weights are of 1,2,1,1 blocks of .*; take the config/;
  await refused(timm, { groups: 8, config: depths }, "TypeError", message);
  const file = saveTorchWeights(resnetv2({ depth: 50, classes: 1 }));
  await assert.rejects(loadPretrained(file, { config: { architecture: "resnetv2_50x3_bit" } }), {
    name: "TypeError",
    message: /it says 50x3, the weights are of 50x1; take the config that belongs to the weights$/,
  });
  const { model } = await loadPretrained(file, { config: { architecture: "resnetv2_50x1_bit" } });
  model.dispose();
});

Deno.test("loadPretrained() refuses what can't be chosen, or is no option", async () => {
  await refused(
    timm,
    {},
    "TypeError",
    /groups must divide the \d+ channels of .*: current value is 32/,
  );
  await refused(timm, { groups: 8, classes: 0 }, "RangeError", /classes must be an integer >= 1/);
  await refused(timm, { groups: 8, epsilon: -1 }, "RangeError", /epsilon must be finite/);
  const most = /head of classes must fit into memory: current value is 1000000000000$/;
  await refused(timm, { groups: 8, classes: 1e12 }, "RangeError", most);
  await refused(timm, { groups: -8 }, "RangeError", /groups must be an integer >= 1: .* is -8$/);
  const others: [unknown, string, RegExp][] = [
    [null, "TypeError", /options must be an object/],
    [
      { groups: 8, class: 3 },
      "RangeError",
      /options must be an object of classes, .*: .* with class$/,
    ],
    [{ groups: 8, config: "{}" }, "TypeError", /config must be config.json's object/],
  ];
  for (const [options, name, message] of others) {
    await refused(timm, options as LoadPretrainedOptions, name, message);
  }
  const headless = renamed((name) => name.startsWith("head.") ? undefined : name);
  await refused(headless, { groups: 8 }, "TypeError", /classes must be given for a file without/);
  const { classes, newHead, model } = await loadPretrained(headless, { groups: 8, classes: 2 });
  assert.deepEqual([classes, newHead], [2, true]);
  model.dispose();
  await refused(bitFile("deep.safetensors"), { groups: 8 }, "TypeError", /variant must be given/);
  for (const source of ["weights.npz", 3, null, {}]) {
    await assert.rejects(loadPretrained(source as string), {
      name: "TypeError",
      message: /source must be bytes, a File, a URL, or "hf:owner\/name": current value is/,
    });
  }
});

Deno.test("loadPretrained() refuses what is cut off, wherever", async () => {
  const google = bitFile("google.npz");
  for (
    const [file, message] of [
      [timm, /safetensors/],
      [
        google,
        /must be a whole ZIP archive, .*: of its \d+ bytes the end of its list of entries is missing/,
      ],
    ] as const
  ) {
    for (const length of [4, 100, file.length >> 1, file.length - 1]) {
      await refused(file.slice(0, length), { groups: 8 }, "TypeError", length < 9 ? /./ : message);
    }
  }
});

Deno.test("loadPretrained() refuses pickled objects, and arrays that are none", async () => {
  const cases: [Uint8Array, RegExp][] = [
    [
      npz(npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }")),
      /holds pickled Python objects/,
    ],
    [
      npz(npy("{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }")),
      /its descr is >f4; save it as float32, little-endian/,
    ],
    [npz(npy("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,), }")), /a structure/],
    [
      npz(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }")),
      /must take 12 bytes: 8 are there/,
    ],
    [npz(npy("{}")), /must say its descr, fortran_order and shape/],
    [npz(new Uint8Array(20)), /must be in NumPy's format/],
    [
      zipSync({ "archive/data.pkl": new Uint8Array(3) }),
      /it holds archive\/data.pkl, as torch.save writes it/,
    ],
    [
      npz(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }")),
      /its tensors are a$|its tensors are a;/,
    ],
  ];
  for (const [file, message] of cases) await refused(file, {}, "TypeError", message);
});

Deno.test("loadPretrained() refuses an .npz whose weights have a flipped bit", async () => {
  const google = bitFile("google.npz");
  // Arrays that are not packed: no code of deflate's could notice.
  const stored = zipSync(unzipSync(google), { level: 0 });
  const flipped = stored.slice();
  flipped[400]! ^= 0x40;
  const message = /\.npy has the checksum [\da-f]{8}, and must have [\da-f]{8}; it is cut off or/;
  await refused(flipped, { groups: 8 }, "TypeError", message);
  const { model } = await loadPretrained(stored, { groups: 8 });
  model.dispose();
});

Deno.test("readNpz() reads column-major arrays", () => {
  const data = new Uint8Array(new Float32Array([1, 4, 2, 5, 3, 6]).buffer);
  const header = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }";
  const { shape, bytes } = readNpz(npz(npy(header, data))).get("a")!;
  assert.deepEqual(shape, [2, 3]);
  assert.deepEqual(new Float32Array(bytes.slice().buffer), new Float32Array([1, 2, 3, 4, 5, 6]));
});
