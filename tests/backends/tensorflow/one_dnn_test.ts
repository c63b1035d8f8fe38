/** TensorFlow reads its switch once, when it is opened: so each case has a process of its own. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { testWithLibrary } from "./harness.ts";

const program = fileURLToPath(new URL("one_dnn_process.ts", import.meta.url));
const folders = "TENSORFLOW_LIB,HOME,XDG_CACHE_HOME";

interface Outcome {
  oneDnn: boolean;
  variable: string | null;
}

/** What becomes of oneDNN under a value of its switch; nothing is asked for, as none may answer. */
async function outcome(
  value: string | undefined,
  allowedEnv = `${folders},TF_ENABLE_ONEDNN_OPTS`,
): Promise<Outcome> {
  const inherited = Object.entries(Deno.env.toObject())
    .filter(([name]) => name !== "TF_ENABLE_ONEDNN_OPTS");
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--allow-ffi", `--allow-env=${allowedEnv}`, program],
    clearEnv: true,
    env: {
      ...Object.fromEntries(inherited),
      ...(value !== undefined && { TF_ENABLE_ONEDNN_OPTS: value }),
    },
    stdin: "null",
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!);
}

testWithLibrary("registerTensorFlowBackend() switches oneDNN on when nothing is said", async () => {
  for (const nothing of [undefined, ""]) {
    const { oneDnn, variable } = await outcome(nothing);
    assert.equal(variable, Deno.build.arch === "x86_64" ? "1" : nothing ?? null);
    if (Deno.build.arch === "x86_64" && Deno.build.os === "linux") assert.equal(oneDnn, true);
  }
});

testWithLibrary("registerTensorFlowBackend() leaves the user's choice of oneDNN", async () => {
  assert.deepEqual(await outcome("0"), { oneDnn: false, variable: "0" });
  assert.equal((await outcome("1")).variable, "1");
});

testWithLibrary("registerTensorFlowBackend() does without leave to switch oneDNN on", async () => {
  assert.equal((await outcome(undefined, folders)).variable, "not readable");
  assert.deepEqual(await outcome("0", folders), { oneDnn: false, variable: "not readable" });
});

/** What a processor without AVX-512 computes by, as far as oneDNN can be told to. */
const surroundings: Readonly<Record<string, Record<string, string>>> = {
  "without oneDNN": { TF_ENABLE_ONEDNN_OPTS: "0" },
  "with oneDNN": { TF_ENABLE_ONEDNN_OPTS: "1" },
  "with oneDNN's kernels for AVX2": { TF_ENABLE_ONEDNN_OPTS: "1", ONEDNN_MAX_CPU_ISA: "AVX2" },
};

for (const [name, env] of Object.entries(surroundings)) {
  testWithLibrary(`a diverged run is seen ${name}`, async () => {
    const tests = ["../../gradients/nan_test.ts", "../../training/checkpoint_test.ts"]
      .map((file) => fileURLToPath(new URL(file, import.meta.url)));
    const permissions = ["--allow-read", "--allow-write", "--allow-env", "--allow-ffi"];
    const which = "--filter=/(NaN|softmax|non-finite).*\\[tensorflow\\]/";
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-check", ...permissions, which, ...tests],
      env: { ...env, NO_COLOR: "1" },
      stdin: "null",
    }).output();
    const text = new TextDecoder().decode(stdout);
    assert.equal(code, 0, text);
    assert.match(text, /the last checkpoint before a non-finite loss is good \[tensorflow\]/);
    assert.ok(Number(/(\d+) passed/.exec(text)?.[1]) > 10, text);
  });
}
