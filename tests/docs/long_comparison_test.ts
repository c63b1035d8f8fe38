/** docs/examples/long_comparison.ts: stopped and gone on with, in parts, and its weights used. */
import assert from "node:assert/strict";
import { join } from "node:path";
import {
  ComparisonError,
  type ComparisonResult,
  loadWeights,
  mergeRuns,
  readRun,
  writeReport,
} from "../../benchmarks/mod.ts";
import { tf } from "../../mod.ts";
import { predict, run } from "../../docs/examples/long_comparison.ts";
import { imagenet } from "../../benchmarks/tasks/suites.ts";
import { readEvents } from "../benchmarks/run/logging/read_events.ts";
import {
  ended,
  exists,
  measuredFields,
  notByNohup,
  untimed,
  withDefaultSignals,
  written,
} from "../benchmarks/suite_process.ts";

const root = new URL("../..", import.meta.url).pathname;
const program = "docs/examples/long_comparison.ts";
const quiet = { log: () => {}, loaderThreads: 0 };

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "long-comparison-test-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const measured: ReadonlySet<string> = new Set(measuredFields);

/** A record without what differs from one time, or program, to the next: weights' hashes stay. */
function lasting({ cells, ...result }: ComparisonResult): unknown {
  const { createdAt: _, environment: __, source: ___, ...rest } = result as unknown as Record<
    string,
    unknown
  >;
  const kept = cells.map((cell) =>
    Object.fromEntries(Object.entries(cell).filter(([key]) => !measured.has(key)))
  );
  return { ...rest, cells: kept };
}

let whole: { folder: string; result: ComparisonResult } | undefined;

/** The run that nothing disturbed, made once. */
async function undisturbed() {
  if (whole === undefined) {
    const folder = await Deno.makeTempDir({ prefix: "long-comparison-whole-" });
    globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
    whole = { folder, result: await run(folder, quiet) };
  }
  return whole;
}

function spawn(...words: string[]): Deno.ChildProcess {
  const permissions = ["read", "write", "env", "ffi", "sys", "run=git"];
  return withDefaultSignals(() =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", ...permissions.map((name) => `--allow-${name}`), program, ...words],
      ...{ cwd: root, stdout: "piped", stderr: "piped", stdin: "null", env: notByNohup },
    }).spawn()
  );
}

/** The scalars of a cell's event files, the processes' in their order. */
async function scalarsOf(folder: string, cell: string, tag: string) {
  const names = [...Deno.readDirSync(join(folder, "tensorboard", cell))].map(({ name }) => name);
  const files = await Promise.all(
    names.sort().map((name) => Deno.readFile(join(folder, "tensorboard", cell, name))),
  );
  return files.flatMap((bytes) => readEvents(bytes)).flatMap(({ step, values }) =>
    values?.[tag] === undefined ? [] : [[step, values[tag]]]
  );
}

Deno.test("the example stops in the middle of a cell, and goes on to the record of one that did not", () =>
  withFolder(async (out) => {
    const stop = new AbortController();
    const reason = new Error("enough");
    const seen: string[] = [];
    const error = await run(out, {
      ...quiet,
      signal: stop.signal,
      onProgress(event) {
        if (event.event === "timing") return;
        seen.push(`${event.event} ${event.arm} ${event.seed} ${event.step}/${event.totalSteps}`);
        if (event.event === "step" && event.cell === 2 && event.step === 7) stop.abort(reason);
      },
    }).then(() => assert.fail("it was not stopped"), (error) => error);
    assert.ok(error instanceof ComparisonError, `${error}`);
    assert.deepEqual([error.ending, error.cause], ["interrupted", reason]);
    assert.equal(
      error.message,
      `Interrupted with 1 cell done: the same call with resume: true goes on in ${out}`,
    );
    assert.deepEqual(error.result, await readRun(out));
    assert.deepEqual(
      error.result!.cells.map(({ arm, status, steps }) => [arm, status, steps]),
      [["plain", "done", 12], ["ws", "interrupted", 7]],
    );
    assert.deepEqual(seen.filter((line) => !line.startsWith("step")), [
      "cellStart plain 0 0/12",
      ...[4, 8, 12].map((step) => `evaluation plain 0 ${step}/12`),
      "cellEnd plain 0 12/12",
      "cellStart ws 0 0/12",
      "evaluation ws 0 4/12",
      "cellEnd ws 0 7/12",
    ]);
    assert.ok(await exists(join(out, "checkpoints/ws-seed0/step-00000007.json")));
    const starts: number[] = [];
    const result = await run(out, {
      ...quiet,
      onProgress: (event) => void (event.event === "cellStart" && starts.push(event.step)),
    });
    assert.deepEqual(starts, [7, 0, 0, 0, 0], "of what was left, one was begun");
    const expected = await undisturbed();
    assert.deepEqual(lasting(result), lasting(expected.result));
    const { curve, evaluations } = result.cells.find(({ arm, seed }) =>
      arm === "ws" && seed === 0
    )!;
    assert.deepEqual(
      await scalarsOf(out, "ws-seed0", "train/loss"),
      curve.map(({ step, loss }) => [step, Math.fround(loss)]),
      "two processes' event files are one curve",
    );
    assert.deepEqual(
      await scalarsOf(out, "ws-seed0", "eval/top1"),
      evaluations.map(({ step, metrics }) => [step, Math.fround(metrics.top1!)]),
    );
  }));

Deno.test("the example ends with 4 at Ctrl-C, and the same command goes on", () =>
  withFolder(async (out) => {
    const process = spawn(out);
    await written(join(out, "checkpoints/plain-seed0/step-00000004.json"), process);
    process.kill("SIGINT");
    const { code, stderr } = await ended(process);
    assert.equal(code, 4, stderr);
    assert.match(stderr, /^Interrupted with \d cells? done: the same call with resume: true/m);
    const again = await ended(spawn(out));
    assert.equal(again.code, 0, again.stderr);
    assert.equal(again.stdout.trim().split("\n").length, 6);
    const expected = await undisturbed();
    assert.deepEqual(lasting(await readRun(out)), lasting(expected.result));
  }));

Deno.test("the example's parts, merged, are the whole", () =>
  withFolder(async (folder) => {
    const parts = [1, 2].map((i) => join(folder, `${i}`));
    await run(parts[0]!, { ...quiet, shard: "1/2" });
    const second = await run(parts[1]!, { ...quiet, shard: "2/2" });
    assert.equal(second.cells.length, 3);
    const merged = join(folder, "merged");
    const result = await mergeRuns(parts, merged);
    const expected = await undisturbed();
    assert.deepEqual(lasting(result), lasting(expected.result));
    assert.deepEqual(await untimed(merged), await untimed(expected.folder));
    const reversed = await mergeRuns(parts.toReversed(), merged);
    assert.deepEqual(reversed.cells, result.cells);
    assert.deepEqual(lasting(reversed), lasting(result));
    await Deno.remove(join(merged, "report.md"));
    assert.equal(await writeReport(merged), join(merged, "report.html"));
    assert.match(
      await Deno.readTextFile(join(merged, "report.md")),
      /plain against ws against wide/,
    );
    await assert.rejects(mergeRuns(parts, expected.folder), {
      name: "UsageError",
      message: /holds a run already: force: true replaces it, out writes elsewhere$/,
    });
    await assert.rejects(mergeRuns([], merged), /UsageError: .* folders must be a list of runs/);
    await assert.rejects(mergeRuns(parts, merged, { forced: true } as object), /Unknown option/);
  }));

Deno.test("the example's kept weights load, and predict what the run predicted", async () => {
  const { folder, result } = await undisturbed();
  const ws = result.cells.filter(({ arm }) => arm === "ws");
  const source = imagenet.open(undefined);
  const { evalDataloader } = await source.task(imagenet.profiles.quick!);
  const right = [0, 0];
  let count = 0;
  for await (const { x, y } of evalDataloader().batches(0)) {
    for (const seed of [0, 1]) {
      const logits = await predict(folder, x as tf.Tensor4D, seed);
      const hits = tf.tidy(() => tf.sum(tf.equal(tf.argMax(logits, -1), y)));
      right[seed]! += hits.dataSync()[0]!;
      tf.dispose([logits, hits]);
    }
    count += x.shape[0]!;
    tf.dispose([x, y]);
  }
  await source.close();
  assert.deepEqual(right.map((hits) => 100 * hits / count), ws.map(({ metrics }) => metrics.top1));
  const images = tf.zeros([1, 32, 32, 3]) as tf.Tensor4D;
  const path = join(folder, ws[0]!.weights!.last!.path);
  const bytes = await Deno.readFile(path);
  try {
    await Deno.writeFile(path, bytes.subarray(0, -1));
    await assert.rejects(predict(folder, images), {
      name: "UsageError",
      message: /SHA-256 must be the record's/,
    });
  } finally {
    await Deno.writeFile(path, bytes);
  }
  images.dispose();
});

Deno.test("readRun() and loadWeights() say what is not there, in a program's words", async () => {
  const { folder } = await undisturbed();
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
  const refuses = async (options: object, message: RegExp) =>
    await assert.rejects(loadWeights(model, folder, options as { arm: string }), {
      name: "UsageError",
      message,
    });
  await refuses({ arm: "wss" }, /Unknown arm "wss".*did you mean "ws"\?/);
  await refuses({ arm: "ws", sed: 1 }, /Unknown option "sed".*did you mean "seed"\?/);
  await refuses({}, /option arm wants an arm's name: it is undefined/);
  await refuses({ arm: "ws", seed: 7 }, /trained with 0, 1: give one of these, such as seed 1, or/);
  await refuses(
    { arm: "ws", which: "best" },
    /only the last ones were kept: give which last, or run with keep both$/,
  );
  await refuses({ arm: "ws" }, /^Cannot load weights as .* must be that of the file/);
  model.dispose();
  await assert.rejects(readRun(join(folder, "cells")), /UsageError: .* as there is no such file/);
  await assert.rejects(readRun(""), /UsageError: folder wants a folder's path: it is ""/);
});
