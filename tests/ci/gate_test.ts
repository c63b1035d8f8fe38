/** `.ci/run`, with stand-ins for the programs that it calls. */
import assert from "node:assert/strict";
import { join } from "node:path";

/** Deno's stand-in: ends each run of tests as the variables say, and notes what it was told. */
const deno = `#!/usr/bin/env bash
echo "oneDNN \${TF_ENABLE_ONEDNN_OPTS-unset}: $*" >>"$CALLS"
case "$*" in
--version) echo "deno 2.9.6 (stable)" ;;
"task test") echo "running 14 tests"; echo "$ALL"; exit "\${ALL_CODE:-0}" ;;
"task test --filter [tensorflow]") echo "$SOME"; exit "\${SOME_CODE:-0}" ;;
"task ok") exit "\${GATE_CODE:-0}" ;;
esac`;

/** Runs a copy of `.ci/run` in a folder of its own. */
async function run(env: Record<string, string>) {
  const root = await Deno.makeTempDir({ prefix: "gate-" });
  try {
    for (const folder of ["bin", ".ci"]) await Deno.mkdir(join(root, folder));
    await Deno.copyFile(new URL("../../.ci/run", import.meta.url), join(root, ".ci/run"));
    for (const [name, body] of [["deno", deno], ["apt-get", "#!/bin/sh\nexit 0"]] as const) {
      await Deno.writeTextFile(join(root, "bin", name), `${body}\n`);
      await Deno.chmod(join(root, "bin", name), 0o755);
    }
    const { code, stdout, stderr } = await new Deno.Command("bash", {
      args: [join(root, ".ci/run")],
      env: {
        PATH: `${join(root, "bin")}:${Deno.env.get("PATH")}`,
        CALLS: join(root, "calls"),
        ALL: "ok | 12 passed (3 steps) | 0 failed | 1 ignored (2s)",
        SOME: "ok | 5 passed | 0 failed | 7 filtered out (1s)",
        ...env,
      },
    }).output();
    const text = new TextDecoder(), lines = text.decode(stdout).trimEnd().split("\n");
    const calls = (await Deno.readTextFile(join(root, "calls"))).trimEnd().split("\n");
    return { code, lines, calls, stderr: text.decode(stderr) };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test(".ci/run runs TensorFlow's tests with oneDNN on and off, and adds all up", async () => {
  const { code, lines, calls, stderr } = await run({});
  assert.equal(code, 0, stderr);
  assert.deepEqual(lines.slice(-4), [
    "all tests, oneDNN on: 12 passed, 0 failed",
    "TensorFlow's tests, oneDNN off: 5 passed, 0 failed",
    "gate: passed",
    "18 passed, 0 failed",
  ]);
  assert.deepEqual(calls.slice(-3), [
    "oneDNN 1: task test",
    "oneDNN 0: task test --filter [tensorflow]",
    "oneDNN unset: task ok",
  ]);
});

Deno.test(".ci/run fails where any of its parts does, and goes on to the last", async () => {
  const failing = "FAILED | 4 passed | 1 failed | 7 filtered out (1s)";
  const cases: [Record<string, string>, closing: string][] = [
    [{ ALL: "FAILED | 10 passed | 2 failed (2s)", ALL_CODE: "1" }, "16 passed, 2 failed"],
    [{ SOME: failing, SOME_CODE: "1" }, "17 passed, 1 failed"],
    [{ SOME: "Segmentation fault", SOME_CODE: "139" }, "13 passed, 1 failed"],
    [{ ALL_CODE: "1" }, "18 passed, 1 failed"],
    [{ GATE_CODE: "1" }, "17 passed, 1 failed"],
  ];
  for (const [env, closing] of cases) {
    const { code, lines, calls } = await run(env);
    assert.equal(code, 1, closing);
    assert.equal(lines.at(-1), closing);
    assert.match(calls.at(-1)!, /task ok$/);
  }
});
