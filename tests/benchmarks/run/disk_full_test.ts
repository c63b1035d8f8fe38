/**
 * A disk that fills up while a cell is saved: for real, on a small file system or under a limit. And
 * one that is too small from the start, where a run that may know so does not begin.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { sha256 } from "../../../benchmarks/ground/sha256.ts";
import { cellPath, readCell, readResult } from "../../../benchmarks/record/mod.ts";
import { checkpointStore } from "../../../benchmarks/run/checkpoints/store.ts";
import { assertError, type Ended, ended, exists, suiteProcess } from "../suite_process.ts";

const { args, run: informed, test } = suiteProcess(
  "bench:ade20k",
  "tests/benchmarks/run/synthetic_suite.ts",
);

const root = new URL("../../..", import.meta.url);

/** A run that is not told how much space there is, as where another program fills the disk later. */
async function run(line: string): Promise<Ended> {
  const words = args(line).map((word) => word.replace(/,statfs$/, ""));
  const options = { args: words, cwd: root, stdout: "piped", stderr: "piped" } as const;
  return await ended(new Deno.Command(Deno.execPath(), options).spawn());
}

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
async function onSmallDisk(
  body: (folder: string) => Promise<void>,
  size = "2400k",
): Promise<boolean> {
  const folder = await Deno.makeTempDir();
  try {
    if (!await mount(folder, `size=${size}`)) return false;
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

Deno.test({
  name: "a run that may not fit the disk is refused before it trains, and leaves what is there",
  ignore: !mayMount,
  fn: () => onSmallDisk(refusesWhatDoesNotFit, "6m").then(assert.ok),
});

async function refusesWhatDoesNotFit(disk: string): Promise<void> {
  const out = join(disk, "out");
  const small = `${line(out)} --set duration=2ba --set evaluations=1`;
  const fits = await informed(small);
  assert.equal(fits.code, 0, fits.stderr);
  assert.match(fits.stderr, /^writes into .*, about [2-5]\.\d MB at most: /m);
  const before = await Deno.readTextFile(join(out, "result.json"));
  const large = `${line(out)} --force --set checkpointsToKeep=9`;
  const refused = await informed(large);
  assertError(
    refused,
    2,
    /^error: Cannot begin as .* has [3-6]\.\d MB of space and the run may need \d+\.\d MB, .*--keep/m,
  );
  assert.doesNotMatch(refused.stderr, /step \d/);
  assert.equal(await Deno.readTextFile(join(out, "result.json")), before);
  assert.equal(await exists(join(out, "checkpoints")), false);
  const planned = await informed(`${large} --dry-run`);
  assert.match(planned.stdout, /^disk: .* are free there, so that the run would be refused$/m);
  assert.ok(await mount(disk, "remount,size=60m"));
  assert.equal((await informed(large)).code, 0);
}

Deno.test({
  name: "a run keeps the records of its cells when the disk is full of weights",
  ignore: !mayMount,
  fn: () => onSmallDisk(keepsTheRecords, "900k").then(assert.ok),
});

/** Weights of half a megabyte, and no checkpoints: those of the second cell do not fit. */
async function keepsTheRecords(out: string): Promise<void> {
  const two = `${line(out)} --seeds 0,1 --set checkpointInterval=0ba`;
  const full = await run(two);
  assertError(
    full,
    2,
    /^error: Cannot write ".*ws-seed1-last\.safetensors": .*No space left.*\n$/m,
  );
  const record = await readCell(cellPath(out, cell));
  const { cells } = await readResult(join(out, "result.json"));
  assert.deepEqual(cells, [record]);
  const bytes = await Deno.readFile(join(out, record.weights!.last!.path));
  assert.equal(await sha256(bytes), record.weights!.last!.sha256);
  assert.deepEqual([...Deno.readDirSync(join(out, "weights"))].length, 1, "no part of a file");
  assert.ok(await mount(out, "remount,size=16m"));
  const resumed = await run(`${two} --resume`);
  assert.equal(resumed.code, 0, resumed.stderr);
  const whole = await readResult(join(out, "result.json"));
  assert.ok(whole.cells.every(({ weights }) => weights?.last !== undefined));
}

test("ends in a line where a file may grow no further", async (folder) => {
  const shell = `ulimit -f 700; trap "" XFSZ; exec "$0" "$@"`;
  const options = {
    stdout: "piped",
    stderr: "piped",
    cwd: root,
  } as const;
  const words = ["-c", shell, Deno.execPath(), ...args(line(folder))];
  const limited = await ended(new Deno.Command("bash", { args: words, ...options }).spawn());
  assertError(limited, 2, /^error: Cannot write ".*\.safetensors": File too large.*\n$/m);
  assert.equal(await checkpointStore(folder, cell, 9).newest(assert.fail), undefined);
});
