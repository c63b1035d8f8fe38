/** The npm package, as a program on Node and a TypeScript program find it after `npm install`. */
import * as assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../..", import.meta.url));

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
  declare const kernel: tf.Tensor4D;
  const standardized: tf.Tensor = standardizeWeights(kernel, { variant: "timm" });
  const model: tf.LayersModel = models.resnet({ depth: 18, classes: 10 });
  const count: number = applyWeightStandardization(model, { nLastLayersIgnore: 1 }).count;
  const fit: Trainer["fit"] = () => { throw new Error(String([standardized, count])) };
  standardizeWeights(kernel, { variant: "none" }); // line 10: no such variant
  export { fit };
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
  await run(root, Deno.execPath(), "run", ...permissions, builder, built);
  const tarball = (await run(built, "npm", "pack")).trim().split("\n").at(-1)!;
  await Deno.mkdir(consumer);
  await Deno.writeTextFile(join(consumer, "package.json"), `{ "type": "module" }`);
  const quietly = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"];
  await run(consumer, "npm", "install", ...quietly, join(built, tarball));
  return consumer;
}

/** TypeScript's messages, as `file:line code`, that are not about other people's declarations. */
function typeErrors(program: string): string[] {
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
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
        assert.deepEqual(typeErrors(program), ["main.ts:10 2322"]);
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
