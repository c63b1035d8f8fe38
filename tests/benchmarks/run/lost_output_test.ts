/** Runs that nobody can be told of any more: the terminal is gone, or whoever read the pipe. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { cellPath, readCell } from "../../../benchmarks/record/mod.ts";
import { notByNohup, suiteProcess, withDefaultSignals, written } from "../suite_process.ts";

const { args, spawn, run, test } = suiteProcess(
  "bench:ade20k",
  "tests/benchmarks/run/synthetic_suite.ts",
);
const line = (out: string) => `--backend cpu --arms ws --out ${out} --set waitMs=60`;
const checkpoint = (out: string) => join(out, "checkpoints/ws-seed0/step-00000004.json");
const terminal = new URL("../cli/signals/lost_terminal.py", import.meta.url).pathname;
const python = await new Deno.Command("python3", { args: ["--version"] }).output()
  .then(({ success }) => success && Deno.build.os !== "windows", () => false);

async function assertSaved(out: string): Promise<void> {
  assert.equal((await readCell(cellPath(out, { arm: "ws", seed: 0 }))).status, "interrupted");
  assert.equal((await run(`${line(out)} --resume`)).code, 0);
}

if (python) {
  test("saves the cell when its terminal is gone, and ends with 4", async (out) => {
    const command = [terminal, checkpoint(out), Deno.execPath(), ...args(line(out))];
    const cwd = new URL("../../..", import.meta.url).pathname;
    const options = {
      args: command,
      cwd,
      env: notByNohup,
      stdin: "null",
      stdout: "null",
      stderr: "inherit",
    } as const;
    const { code } = await withDefaultSignals(() => new Deno.Command("python3", options).spawn())
      .status;
    assert.equal(code, 4);
    await assertSaved(out);
  });
}

test("goes on without whoever read what it says", async (out) => {
  const process = spawn(line(out));
  await written(checkpoint(out), process);
  await Promise.all([process.stdout.cancel(), process.stderr.cancel()]);
  process.kill("SIGTERM");
  assert.equal((await process.status).code, 4);
  await assertSaved(out);
});
