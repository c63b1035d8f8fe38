/** What a process has opened before TensorFlow stays open: so each case has a process of its own. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { adapter } from "../webgpu/harness.ts";
import { libraryFolder } from "./harness.ts";

const program = fileURLToPath(new URL("open_apart_process.ts", import.meta.url));

/** Trains behind a WebGPU device. */
async function train(): Promise<{ hasDevice: boolean; losses: number[] }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", "--allow-env", "--allow-ffi", program],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!);
}

Deno.test({
  name: "TensorFlow trains in a process that opened a WebGPU device before it [tensorflow]",
  ignore: libraryFolder === undefined || adapter === null,
  fn: async () => {
    // Of twelve weights w = 1, each row's sum is 4; the gradient of the mean of squares is 2 · 4 / 3.
    const { hasDevice, losses: [first = NaN, second = NaN] } = await train();
    assert.ok(hasDevice);
    assert.equal(first, 16);
    assert.ok(Math.abs(second - (4 * (1 - 0.5 * 8 / 3)) ** 2) < 1e-5, `${second}`);
  },
});
