/** The programs of docs/bring_your_model.md, and its Python where this machine has the packages. */
import assert from "node:assert/strict";
import { join } from "node:path";
import * as library from "../../mod.ts";
import { readSafetensors, writeSafetensors } from "../../src/models/safetensors.ts";
import { torchPython, withTorch } from "../benchmarks/timing/torch_python.ts";

const root = new URL("../..", import.meta.url).pathname;
const page = Deno.readTextFileSync(join(root, "docs/bring_your_model.md"));

/** The page's blocks of Python that have a text. */
function pythonWith(text: string): string {
  const blocks = Array.from(page.matchAll(/```python\n(.*?)```/gs), ([, code]) => code!);
  const [block, ...others] = blocks.filter((code) => code.includes(text));
  assert.ok(block !== undefined && others.length === 0, text);
  return block;
}

/** Runs an example with the permissions that it says, to its good end, and gives its output. */
async function example(name: string, ...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await run(name, args);
  assert.equal(code, args.length === 0 ? 2 : 0, stderr);
  return stdout.trim().split("\n");
}

async function run(name: string, args: string[]) {
  const file = `docs/examples/${name}`;
  const [, flags = ""] =
    new RegExp(`deno run ((?:--\\S+ )+)${file}`).exec(Deno.readTextFileSync(join(root, file))) ??
      [];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags.trim().split(" "), file, ...args],
    cwd: root,
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, stdout: out!, stderr: err! };
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "bring-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("docs/examples/keep_keras3_model.ts keeps a standardized model", () =>
  withFolder(async (folder) => {
    const archive = "tests/models/fixtures/keras3/functional.keras";
    const lines = await example("keep_keras3_model.ts", archive, join(folder, "kept"));
    assert.deepEqual(lines, ["5 convolutions standardized", "outputs differ by 0"]);
    const names = Array.from(Deno.readDirSync(join(folder, "kept")), ({ name }) => name).sort();
    assert.deepEqual(names, ["model.json", "weights.bin"]);
    await example("keep_keras3_model.ts"); // says what it wants
  }));

const models = [["torchvision", "resnet50"], ["timm", "resnet50"]] as const;
for (const [library, model] of models) {
  Deno.test({
    name: `docs/bring_your_model.md: ${library}'s weights get a new head ${withTorch}`,
    ignore: torchPython === undefined,
    fn: () =>
      withFolder(async (folder) => {
        // Random weights: a test downloads nothing.
        const code = pythonWith(`import ${library}`)
          .replace('weights="IMAGENET1K_V2"', "weights=None")
          .replace("pretrained=True", "pretrained=False");
        assert.match(code, /None|False/);
        const { success, stderr } = await new Deno.Command(torchPython!, {
          args: ["-c", code],
          cwd: folder,
        }).output();
        assert.ok(success, new TextDecoder().decode(stderr));
        const file = join(folder, `${model}.safetensors`);
        assert.deepEqual(await example("new_head.ts", file, "50", "7"), [
          "265 weights loaded",
          "misshapen: fc.weight [1000,2048], must be [7,2048]",
          "misshapen: fc.bias [1000], must be [7]",
        ]);
      }),
  });
}

Deno.test("docs/examples/new_head.ts says what it wants", async () => {
  await example("new_head.ts");
});

Deno.test("the examples say in a line what is wrong with a file", () =>
  withFolder(async (folder) => {
    // All weights of the network, and one more in its body.
    const model = library.models.resnet({ depth: 18, classes: 2 });
    const { tensors } = readSafetensors(library.models.saveTorchWeights(model));
    const more = { dtype: "F32", shape: [1], bytes: new Uint8Array(4) };
    const other = join(folder, "other.safetensors");
    const whole = new Map([...tensors, ["layer1.0.se.fc1.bias", more] as const]);
    await Deno.writeFile(other, writeSafetensors({ tensors: whole, metadata: new Map() }));
    const none = join(folder, "none");
    const cases: [string, string[], RegExp][] = [
      [
        "new_head.ts",
        [other, "18", "7"],
        /^Cannot take .*: 1 weights differ, such as extra: layer1/,
      ],
      ["new_head.ts", [none, "18", "7"], /^No such file/],
      ["new_head.ts", [other, "19", "7"], /^Cannot build a ResNet as depth must be one of/],
      ["keep_keras3_model.ts", [other, folder], /^Cannot read .* as it must be an archive of/],
    ];
    for (const [name, args, message] of cases) {
      const { code, stderr } = await run(name, args);
      assert.equal(code, 1, stderr);
      assert.match(stderr.trim().split("\n").at(-1)!, message);
      assert.doesNotMatch(stderr, /\n +at /);
    }
  }));
