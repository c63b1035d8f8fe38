import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sourceOf } from "../../../benchmarks/run/source.ts";

const source = new URL("../../../benchmarks/run/source.ts", import.meta.url);

Deno.test("sourceOf() is the path as given and the SHA-256 of the file", async () => {
  const folder = await Deno.makeTempDir({ prefix: "source-" });
  try {
    const path = join(folder, "arms.ts");
    await Deno.writeTextFile(path, "abc");
    assert.deepEqual(await sourceOf(path), {
      path,
      sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("mainProgram() is the program that was started, from the folder it was started in", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "source-" }));
  try {
    const text =
      `import { mainProgram } from "${source.href}";\nconsole.log(JSON.stringify(await mainProgram()));\n`;
    await Deno.mkdir(join(folder, "bench"));
    await Deno.writeTextFile(join(folder, "bench/mine.ts"), text);
    const config = fileURLToPath(new URL("../../../deno.json", import.meta.url));
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--allow-read", `--config=${config}`, "bench/mine.ts"],
      cwd: folder,
    }).output();
    const { path, sha256 } = JSON.parse(new TextDecoder().decode(stdout));
    assert.deepEqual([path, sha256], [
      "bench/mine.ts",
      (await sourceOf(join(folder, path))).sha256,
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
