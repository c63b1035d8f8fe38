/** What the fuzzer found, each as a small case of its kind: none may come back. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { decodeImage } from "../../datasets/images/image.ts";
import { readSynsetsOfMeta } from "../../datasets/imagenet/meta_mat.ts";
import { parseRecord } from "../../benchmarks/record/parse.ts";
import { reportFiles } from "../../benchmarks/report/mod.ts";
import { fileHandler } from "../../src/files/handler.ts";
import { fromKeras3 } from "../../src/models/from_keras3.ts";
import { loadPretrained } from "../../src/models/pretrained/load_pretrained.ts";
import { readNpy } from "../../src/models/pretrained/npy.ts";
import { readNpz } from "../../src/models/pretrained/npz.ts";
import { readState } from "../../src/training/checkpoints/state.ts";
import { bitFile } from "../models/fixtures/bit.ts";
import { archiveFixture } from "../datasets/fixtures/archives.ts";
import { result } from "../benchmarks/report/synthetic.ts";
import { resultOf, sweptResult } from "../benchmarks/timing/synthetic.ts";
import { complaintOf } from "./complaints.ts";
import { chunk } from "./mutate/png.ts";
import { joined, ofBase64 } from "./mutate/bytes.ts";
import { plainZip } from "./mutate/zip.ts";
import { npyFile } from "./targets/npy.ts";

/** A value in lists, one in the other. */
function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

/** Fails unless a refusal is of the kind, in the project's form, and of these words. */
function isRefusal(name: string, words: RegExp): (error: Error) => boolean {
  return (error) => {
    assert.equal(complaintOf(error, [name]), undefined, `${error}`);
    assert.match(error.message, words);
    return true;
  };
}

const data = new Uint8Array(4);

Deno.test("readNpy() refuses a key that stands twice, an unknown version and types of JavaScript's own", () => {
  const file = (change: object) =>
    npyFile({ descr: "'<f4'", order: "False", shape: "(1,)", data, ...change });
  assert.deepEqual(readNpy("a", file({})).shape, [1]);
  const wrong: [object, RegExp][] = [
    [
      { shape: "(), 'shape': (1,)" },
      /array a must say its descr, fortran_order and shape, each once/,
    ],
    [{ shape: "(1)" }, /array a must say its descr/],
    [{ version: 255 }, /array a must be of NumPy's format 1, 2, 3: its version is 255/],
    [{ descr: "'constructor'" }, /its descr is constructor/],
  ];
  for (const [change, words] of wrong) {
    assert.throws(() => readNpy("a", file(change)), isRefusal("TypeError", words));
  }
});

Deno.test("readNpz() leaves out folders, and none with contents", () => {
  const array = npyFile({ descr: "'<f4'", order: "False", shape: "(1,)", data });
  assert.deepEqual([...readNpz(plainZip([["x/", new Uint8Array()], ["x/a.npy", array]])).keys()], [
    "x/a",
  ]);
  assert.throws(() => readNpz(plainZip([["x/", array]])), isRefusal("TypeError", /it holds x\//));
});

Deno.test("decodeImage() refuses a PNG whose data cannot be its pixels, before memory is taken for them", async () => {
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, 9000);
  view.setUint32(4, 9000);
  head.set([8, 0, 0, 0, 0], 8);
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const file = joined([
    signature,
    chunk("IHDR", head),
    chunk("IDAT", data),
    chunk("IEND", new Uint8Array()),
  ]);
  const words = /a\.png as its 4 bytes of data cannot be the 81009000 bytes of its pixels/;
  await assert.rejects(decodeImage(file, "a.png"), isRefusal("DataError", words));
});

Deno.test("readSynsetsOfMeta() says in its own words that an element is too short", () => {
  const plain = ofBase64(archiveFixture.meta.plain);
  const view = new DataView(plain.buffer, plain.byteOffset);
  view.setUint32(140, 0, true); // the array's flags, of no bytes now
  assert.throws(
    () => readSynsetsOfMeta(plain, "meta.mat"),
    isRefusal("DataError", /Cannot use meta\.mat as/),
  );
});

Deno.test("parseRecord() refuses what is nested too deeply; a record without times has no report, and is told", async () => {
  const deep = JSON.stringify({ ...result(), config: { a: nested(5000) } });
  assert.throws(
    () => parseRecord(deep, "result.json"),
    isRefusal("UsageError", /nested more than 100 deep/),
  );
  const [subject] = sweptResult().rows[0]!.subjects;
  const blocks = subject!.blocks.map((block) => ({ ...block, durationsMs: [] }));
  const untimed = resultOf([{ ...subject!, blocks }]);
  await assert.rejects(
    reportFiles(untimed),
    isRefusal("UsageError", /^Cannot report the run of overhead of .* lacks what a run writes/),
  );
});

Deno.test("parseRecord() refuses keys that JavaScript calls, and a kind that is no text", () => {
  const words = /a key that JavaScript calls|field config|config\.steps/;
  for (const key of ["toString", "valueOf", "toJSON"]) {
    const record = { ...result(), config: { steps: { [key]: 1 } } };
    assert.throws(
      () => parseRecord(JSON.stringify(record), "result.json"),
      isRefusal("UsageError", words),
    );
  }
  for (const kind of [["cells"], { toString: 1 }]) {
    assert.throws(
      () => parseRecord(JSON.stringify({ ...result(), kind }), "result.json"),
      isRefusal("UsageError", /kind must be one of/),
    );
  }
});

Deno.test("a report takes no time or memory for classes of which a record only claims to have them", async () => {
  const whole = result();
  const claimed = { ...whole, data: { ...whole.data, classes: 2 ** 31 } };
  const cells = claimed.cells.map((cell) => ({ ...cell, confusion: [[3, 1], [0, 2]] }));
  const paths = (await reportFiles({ ...claimed, cells })).map(({ path }) => path);
  assert.ok(paths.includes("report.html"));
});

Deno.test("loadPretrained() passes over an architecture that is no text", async () => {
  for (const architecture of [undefined, nested(5000), { toString: 1 }]) {
    const fetch = (input: string | URL | Request) =>
      Promise.resolve(
        String(input).endsWith("config.json")
          ? new Response(JSON.stringify({ architecture }))
          : new Response(bitFile("timm.safetensors").slice()),
      );
    const options = { fetch, groups: 8, variant: "timm" } as const;
    (await loadPretrained("hf:owner/name", options)).model.dispose();
  }
});

Deno.test("readState() takes settings that are texts and numbers, and numbers that are", () => {
  const history = {
    losses: [],
    learningRates: [],
    stepDurationsMs: [],
    waitDurationsMs: [],
    evaluations: [],
  };
  const state = {
    format: "weight-standardization/checkpoint",
    version: 1,
    step: 2,
    totalSteps: 4,
    iterations: 2,
    settings: { seed: 1, optimizer: "sgd" },
    history,
  };
  assert.equal(readState(state).step, 2);
  const one = { learningRates: [1], stepDurationsMs: [1], waitDurationsMs: [1], evaluations: [] };
  for (
    const change of [{ settings: { seed: {} } }, { settings: { seed: nested(9000) } }, {
      history: { ...one, losses: [{ toString: 1 }] },
    }]
  ) {
    assert.throws(
      () => readState({ ...state, ...change }),
      isRefusal("CheckpointError", /must be a /),
    );
  }
});

Deno.test("a model.json with weights that are none is refused in its own words", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "model.json");
    await Deno.writeFile(join(folder, "w.bin"), data);
    const weight = { name: "a", shape: [1], dtype: "float32" };
    const write = (group: object) =>
      Deno.writeTextFile(
        path,
        JSON.stringify({
          modelTopology: {},
          weightsManifest: [{ paths: ["w.bin"], weights: [weight], ...group }],
        }),
      );
    await write({});
    await fileHandler(`file://${path}`).load!();
    for (
      const group of [
        { sha256: nested(9000) },
        { weights: [{ ...weight, shape: [nested(9000)] }] },
        { weights: [{ ...weight, dtype: 1 }] },
      ]
    ) {
      await write(group);
      await assert.rejects(
        fileHandler(`file://${path}`).load!(),
        isRefusal("TypeError", /weightsManifest must be a list/),
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("fromKeras3() refuses layers of one name, and JSON that is not Keras's, in its own words", () => {
  const layer = (class_name: unknown, config: unknown) => ({ class_name, config });
  const input = layer("InputLayer", { name: "x", batch_shape: [null, 4], dtype: "float32" });
  const dense = layer("Dense", { name: "d", trainable: true, units: 2 });
  const model = (...layers: unknown[]) => ({
    class_name: "Sequential",
    config: { name: "s", layers: [input, ...layers] },
  });
  const refused = (json: unknown, words: RegExp) =>
    assert.throws(() => fromKeras3(json as unknown as string), isRefusal("TypeError", words));
  refused(model(dense, dense), /d \(Dense\): each layer of a model must have a name of its own/);
  refused(model(layer({}, {})), /\(\{\}\): no layer of TensorFlow\.js's/);
  refused(model(layer("Dense", { name: "d", units: 2, dtype: {} })), /numbers must be float32/);
  const whole = { modelTopology: model(dense), weightsManifest: [{ paths: [], weights: [null] }] };
  refused(whole, /weights must be a list of \{ name, shape, dtype \}: it has null/);
});

Deno.test("loadPretrained() tells of an answer that fails while it is turned down", async () => {
  const fetch = () => {
    const body = new ReadableStream({
      start: (controller) => controller.error(new TypeError("reset")),
    });
    return Promise.resolve(new Response(body, { status: 500 }));
  };
  await assert.rejects(
    loadPretrained("hf:owner/name", { fetch }),
    isRefusal("DownloadError", /the answer is status 500; try again later/),
  );
});
