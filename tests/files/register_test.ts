import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import * as tf from "../../src/tf.ts";
import { registerFileHandler } from "../../src/files/mod.ts";
import { writeBeside } from "../../src/files/atomic.ts";
import { fileHandler } from "../../src/files/handler.ts";
import { fromKeras3 } from "../../src/models/from_keras3.ts";
import { resnet } from "../../src/models/resnet.ts";
import { applyWeightStandardization } from "../../src/standardization/apply.ts";
import { standardizationOf } from "../../src/standardization/standardized_layer.ts";
import { forEachBackend } from "../backends.ts";
import { kerasModels, kerasPath } from "../models/fixtures/keras3.ts";

registerFileHandler();

/** A small network, standardized but for its first convolution. */
function network(): tf.LayersModel {
  const model = resnet({
    depth: { block: "basic", counts: [1, 1, 1, 1] },
    width: 1,
    classes: 4,
    inputShape: [null, null, 3],
    seed: 1,
  });
  applyWeightStandardization(model, { nLastLayersIgnore: 1, variant: "timm" });
  return model;
}

/** What a model gives for one image. */
function outputOf(model: tf.LayersModel): Float32Array {
  return tf.tidy(() => {
    const x = tf.randomUniform([1, 32, 32, 3], 0, 1, "float32", 5);
    return (model.predict(x) as tf.Tensor).dataSync<"float32">();
  });
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "files test " }); // with spaces
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Names in a folder. */
function namesIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}

forEachBackend(
  "model.save() and tf.loadLayersModel() keep a standardized model in a file",
  () =>
    withFolder(async (folder) => {
      const model = network();
      const inside = join(folder, "new", "100 %");
      const { modelArtifactsInfo } = await model.save(`file://${inside}`);
      assert.equal(modelArtifactsInfo.modelTopologyType, "JSON");
      assert.deepEqual(namesIn(inside), ["model.json", "weights.bin"]);
      const loaded = await tf.loadLayersModel(`file://${inside}/model.json`);
      assert.deepEqual(outputOf(loaded), outputOf(model));
      const formulas = ({ layers }: tf.LayersModel) =>
        JSON.stringify(layers.map(standardizationOf));
      assert.equal(formulas(loaded), formulas(model));
      assert.match(formulas(loaded), /"timm"/);
      model.dispose();
      loaded.dispose();
    }),
);

Deno.test("model.save() takes relative paths, and URLs with %20", () =>
  withFolder(async (folder) => {
    await tf.setBackend("cpu");
    const model = network();
    const before = Deno.cwd();
    Deno.chdir(folder);
    try {
      await model.save("file://plain");
      await model.save("file://./dotted/inside");
      await model.save(pathToFileURL(join(folder, "a b")).href);
    } finally {
      Deno.chdir(before);
    }
    assert.deepEqual(namesIn(folder), ["a b", "dotted", "plain"]);
    assert.deepEqual(namesIn(join(folder, "dotted", "inside")), ["model.json", "weights.bin"]);
    const url = pathToFileURL(join(folder, "a b", "model.json")).href;
    assert.match(url, /%20/);
    (await tf.loadLayersModel(url)).dispose();
    model.dispose();
  }));

Deno.test("files are exchanged with tfjs-node's handler, either way", () =>
  withFolder(async (folder) => {
    await tf.setBackend("cpu");
    const { NodeFileSystem } = nodeFileSystem();
    const model = network();
    await model.save(new NodeFileSystem(join(folder, "node")));
    await model.save(`file://${folder}/own`);
    for (const name of ["model.json", "weights.bin"]) {
      const [node, own] = ["node", "own"].map((of) =>
        Deno.readTextFileSync(join(folder, of, name))
      );
      const read = name === "model.json" ? withoutHash : String;
      assert.deepEqual(read(own!), read(node!), name);
    }
    const ofNode = await tf.loadLayersModel(`file://${folder}/node/model.json`);
    const byNode = await tf.loadLayersModel(new NodeFileSystem(join(folder, "own", "model.json")));
    assert.deepEqual([outputOf(ofNode), outputOf(byNode)], [outputOf(model), outputOf(model)]);
    for (const each of [model, ofNode, byNode]) each.dispose();
  }));

/** What tfjs-node writes too. */
function withoutHash(text: string): tf.io.ModelJSON {
  const json = JSON.parse(text);
  for (const group of json.weightsManifest) delete group.sha256;
  return json;
}

/** The class of tfjs-node, without its addon, over the copy of TensorFlow.js that is in use here. */
function nodeFileSystem(): { NodeFileSystem: new (path: string) => tf.io.IOHandler } {
  const require = createRequire(import.meta.url);
  return require("@tensorflow/tfjs-node-gpu/dist/io/file_system.js");
}

Deno.test("tf.loadLayersModel() reads weights in several files, and the converter's", () =>
  withFolder(async (folder) => {
    await tf.setBackend("cpu");
    const model = network();
    await model.save(`file://${folder}`);
    const bytes = Deno.readFileSync(join(folder, "weights.bin"));
    Deno.writeFileSync(join(folder, "one.bin"), bytes.subarray(0, 1001));
    Deno.writeFileSync(join(folder, "two.bin"), bytes.subarray(1001));
    const json = JSON.parse(Deno.readTextFileSync(join(folder, "model.json")));
    json.weightsManifest[0].paths = ["one.bin", "two.bin"]; // the hash is that of both together
    Deno.writeTextFileSync(join(folder, "sharded.json"), JSON.stringify(json));
    const loaded = await tf.loadLayersModel(`file://${folder}/sharded.json`);
    assert.deepEqual(outputOf(loaded), outputOf(model));
    for (const name of kerasModels) {
      const place = `file://${kerasPath(name, "archive", "model.json")}`;
      const keras = await tf.loadLayersModel(fromKeras3(place));
      assert.ok(keras.weights.length > 0);
      keras.dispose();
    }
    model.dispose();
    loaded.dispose();
  }));

Deno.test("model.save() leaves what is there when it fails", () =>
  withFolder(async (folder) => {
    await tf.setBackend("cpu");
    const model = network();
    await model.save(`file://${folder}/model`);
    const files = () =>
      namesIn(join(folder, "model")).map((name) => [
        name,
        Deno.readFileSync(join(folder, "model", name)),
      ]);
    const before = files();
    const other = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    const broken = {
      save: () =>
        fileHandler(`file://${folder}/model`).save!({
          modelTopology: {
            get layers(): never {
              throw new Error("no JSON");
            },
          },
        }),
    };
    await assert.rejects(other.save(broken), /no JSON/);
    assert.deepEqual(files(), before);
    // A folder is in the place of the weights: both new files are thrown away.
    await Deno.mkdir(join(folder, "blocked", "weights.bin", "inside"), { recursive: true });
    await assert.rejects(other.save(`file://${folder}/blocked`), {
      message: /^Cannot save a model to .*\/blocked as /,
    });
    assert.deepEqual(namesIn(join(folder, "blocked")), ["weights.bin"]);
    // One is in the place of model.json: the weights are in theirs, and the new file is kept beside it.
    await Deno.mkdir(join(folder, "half", "model.json", "inside"), { recursive: true });
    await assert.rejects(other.save(`file://${folder}/half`), {
      message: /^Cannot save a model to .*\/half as /,
    });
    const [unfinished, ...others] = namesIn(join(folder, "half"));
    assert.deepEqual(others, ["model.json", "weights.bin"]);
    (await tf.loadLayersModel(`file://${folder}/half/${unfinished}`)).dispose();
    await assert.rejects(other.save(`file://${folder}/model/model.json`), {
      message: /^Cannot save a model to .*model\.json as a file is where the folder must be/,
    });
    await assert.rejects(other.save("file://"), {
      name: "TypeError",
      message: "Cannot find a file as its address must have a path: current value is file://",
    });
    assert.deepEqual(files(), before);
    model.dispose();
    other.dispose();
  }));

Deno.test("a model whose saving was killed between its files is told, and can be had", () =>
  withFolder(async (folder) => {
    await tf.setBackend("cpu");
    const [before, after] = [network(), network()];
    for (const weight of after.weights) weight.write(tf.add(weight.read(), 1));
    await before.save(`file://${folder}`);
    await after.save(`file://${folder}/after`);
    // As a program leaves it that is killed when it has moved the weights, and model.json not yet.
    await writeBeside(join(folder, "model.json"), [new Uint8Array(4)]); // another one's
    const json = Deno.readFileSync(join(folder, "after", "model.json"));
    await writeBeside(join(folder, "model.json"), [json]);
    await Deno.rename(join(folder, "after", "weights.bin"), join(folder, "weights.bin"));
    const left = namesIn(folder).find((name) =>
      name.endsWith(".tmp") && Deno.statSync(join(folder, name)).size === json.length
    );
    await assert.rejects(tf.loadLayersModel(`file://${folder}/model.json`), (error: Error) => {
      assert.equal(error.name, "TypeError");
      assert.ok(error.message.endsWith(
        `; the program was stopped while it saved, and the weights are those of ${left}: rename that ` +
          "to model.json",
      ));
      return true;
    });
    await Deno.rename(join(folder, left!), join(folder, "model.json"));
    const loaded = await tf.loadLayersModel(`file://${folder}/model.json`);
    assert.deepEqual(outputOf(loaded), outputOf(after));
    for (const model of [before, after, loaded]) model.dispose();
  }));

Deno.test("tf.loadLayersModel() says what is wrong with a file", () =>
  withFolder(async (folder) => {
    await tf.setBackend("cpu");
    const model = network();
    await model.save(`file://${folder}`);
    const json = JSON.parse(Deno.readTextFileSync(join(folder, "model.json")));
    const write = (name: string, text: string) => Deno.writeTextFileSync(join(folder, name), text);
    write("text.json", "<html></html>");
    write("other.json", '{"a": 1}');
    json.weightsManifest[0].paths = ["lost.bin"];
    write("lost.json", JSON.stringify(json));
    json.weightsManifest[0].paths = ["short.bin"];
    write("changed.json", JSON.stringify(json));
    delete json.weightsManifest[0].sha256; // tfjs-node's and the converter's have none
    write("short.json", JSON.stringify(json));
    write("short.bin", "1234");
    json.weightsManifest[0].paths = null;
    write("manifest.json", JSON.stringify(json));
    const cases: [string, RegExp][] = [
      ["none.json", /none\.json as there is no such file/],
      ["", /as it is a folder: give file:\/\/.*\/model\.json$/],
      ["text.json", /as it must be JSON, a model\.json: it begins with "<html><\/html>"$/],
      ["other.json", /as it must be a model\.json, with a modelTopology: it has a$/],
      ["lost.json", /as its weights .*lost\.bin can't be read: there is no such file/],
      ["manifest.json", /as its weightsManifest must be a list of .*: it has \{"paths":null,/],
      [
        "changed.json",
        /as short\.bin must hold the weights that it was saved with, of SHA-256 [0-9a-f]{64}: theirs is [0-9a-f]{64}; copy both/,
      ],
      ["short.json", /as its weights must take \d+ bytes: the files have 4; they are cut off, or/],
    ];
    for (const [name, message] of cases) {
      await assert.rejects(tf.loadLayersModel(`file://${join(folder, name)}`), (error: Error) => {
        assert.match(error.message, /^Cannot load a model from /);
        assert.match(error.message, message);
        return true;
      });
    }
    model.dispose();
  }));

Deno.test("registerFileHandler() leaves the scheme to a handler that knows it", async () => {
  assert.equal(registerFileHandler(), true);
  assert.equal(tf.io.getSaveHandlers("file://folder").length, 1);
  assert.equal(tf.io.getLoadHandlers("https://host/model.json").length, 1);
  // In a process of its own: TensorFlow.js forgets no handler.
  const code = `
    import * as tf from "${new URL("../../src/tf.ts", import.meta.url)}";
    import { registerFileHandler } from "${new URL("../../src/files/mod.ts", import.meta.url)}";
    const other = { save: () => "other" };
    const router = (place) => place.startsWith("file://") ? other : null;
    const order = Deno.args[0];
    if (order === "first") tf.io.registerSaveRouter(router);
    const before = registerFileHandler();
    if (order === "last") tf.io.registerSaveRouter(router);
    const handlers = tf.io.getSaveHandlers("file://folder");
    console.log(JSON.stringify([before, handlers.length, handlers[0] === other]));
  `;
  const folder = await Deno.makeTempDir();
  const program = join(folder, "program.ts");
  await Deno.writeTextFile(program, `// @ts-nocheck\n${code}`);
  for (
    const [order, expected] of [["first", [false, 1, true]], ["last", [true, 1, true]]] as const
  ) {
    const config = join(dirname(import.meta.dirname!), "..", "deno.json");
    const args = ["run", "-A", "--no-check", `--config=${config}`, program, order];
    const { stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "null" }).output();
    const [line = ""] = new TextDecoder().decode(stdout).trim().split("\n").slice(-1);
    assert.deepEqual(JSON.parse(line), expected, order);
  }
  await Deno.remove(folder, { recursive: true });
});
