/** Each program in docs/examples runs. */
import assert from "node:assert/strict";

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
