/** How a program ends by an error: the user's in a line, a fault of the program with its stack. */
import assert from "node:assert/strict";
import { missingPermission } from "../../../benchmarks/cli/exit.ts";
import { asUsageError } from "../../../benchmarks/ground/usage_errors.ts";

const program = new URL("ending.ts", import.meta.url).pathname;

async function ended(name: string): Promise<{ code: number; stderr: string }> {
  const args = ["run", "--no-prompt", program, name];
  const env = { NO_COLOR: "1" };
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, env }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

Deno.test("endWith() tells what is the user's in one line", async () => {
  const lines = {
    usage: [2, /^error: Cannot run as it is wrong\n$/],
    data: [3, /^error: Cannot read it as it is broken\n$/],
    memory: [2, /^error: it is full\n$/],
  } as const;
  for (const [name, [code, line]] of Object.entries(lines)) {
    const { stderr, code: actual } = await ended(name);
    assert.match(stderr, line);
    assert.equal(actual, code, name);
  }
});

Deno.test("endWith() tells a fault of the program with its stack, and ends with 70", async () => {
  for (const name of ["refusal", "engine", "type", "tensorflow"]) {
    const { code, stderr } = await ended(name);
    assert.match(stderr, /^error: this is a fault of the program; please report it/, name);
    assert.match(stderr, /\n {4}at .*ending\.ts:\d+/, name);
    assert.equal(code, 70, name);
  }
});

Deno.test("endWith() tells of a missing permission in one line, from a worker too", async () => {
  for (const name of ["permission", "worker"]) {
    const { code, stderr } = await ended(name);
    assert.match(
      stderr,
      /^error: Requires read access to "[^"]+", run again with the --allow-read flag\n$/,
    );
    assert.equal(code, 2, name);
  }
  const { code, stderr } = await ended("wrapped");
  assert.match(
    stderr,
    /^error: Cannot write: Requires write access to .*, run again with the --allow-write flag\n$/,
  );
  assert.equal(code, 2);
});

Deno.test("a suite without permissions names the flag and the task that has it", async () => {
  const suite = new URL("../../../benchmarks/ade20k.ts", import.meta.url).pathname;
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", suite, "--backend", "wasm"],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stderr);
  assert.match(
    text,
    /^error: Requires read access to "[^\n]*--allow-read flag; `deno task bench:ade20k` [^\n]*\n$/,
  );
  assert.equal(code, 2);
});

Deno.test("a suite whose user's own module lacks a permission names the module and no task", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/model.ts`;
    await Deno.writeTextFile(path, 'await fetch("http://127.0.0.1:8765");\nexport default 3;');
    const suite = new URL("../../../benchmarks/ade20k.ts", import.meta.url).pathname;
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--allow-read", suite, "--backend", "wasm", "--model", path],
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder().decode(stderr);
    assert.match(
      text,
      /^error: Cannot load \S+model\.ts: Requires net access .*--allow-net flag\n$/,
    );
    assert.equal(code, 2);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("missingPermission() knows no other error", () => {
  assert.equal(missingPermission(new Error("Requires a model")), undefined);
  assert.equal(missingPermission("text"), undefined);
});

Deno.test("asUsageError() makes the library's refusals the user's, and leaves all else as it is", () => {
  const refusal = new RangeError("Cannot train as seed must be an integer: current value is 0.5");
  const told = asUsageError(refusal) as Error;
  assert.equal(`${told}`, `UsageError: ${refusal.message}`);
  assert.equal(told.cause, refusal);
  const others = [
    new RangeError("Invalid array length"),
    new TypeError("Cannot read properties of undefined (reading 'x')"),
    new Error("Cannot train as it is late"),
    "text",
  ];
  for (const other of others) assert.equal(asUsageError(other), other);
});
