/** A disk that fills up while a cell is saved: for real, on a small file system or under a limit. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { checkpointStore } from "../../../benchmarks/run/checkpoints/store.ts";
import { assertError, ended, suiteProcess } from "../suite_process.ts";

const { args, run, test } = suiteProcess(
  "bench:ade20k",
  "tests/benchmarks/run/synthetic_suite.ts",
);
const cell = { arm: "ws", seed: 0 };
/** Weights and momentum of about 1 MB. */
const line = (out: string) =>
  `--backend cpu --arms ws --set units=2000 --set waitMs=20 --out ${out}`;

async function command(name: string, ...args: string[]): Promise<boolean> {
  const options = { args, stdout: "null", stderr: "null" } as const;
  return await new Deno.Command(name, options).output().then(({ success }) => success, () => false);
}

const mount = (folder: string, options: string) =>
  command("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder);

/** Runs with a file system of its own, which is small; tells whether this user may mount one. */
async function onSmallDisk(body: (folder: string) => Promise<void>): Promise<boolean> {
  const folder = await Deno.makeTempDir();
  try {
    if (!await mount(folder, "size=2400k")) return false;
    try {
      await body(folder);
    } finally {
      assert.ok(await command("umount", folder));
    }
    return true;
  } finally {
    await Deno.remove(folder);
  }
}

const mayMount = await onSmallDisk(() => Promise.resolve());

Deno.test({
  name: "a run keeps the last good checkpoint when the disk is full",
  ignore: !mayMount,
  fn: () => onSmallDisk(keepsTheLastGoodCheckpoint).then(assert.ok),
});

async function keepsTheLastGoodCheckpoint(out: string): Promise<void> {
  const full = await run(`${line(out)} --set checkpointsToKeep=9`);
  assertError(full, 2, /^error: Cannot write ".*\.safetensors": .*No space left.*\n$/m);
  const warn = (warning: string) => assert.fail(warning);
  const saved = await checkpointStore(out, cell, 9).newest(warn);
  assert.ok(saved !== undefined && saved.step >= 2, "a checkpoint is there and whole");
  const names = [...Deno.readDirSync(join(out, "checkpoints/ws-seed0"))].map(({ name }) => name);
  assert.ok(names.every((name) => !name.endsWith(".tmp")), String(names));
  assert.ok(await mount(out, "remount,size=16m"));
  const resumed = await run(`${line(out)} --resume`);
  assert.equal(resumed.code, 0, resumed.stderr);
}

test("ends in a line where a file may grow no further", async (folder) => {
  const shell = `ulimit -f 700; trap "" XFSZ; exec "$0" "$@"`;
  const options = {
    stdout: "piped",
    stderr: "piped",
    cwd: new URL("../../..", import.meta.url),
  } as const;
  const words = ["-c", shell, Deno.execPath(), ...args(line(folder))];
  const limited = await ended(new Deno.Command("bash", { args: words, ...options }).spawn());
  assertError(limited, 2, /^error: Cannot write ".*\.safetensors": File too large.*\n$/m);
  assert.equal(await checkpointStore(folder, cell, 9).newest(assert.fail), undefined);
});
