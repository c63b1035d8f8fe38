/** Runs that are stopped inside of a cell, in every way, and gone on with. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readLog } from "./logging/read_log.ts";
import { cellPath, type CellRecord, readCell, readResult } from "../../../benchmarks/record/mod.ts";
import {
  assertError,
  ended,
  exists,
  measuredFields,
  suiteProcess,
  untimed,
  written,
} from "../suite_process.ts";

const { spawn, spawnIgnoring, run, test } = suiteProcess(
  "bench:ade20k",
  "tests/benchmarks/run/synthetic_suite.ts",
);
const line = (out: string) => `--backend cpu --arms ws --out ${out}`;
const slow = "--set waitMs=60";
const first = { arm: "ws", seed: 0 };

const checkpoint = (out: string, step: number) =>
  join(out, "checkpoints", "ws-seed0", `step-${String(step).padStart(8, "0")}.json`);

/**
 * A record without what a clock or the memory measured, without the traces of a resuming, and without
 * the hash of weights, whose file tells the settings.
 */
async function lasting(out: string): Promise<Partial<CellRecord>> {
  const record: Partial<CellRecord> = await readCell(cellPath(out, first));
  for (const key of measuredFields) delete record[key];
  assert.ok(record.weights?.last !== undefined);
  delete record.weights;
  return record;
}

/** What a run without a stop leaves, made once. */
let uninterrupted: ReturnType<typeof traces> | undefined;

async function runThrough(settings = "") {
  const out = await Deno.makeTempDir();
  try {
    assert.equal((await run(`${line(out)} ${settings}`)).code, 0);
    return await traces(out);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

async function traces(out: string) {
  return { csv: await untimed(out), record: await lasting(out), steps: await steps(out) };
}

/** Fails unless a run with stops came to what a run without one comes to. */
async function assertAsUninterrupted(
  out: string,
  expected = uninterrupted ??= runThrough(),
): Promise<void> {
  const [mine, theirs] = [await traces(out), await expected];
  assert.deepEqual(mine, theirs);
  assert.deepEqual(mine.steps.map(({ step }) => step), Array.from({ length: 12 }, (_, i) => i + 1));
  assert.ok(!await exists(checkpoint(out, 12)), "the record stands for the checkpoints");
}

/** What the log tells of steps and evaluations. */
async function steps(out: string) {
  const lines = await readLog(join(out, "logs", "ws-seed0.jsonl"));
  assert.equal(lines[0]!.event, "init");
  assert.equal(lines.filter(({ event }) => event === "init").length, 1);
  assert.equal(lines.at(-1)!.event, "cellEnd");
  const evaluations = lines.filter(({ event }) => event === "evalEnd").map(({ step }) => step);
  assert.deepEqual(evaluations, [4, 8, 12]);
  return lines.flatMap((line) =>
    line.event === "stepEnd"
      ? [{ step: line.step, loss: line.loss, learningRate: line.learningRate }]
      : []
  );
}

for (const signal of ["SIGINT", "SIGHUP", "SIGTERM", "SIGUSR1"] as const) {
  test(`saves the cell at ${signal}, ends with 4 and goes on to the same end`, async (out) => {
    const process = spawn(`${line(out)} ${slow}`);
    await written(checkpoint(out, 4), process);
    process.kill(signal);
    const { code, stderr } = await ended(process);
    assert.equal(code, 4, stderr);
    assert.match(stderr, /stopping after what is under way.*--resume goes on/s);
    const stopped = await readCell(cellPath(out, first));
    assert.equal(stopped.status, "interrupted");
    assert.ok(await exists(checkpoint(out, stopped.steps)), "saved where it stopped");
    const resumed = await run(`${line(out)} ${slow} --resume`);
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.match(resumed.stderr, new RegExp(`goes on after step ${stopped.steps}/12`));
    const { resumedAt, startedAt } = await readCell(cellPath(out, first));
    assert.deepEqual([resumedAt, startedAt], [[stopped.steps], stopped.startedAt]);
    await assertAsUninterrupted(out);
  });
}

test("goes on with averaged, clipped weights, the best of which it keeps", async (out) => {
  const settings = "--set averageHalfLife=3ba --set maxGradientNorm=0.5 --set patience=12ba";
  const process = spawn(`${line(out)} ${slow} ${settings}`);
  await written(checkpoint(out, 6), process);
  process.kill("SIGINT");
  const { code, stderr } = await ended(process);
  assert.equal(code, 4, stderr);
  assertError(await run(`${line(out)} ${slow} --resume`), 2, /config\.(average|max|patience)/);
  const resumed = await run(`${line(out)} ${slow} ${settings} --resume`);
  assert.equal(resumed.code, 0, resumed.stderr);
  const { restoredStep, evaluations, metrics } = await readCell(cellPath(out, first));
  const best = evaluations.find(({ step }) => step === restoredStep);
  assert.equal(metrics.accuracy, best!.metrics.accuracy);
  assert.equal(metrics.accuracy, Math.max(...evaluations.map((each) => each.metrics.accuracy!)));
  await assertAsUninterrupted(out, runThrough(settings));
});

for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"] as const) {
  test(`runs to its end though ${signal} comes, where it was started so that it is ignored`, async (out) => {
    const process = spawnIgnoring([signal], `${line(out)} ${slow}`);
    await written(checkpoint(out, 4), process);
    process.kill(signal);
    const { code, stderr } = await ended(process);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /stopping/);
    await assertAsUninterrupted(out);
  });
}

test("saves the cell at SIGTERM though SIGHUP is ignored", async (out) => {
  const process = spawnIgnoring(["SIGHUP"], `${line(out)} ${slow}`);
  await written(checkpoint(out, 4), process);
  process.kill("SIGHUP");
  process.kill("SIGTERM");
  const { code, stderr } = await ended(process);
  assert.equal(code, 4, stderr);
  assert.equal((await readCell(cellPath(out, first))).status, "interrupted");
});

test("goes on from the last checkpoint of a process that was killed", async (out) => {
  const process = spawn(`${line(out)} ${slow}`);
  await written(checkpoint(out, 6), process);
  process.kill("SIGKILL");
  await ended(process);
  assert.deepEqual((await readResult(join(out, "result.json"))).cells, []);
  await Deno.writeTextFile(
    join(out, "checkpoints/ws-seed0", `x.${crypto.randomUUID()}.tmp`),
    "left by the process",
  );
  assertError(await run(line(out)), 2, /holds a run already/);
  const resumed = await run(`${line(out)} ${slow} --resume`);
  assert.equal(resumed.code, 0, resumed.stderr);
  const { resumedAt } = await readCell(cellPath(out, first));
  assert.ok(resumedAt?.length === 1 && [6, 8].includes(resumedAt[0]!), String(resumedAt));
  await assertAsUninterrupted(out);
});

test("passes a damaged checkpoint over, and says so", async (out) => {
  const process = spawn(`${line(out)} ${slow}`);
  await written(checkpoint(out, 6), process);
  process.kill("SIGKILL");
  await ended(process);
  const kept = [...Deno.readDirSync(join(out, "checkpoints/ws-seed0"))];
  const newest = kept.map(({ name }) => name).sort().at(-1)!;
  const path = join(out, "checkpoints/ws-seed0", newest);
  await Deno.writeFile(path, (await Deno.readFile(path)).subarray(0, -1));
  const resumed = await run(`${line(out)} ${slow} --resume`);
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.match(resumed.stderr, /warning: the checkpoint .* is passed over: step-.* bytes long/);
  await assertAsUninterrupted(out);
});

test("stops at once at a second signal, and leaves what can be gone on with", async (out) => {
  const process = spawn(`${line(out)} --set waitMs=3000 --set checkpointInterval=1ba`);
  await written(checkpoint(out, 1), process);
  await new Promise((resolve) => setTimeout(resolve, 300)); // the next step waits for its batch
  process.kill("SIGINT");
  process.kill("SIGINT"); // the same Ctrl-C, passed on by a task runner
  await new Promise((resolve) => setTimeout(resolve, 900));
  process.kill("SIGINT");
  const { code, signal } = await process.output();
  assert.equal(signal, "SIGINT", `ended with ${code}`);
  const resumed = await run(`${line(out)} --set waitMs=0 --resume`);
  assertError(resumed, 2, /differs in config\./);
  assert.ok(await exists(checkpoint(out, 1)));
});

test("goes on from no checkpoint of a run that is replaced", async (out) => {
  const process = spawn(`${line(out)} ${slow}`);
  await written(checkpoint(out, 4), process);
  process.kill("SIGINT");
  await ended(process);
  const log = await Deno.readTextFile(join(out, "logs/ws-seed0.jsonl"));
  const wrong = await run(`${line(out)} --force --set learningRate=-1`);
  assert.equal(wrong.code, 2);
  assert.equal(await Deno.readTextFile(join(out, "logs/ws-seed0.jsonl")), log);
  const again = await run(`${line(out)} ${slow} --force`);
  assert.equal(again.code, 0, again.stderr);
  assert.equal((await readCell(cellPath(out, first))).resumedAt, undefined);
  await assertAsUninterrupted(out);
});

test("says what can be done where result.json is cut off", async (out) => {
  assert.equal((await run(line(out))).code, 0);
  await Deno.truncate(join(out, "result.json"), 100);
  assertError(await run(`${line(out)} --resume`), 2, /not JSON.*only result\.json tells.*--force/);
});

test("goes on with no run of an earlier release whose settings are others", async (folder) => {
  assert.equal((await run(line(folder))).code, 0);
  const path = join(folder, "result.json");
  const { kind: _, contrasts: __, config, ...fields } = JSON.parse(await Deno.readTextFile(path));
  const earlier = { ...fields, schemaVersion: 1, config: { ...config, warmupSteps: 0 } };
  await Deno.writeTextFile(path, JSON.stringify(earlier));
  assertError(
    await run(`${line(folder)} --resume`),
    2,
    /differs in config\.warmupSteps \(0 and none\): an earlier release wrote it, so go on with/,
  );
  assert.deepEqual(JSON.parse(await Deno.readTextFile(path)), earlier);
});

test("removes what a kill after a cell's record has left", async (out) => {
  assert.equal((await run(line(out))).code, 0);
  await Deno.mkdir(join(out, "checkpoints/ws-seed0"), { recursive: true });
  await Deno.writeTextFile(checkpoint(out, 12), "{}");
  await Deno.writeTextFile(join(out, ".writable-0123"), "");
  assert.equal((await run(`${line(out)} --resume`)).code, 0);
  assert.ok(!await exists(join(out, "checkpoints")) && !await exists(join(out, ".writable-0123")));
  await assertAsUninterrupted(out);
});
