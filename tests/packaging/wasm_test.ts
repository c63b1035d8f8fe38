import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { targets } from "../../packaging/compile_wasm.ts";
import { withFolder } from "../datasets/files.ts";

const root = new URL("../../", import.meta.url);

Deno.test("each WebAssembly binary is what its AssemblyScript compiles to", async () => {
  await withFolder(async (dir) => {
    const script = fileURLToPath(new URL("packaging/compile_wasm.ts", root));
    const apart = ["--no-config", "--no-lock", "--node-modules-dir=none"];
    const permissions = ["--allow-read", "--allow-write", "--allow-env"];
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", ...apart, ...permissions, script, dir],
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    for (const [, output] of targets) {
      const built = await Deno.readFile(`${dir}/${output}`);
      assert.deepEqual(built, await Deno.readFile(new URL(output, root)), output);
    }
  });
});
