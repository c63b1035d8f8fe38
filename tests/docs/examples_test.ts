/** Each program in docs/examples runs. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readResult } from "../../benchmarks/record/mod.ts";
import { suiteProcess } from "../benchmarks/suite_process.ts";

const root = new URL("../..", import.meta.url).pathname;

Deno.test("docs/examples/compare_two_arms.ts compares its arms", async () => {
  const out = await Deno.makeTempDir({ prefix: "examples-test-" });
  try {
    const permissions = ["--allow-read", "--allow-write", "--allow-run=git", "--allow-ffi"];
    const system = "--allow-sys=cpus,systemMemoryInfo";
    const env =
      "--allow-env=TENSORFLOW_LIB,HOME,XDG_CACHE_HOME,TF_CPP_MIN_LOG_LEVEL,TF_ENABLE_ONEDNN_OPTS";
    const args = ["run", ...permissions, system, env, "docs/examples/compare_two_arms.ts", out];
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root })
      .output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    const arms = lines.map((line) => line.split(" ").slice(0, 2).join(" "));
    assert.deepEqual(arms, ["plain 0", "plain 1", "standardized 0", "standardized 1"]);
    assert.match(await Deno.readTextFile(`${out}/report.md`), /plain against standardized/);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

suiteProcess("bench:imagenet").test("takes docs/examples/norm_arms.ts", async (folder) => {
  const tiny = "--set duration=2ba --set warmup=1ba --set generatedTraining=32 " +
    "--set generatedValidation=8 --set evaluations=1 --set timingRounds=0 --seeds 0,1";
  const line = `--arms docs/examples/norm_arms.ts ${tiny} --backend wasm --out ${folder}`;
  const { code, stderr } = await suiteProcess("bench:imagenet").run(line);
  assert.equal(code, 0, stderr);
  const { arms, contrasts, cells } = await readResult(join(folder, "result.json"));
  assert.deepEqual(arms.map(({ name, settings = {} }) => [name, settings.normalization]), [
    ["bn", undefined],
    ["bn-ws", undefined],
    ["gn", "group"],
    ["gn-ws", "group"],
  ]);
  assert.deepEqual(contrasts!.map(({ name }) => name), ["gn-ws - gn", "GN", "WS", "GN:WS"]);
  assert.deepEqual(cells.map(({ standardizedCount: n }) => n > 0).slice(0, 4), [
    false,
    false,
    true,
    true,
  ]);
  const report = await Deno.readTextFile(join(folder, "report.md"));
  for (const { label } of contrasts!) assert.ok(report.includes(label), label);
});
