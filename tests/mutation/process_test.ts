import assert from "node:assert/strict";
import { join } from "node:path";
import { runProcess } from "./process.ts";
import { withFolder } from "../datasets/files.ts";

const { signal } = new AbortController();
const sh = (script: string, cwd: string, options: object = {}) =>
  runProcess("sh", ["-c", script], { cwd, env: {}, timeoutMs: 60_000, signal, ...options });

/** Whether a process is there, and no zombie. */
async function lives(pid: string): Promise<boolean> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", pid] }).output();
  return /^[^Z]/.test(new TextDecoder().decode(stdout).trim());
}

Deno.test("runProcess() tells whether a process ended well, in its folder and environment", () =>
  withFolder(async (folder) => {
    const passes = async (script: string) => (await sh(script, folder, { env: { A: "b" } })).passed;
    assert.equal(await passes('[ "$A" = b ] && echo x > file'), true);
    assert.equal(await Deno.readTextFile(join(folder, "file")), "x\n");
    assert.equal(await passes("exit 3"), false);
  }));

Deno.test("runProcess() ends a process that takes too long, and what it started", () =>
  withFolder(async (folder) => {
    const started = "sleep 600 & echo $! > pid; wait";
    const { passed, timedOut } = await sh(started, folder, { timeoutMs: 500 });
    assert.deepEqual([passed, timedOut], [false, true]);
    assert.equal(await lives((await Deno.readTextFile(join(folder, "pid"))).trim()), false);
  }));

Deno.test("runProcess() throws what its signal was aborted with, and nothing lives on", () =>
  withFolder(async (folder) => {
    const controller = new AbortController();
    const running = sh("sleep 600 & echo $! > pid; wait", folder, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 500);
    await assert.rejects(running, /enough/);
    assert.equal(await lives((await Deno.readTextFile(join(folder, "pid"))).trim()), false);
  }));
