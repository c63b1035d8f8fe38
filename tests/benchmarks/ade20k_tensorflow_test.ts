/** The suite on TensorFlow as it is with oneDNN off, where it is off by itself on some processors. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readResult } from "../../benchmarks/record/mod.ts";
import { findLibrary } from "../../src/backends/tensorflow/library.ts";
import { tiny } from "./ade20k_data.ts";
import { ended, suiteProcess } from "./suite_process.ts";

const { args } = suiteProcess("bench:ade20k");

for (const setting of ["0", "1"]) {
  Deno.test({
    name: `bench:ade20k trains with TF_ENABLE_ONEDNN_OPTS=${setting} [tensorflow]`,
    ignore: findLibrary() === undefined,
    async fn() {
      const folder = await Deno.makeTempDir({ prefix: "suite-test-" });
      try {
        const line = `${tiny} --set timingRounds=0 --arms ws --out ${folder}`;
        const process = new Deno.Command(Deno.execPath(), {
          args: args(line.replace("--backend wasm", "--backend tensorflow")),
          cwd: new URL("../..", import.meta.url).pathname,
          env: { TF_ENABLE_ONEDNN_OPTS: setting },
          stdout: "piped",
          stderr: "piped",
          stdin: "null",
        }).spawn();
        const { code, stderr } = await ended(process);
        assert.equal(code, 0, stderr);
        const { cells } = await readResult(join(folder, "result.json"));
        assert.deepEqual(cells.map(({ arm, status }) => [arm, status]), [["ws", "done"]]);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}
