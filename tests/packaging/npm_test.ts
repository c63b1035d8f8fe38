/** The npm package, as a program on Node and a TypeScript program find it after `npm install`. */
import * as assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import * as library from "../../mod.ts";
import "../backends.ts";
import { kerasPath } from "../models/fixtures/keras3.ts";
import { trainNetwork } from "../wasm/recorded_training.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What others bundle with; it heeds `sideEffects`. */
const bundler = "esbuild@0.28.2";

/** What a program installs beside the package, to compute on wasm. */
const backend = "@tensorflow/tfjs-backend-wasm@4.22.0";

const javascript = `
  import { applyWeightStandardization, layers, standardizeWeights, tf } from "@weight-standardization/tfjs";
  import * as own from "@tensorflow/tfjs";
  own.enableProdMode();
  const standardized = standardizeWeights(own.tensor2d([1, 2, 3, 6], [2, 2]));
  const model = own.sequential({ layers: [
    own.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 1] }),
    own.layers.flatten(),
    own.layers.dense({ units: 1 }),
  ] });
  const { count } = applyWeightStandardization(model);
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  const { history } = await model.fit(own.ones([4, 8, 8, 1]), own.ones([4, 1]), { epochs: 2, verbose: 0 });
  console.log(JSON.stringify({
    isOneCopy: tf.tensor === own.tensor,
    standardized: Array.from(await standardized.data()),
    count,
    loss: history.loss,
    layer: layers.standardizedConv2d({ filters: 1, kernelSize: 1 }).getClassName(),
  }));
`;

const typescript = `
  import {
    applyWeightStandardization, models, standardizeWeights, type tf, Trainer,
  } from "@weight-standardization/tfjs";
  import { registerFileHandler } from "@weight-standardization/tfjs/files";
  declare const kernel: tf.Tensor4D;
  const standardized: tf.Tensor = standardizeWeights(kernel, { variant: "timm" });
  const model: tf.LayersModel = models.resnet({ depth: 18, classes: 10 });
  const count: number = applyWeightStandardization(model, { nLastLayersIgnore: 1 }).count;
  const isRegistered: boolean = registerFileHandler();
  const fit: Trainer["fit"] = () => { throw new Error(String([standardized, count, isRegistered])) };
  standardizeWeights(kernel, { variant: "none" }); // line 12: no such variant
  export { fit };
`;

// Nothing but functions is used of the package: what registers layers and gradients must run all the same.
const bundled = `
  import { applyWeightStandardization, tf } from "@weight-standardization/tfjs";
  tf.enableProdMode();
  const config = (name, more) => ({ name, filters: 2, kernelSize: [3, 3], ...more });
  const saved = { class_name: "Sequential", config: { name: "saved", layers: [
    { class_name: "StandardizedConv2D", config: config("first", {
      batch_input_shape: [null, 8, 8, 1],
      standardization: { variant: "timm", epsilon: 1e-8, className: "RepairedConv2D" },
    }) },
    { class_name: "TorchGroupNormalization", config: { name: "norm", groups: 1 } },
    { class_name: "RepairedReLU", config: { name: "relu" } },
    { class_name: "RepairedMaxPooling2D", config: { name: "pool", pool_size: [2, 2] } },
  ] } };
  const model = await tf.models.modelFromJSON({ modelTopology: saved });
  const dilated = (x) => tf.conv2d(x, tf.ones([3, 3, 1, 1]), 1, "valid", "NHWC", 2).sum();
  console.log(JSON.stringify({
    layers: model.layers.map((layer) => layer.getClassName()),
    standardized: applyWeightStandardization(model, { variant: "timm", epsilon: 1e-8 }).count,
    gradient: tf.grad(dilated)(tf.ones([1, 5, 5, 1])).sum().dataSync()[0],
  }));
`;

// Node without tfjs-node has no handler of files, and no reader of Keras 3's archives.
const files = `
  import { applyWeightStandardization, models, tf } from "@weight-standardization/tfjs";
  import { kerasArchive, registerFileHandler } from "@weight-standardization/tfjs/files";
  tf.enableProdMode();
  const isRegistered = registerFileHandler();
  const model = await tf.loadLayersModel(models.fromKeras3(kerasArchive(process.argv[2])));
  const { count } = applyWeightStandardization(model);
  await model.save("file://kept");
  const loaded = await tf.loadLayersModel("file://kept/model.json");
  const inputs = model.inputs.map(({ shape }) => tf.ones(shape.map((size) => size ?? 1)));
  const [before, after] = [model, loaded].map((each) => each.predict(inputs)[0].dataSync().join());
  console.log(JSON.stringify({ isRegistered, count, isSame: before === after }));
`;

// The Trainer records its step on Node's wasm as it does on Deno's.
const recorded = `
  import * as library from "@weight-standardization/tfjs";
  import "@tensorflow/tfjs-backend-wasm";
  import { trainNetwork } from "./recorded_training.js";
  library.tf.enableProdMode();
  await library.tf.setBackend("wasm");
  console.log(JSON.stringify(await trainNetwork(library, 5, true)));
`;

/** Runs a command to its end, and returns what it wrote to stdout. */
async function run(cwd: string, command: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, cwd }).output();
  const decoder = new TextDecoder();
  assert.ok(success, `${command} ${args.join(" ")}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

async function isInstalled(command: string): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args: ["--version"] }).output()).success;
  } catch {
    return false;
  }
}

/** Builds and packs the library, and installs it into an empty folder; returns that folder. */
async function installPackage(folder: string): Promise<string> {
  const [built, consumer] = [join(folder, "built"), join(folder, "consumer")];
  const permissions = ["--allow-read", "--allow-write", "--allow-env"];
  const builder = join(root, "packaging", "build_npm.ts");
  const options = ["--repository", "https://github.com/owner/name"];
  await run(root, Deno.execPath(), "run", ...permissions, builder, built, ...options);
  const tarball = (await run(built, "npm", "pack")).trim().split("\n").at(-1)!;
  await Deno.mkdir(consumer);
  await Deno.writeTextFile(join(consumer, "package.json"), `{ "type": "module" }`);
  const quietly = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"];
  await run(consumer, "npm", "install", ...quietly, join(built, tarball), bundler, backend);
  return consumer;
}

/** Ways to find a package's declarations: by its exports, and as it was before there were any. */
const resolutions: Readonly<Record<string, ts.CompilerOptions>> = {
  nodenext: { module: ts.ModuleKind.NodeNext },
  bundler: {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  },
  node10: {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    ignoreDeprecations: "6.0",
  },
};

/** TypeScript's messages, as `file:line code`, that are not about other people's declarations. */
function typeErrors(program: string, resolution: ts.CompilerOptions): string[] {
  const options: ts.CompilerOptions = {
    ...resolution,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
  };
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram([program], options));
  return diagnostics.flatMap(({ file, start = 0, code }) => {
    const [, foreign] = /node_modules\/(.*)/.exec(file?.fileName ?? "") ?? [];
    if (foreign !== undefined && !foreign.startsWith("@weight-standardization/")) return [];
    const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
    return [`${file?.fileName.split("/").at(-1)}:${line} ${code}`];
  });
}

/** The modules of the package that put something into TensorFlow.js's registries, by their text. */
async function modulesThatRegister(installed: string): Promise<string[]> {
  const folders = [
    "src/layers",
    "src/normalization",
    "src/training/optimizers",
    "src/standardization",
  ];
  const found = ["./mod.js"];
  for (const folder of folders) {
    for await (const { name } of Deno.readDir(join(installed, folder))) {
      if (!name.endsWith(".js")) continue;
      const text = await Deno.readTextFile(join(installed, folder, name));
      if (/^tf\.serialization\.registerClass/m.test(text)) found.push(`./${folder}/${name}`);
    }
  }
  assert.ok(found.length > 10, `${found}`);
  return found;
}

Deno.test({
  name: "the npm package runs on Node and has declarations",
  ignore: !(await isInstalled("npm") && await isInstalled("node")),
  fn: async (context) => {
    const folder = await Deno.makeTempDir({ prefix: "npm-test-" });
    try {
      const consumer = await installPackage(folder);
      await context.step("JavaScript", async () => {
        await Deno.writeTextFile(join(consumer, "main.js"), javascript);
        const last = (await run(consumer, "node", "main.js")).trim().split("\n").at(-1)!;
        const { loss, standardized, ...rest } = JSON.parse(last);
        assert.deepEqual(rest, { isOneCopy: true, count: 1, layer: "StandardizedConv2D" });
        assert.ok(loss[1] < loss[0], `loss ${loss}`);
        assert.deepEqual(standardized, [-1, -1, 1, 1]);
      });
      await context.step("TypeScript", async () => {
        const program = join(consumer, "main.ts");
        await Deno.writeTextFile(program, typescript);
        for (const [name, resolution] of Object.entries(resolutions)) {
          assert.deepEqual(typeErrors(program, resolution), ["main.ts:12 2322"], name);
        }
      });
      await context.step("a bundle of what is used, and of what must run", async () => {
        await Deno.writeTextFile(join(consumer, "used.js"), bundled);
        const flags = ["--bundle", "--format=esm", "--external:@tensorflow/tfjs"];
        const output = join(consumer, "bundle.js");
        await run(
          consumer,
          join("node_modules", ".bin", "esbuild"),
          "used.js",
          ...flags,
          `--outfile=${output}`,
        );
        const last = (await run(consumer, "node", "bundle.js")).trim().split("\n").at(-1)!;
        assert.deepEqual(JSON.parse(last), {
          layers: [
            "StandardizedConv2D",
            "TorchGroupNormalization",
            "RepairedReLU",
            "RepairedMaxPooling2D",
          ],
          standardized: 1,
          gradient: 9,
        });
        // Leaving out works at all: nobody asked for it, and nothing of it is registered.
        assert.doesNotMatch(await Deno.readTextFile(output), /class Trainer\b/);
      });
      await context.step("recorded steps on wasm, as on Deno", async () => {
        const training = new URL("../wasm/recorded_training.ts", import.meta.url);
        const { outputText } = ts.transpileModule(await Deno.readTextFile(training), {
          compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
        });
        await Deno.writeTextFile(join(consumer, "recorded_training.js"), outputText);
        await Deno.writeTextFile(join(consumer, "recorded.js"), recorded);
        const last = (await run(consumer, "node", "recorded.js")).trim().split("\n").at(-1)!;
        await library.tf.setBackend("wasm");
        const here = await trainNetwork(library, 5, true);
        const there = JSON.parse(last) as typeof here;
        assert.deepEqual([here.calls, there.calls, there.leaked], [1, 1, here.leaked]);
        // Node 20 has no relaxed SIMD, without which products are rounded twice.
        here.losses.forEach((loss, i) => {
          assert.ok(Math.abs(there.losses[i]! - loss) < 1e-3 * loss, `${there.losses[i]}, ${loss}`);
        });
        assert.equal(there.losses.length, here.losses.length);
      });
      await context.step("files and archives of Keras 3", async () => {
        await Deno.writeTextFile(join(consumer, "files.js"), files);
        const archive = kerasPath("functional.keras");
        const last = (await run(consumer, "node", "files.js", archive)).trim().split("\n").at(-1)!;
        assert.deepEqual(JSON.parse(last), { isRegistered: true, count: 5, isSame: true });
      });
      await context.step("the manifest and the README", async () => {
        const installed = join(consumer, "node_modules", "@weight-standardization", "tfjs");
        const manifest = JSON.parse(await Deno.readTextFile(join(installed, "package.json")));
        for (const file of [manifest.main, manifest.types, ...manifest.sideEffects]) {
          assert.ok((await Deno.stat(join(installed, file))).isFile, file);
        }
        for (const path of await modulesThatRegister(installed)) {
          assert.ok(manifest.sideEffects.includes(path), path);
        }
        assert.ok(manifest.keywords.includes("weight standardization"));
        assert.equal(manifest.repository.url, "git+https://github.com/owner/name.git");
        const readme = await Deno.readTextFile(join(installed, "README.md"));
        assert.match(readme, /\]\(https:\/\/github\.com\/owner\/name\/blob\/HEAD\/docs\/faq\.md\)/);
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
