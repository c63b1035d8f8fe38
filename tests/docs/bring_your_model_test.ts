/** The programs of docs/bring_your_model.md, and its Python where this machine has the packages. */
import assert from "node:assert/strict";
import { join } from "node:path";
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

/** Runs an example with the permissions that it says. */
async function example(name: string, ...args: string[]): Promise<string[]> {
  const file = `docs/examples/${name}`;
  const [, flags = ""] =
    new RegExp(`deno run ((?:--\\S+ )+)${file}`).exec(Deno.readTextFileSync(join(root, file))) ??
      [];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags.trim().split(" "), file, ...args],
    cwd: root,
  }).output();
  assert.equal(code, args.length === 0 ? 2 : 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim().split("\n");
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
