/** `benchmarks/mod.ts` as a program in a folder elsewhere imports it, by what docs/compare.md says. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { denoFolder } from "./deno_folder.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const program = `
  import { compare } from "@weight-standardization/tfjs/benchmarks";
  import { tf, WeightStandardization } from "@weight-standardization/tfjs";

  const { cells } = await compare({
    suite: "imagenet",
    model: ({ classes, inputShape, seed }) => {
      const kernelInitializer = tf.initializers.glorotUniform({ seed });
      return tf.sequential({ layers: [
        tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, inputShape, kernelInitializer }),
        tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
        tf.layers.dense({ units: classes, kernelInitializer }),
      ] });
    },
    arms: [{ name: "plain" }, { name: "ws", algorithms: [new WeightStandardization()] }],
    seeds: [1],
    settings: { duration: "2ba", warmup: "0ba", evaluations: 1, timingRounds: 0 },
    backend: "wasm",
    out: "run",
    log: () => {},
  });
  console.log(JSON.stringify(cells.map(({ arm, status }) => [arm, status])));
`;

Deno.test("compare() runs from another folder, by the configuration that docs/compare.md has", async () => {
  const folder = await Deno.makeTempDir({ prefix: "linked-import-test-" });
  try {
    const docs = await Deno.readTextFile(join(root, "docs/compare.md"));
    const [, config] = /```json\n([\s\S]*?)```/.exec(docs) ?? [];
    assert.ok(config !== undefined && config.includes("/path/to/checkout"));
    await Deno.writeTextFile(
      join(folder, "deno.json"),
      config.replace("/path/to/checkout", root),
    );
    await Deno.copyFile(join(root, "deno.lock"), join(folder, "deno.lock")); // the same versions
    await Deno.writeTextFile(join(folder, "main.ts"), program);
    const env = { DENO_DIR: await denoFolder(folder), NO_COLOR: "1" };
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--allow-all", ...args, "main.ts"],
        cwd: folder,
        env,
      }).output();
      return {
        code,
        stdout: new TextDecoder().decode(stdout),
        stderr: new TextDecoder().decode(stderr),
      };
    };
    for (const args of [[], ["--config", join(root, "deno.json")]]) {
      const { code, stdout, stderr } = await run(...args);
      assert.equal(code, 0, stderr);
      assert.deepEqual(JSON.parse(stdout.trim().split("\n").at(-1)!), [["plain", "done"], [
        "ws",
        "done",
      ]]);
    }
    const text = program.replaceAll(
      "@weight-standardization/tfjs/benchmarks",
      join(root, "benchmarks/mod.ts"),
    ).replaceAll("@weight-standardization/tfjs", join(root, "mod.ts"));
    await Deno.writeTextFile(join(folder, "main.ts"), text);
    const without = await run("--no-config");
    assert.equal(without.code, 1);
    assert.match(without.stderr, /Import "\S+" not a dependency/, "as docs/compare.md says");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
