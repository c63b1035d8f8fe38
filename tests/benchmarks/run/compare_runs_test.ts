/** How `compare()` runs: stopped, gone on with, replaced, told of; and what a changed function does. */
import assert from "node:assert/strict";
import { join } from "node:path";
import {
  compare,
  type CompareOptions,
  ComparisonError,
  loadWeights,
  mergeRuns,
  type ModelContext,
  planComparison,
  readRun,
  type RunEvent,
} from "../../../benchmarks/mod.ts";
import { tf } from "../../../mod.ts";

function made({ classes, inputShape, seed }: ModelContext, filters = 4): tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed });
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ filters, kernelSize: 3, strides: 2, inputShape, kernelInitializer }),
      tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
      tf.layers.dense({ units: classes, kernelInitializer }),
    ],
  });
}

/** Functions of one name, as one is that was changed between two runs. */
const before = function model(context: ModelContext) {
  return made(context);
};
const otherValues = function model(context: ModelContext) {
  return made({ ...context, seed: context.seed + 1 });
};
const otherShape = function model(context: ModelContext) {
  return made(context, 5);
};
const otherSecondSeed = function model(context: ModelContext) {
  return context.seed === 2 ? otherValues(context) : made(context);
};

/** With a norm whose statistics hardly move, which is warned of. */
function slowNorm(context: ModelContext): tf.LayersModel {
  const norm = tf.layers.batchNormalization({
    momentum: 0.99,
    name: "slow",
    inputShape: context.inputShape,
  });
  const model = tf.sequential({ layers: [norm] });
  made(context).layers.forEach((layer) => model.add(layer));
  return model;
}

const settings = {
  duration: "4ba",
  warmup: "0ba",
  evaluations: 1,
  timingRounds: 0,
  checkpointInterval: "2ba",
  generatedTraining: 64,
  generatedValidation: 8,
} as const;

function options(out: string): CompareOptions<"imagenet"> {
  return {
    suite: "imagenet",
    model: before,
    arms: [{ name: "a" }, { name: "b" }],
    seeds: [1, 2],
    settings,
    backend: "wasm",
    out,
    loaderThreads: 0,
    log: () => {},
  };
}

async function withOut(body: (out: string) => Promise<void>): Promise<void> {
  const out = await Deno.makeTempDir({ prefix: "compare-runs-test-" });
  try {
    await body(join(out, "run"));
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

/** Stops a run after a step of one of its cells. */
async function stopped(options: CompareOptions<"imagenet">, cell: number, step: number) {
  const stop = new AbortController();
  const onProgress = (event: RunEvent) => {
    if (event.event === "step" && event.cell === cell && event.step === step) stop.abort();
  };
  const error = await compare({ ...options, signal: stop.signal, onProgress }).catch((e) => e);
  assert.ok(error instanceof ComparisonError && error.ending === "interrupted", `${error}`);
  return error.result!;
}

const textOf = (out: string) => Deno.readTextFile(join(out, "result.json"));

Deno.test("compare() goes on with no model that begins elsewhere, and leaves what is there", () =>
  withOut(async (out) => {
    await stopped(options(out), 2, 3);
    const there = await textOf(out);
    for (const model of [otherValues, otherShape]) {
      await assert.rejects(compare({ ...options(out), model, resume: true }), {
        name: "UsageError",
        message:
          /^Cannot go on with the run that is there as the model of a begins, with seed 1, from another conv2d_Conv2D\/kernel \[3, 3, 3, \d\] than when the run began: put back what makes it.*; force: true begins the run anew$/,
      });
      assert.equal(await textOf(out), there);
    }
    const { cells } = await compare({ ...options(out), resume: true });
    assert.deepEqual(cells.map(({ status }) => status), Array(4).fill("done"));
  }));

Deno.test("compare() goes on inside of no cell whose model begins elsewhere", () =>
  withOut(async (out) => {
    await stopped(options(out), 3, 3);
    await assert.rejects(compare({ ...options(out), model: otherSecondSeed, resume: true }), {
      name: "UsageError",
      message: /the model of a begins, with seed 2, from another conv2d_Conv2D\/kernel/,
    });
    const { cells } = await compare({ ...options(out), resume: true });
    assert.deepEqual(cells.map(({ status }) => status), Array(4).fill("done"));
  }));

Deno.test("compare() goes on with no other arms, settings or model of another name", () =>
  withOut(async (out) => {
    await stopped(options(out), 1, 2);
    const resume = { ...options(out), resume: true };
    const refuses = (other: Partial<CompareOptions<"imagenet">>, message: RegExp) =>
      assert.rejects(compare({ ...resume, ...other }), { name: "UsageError", message });
    await refuses({ arms: [{ name: "a" }, { name: "c" }] }, /differs in arms .*"b".* and .*"c"/);
    await refuses(
      { settings: { ...settings, learningRate: 1 } },
      /differs in config\.learningRate \(.* and 1\): ask for the same, or write into another out$/,
    );
    await refuses(
      {
        model: function other(context) {
          return made(context);
        },
      },
      /differs in config\.model \("model" and "other"\)/,
    );
  }));

Deno.test("compare() replaces a run, unless it is told not to or to go on", () =>
  withOut(async (out) => {
    const one = { ...options(out), seeds: [1], arms: [{ name: "a" }] };
    const first = await compare({ ...one, resume: true });
    const there = await textOf(out);
    await assert.rejects(compare({ ...one, force: false }), {
      name: "UsageError",
      message:
        /holds a run already: resume: true goes on with it, force: true replaces it, out writes elsewhere$/,
    });
    assert.equal(await textOf(out), there);
    const events: string[] = [];
    const onProgress = ({ event }: RunEvent) => void events.push(event);
    assert.deepEqual((await compare({ ...one, resume: true, onProgress })).cells, first.cells);
    assert.deepEqual(events, [], "nothing was left to do");
    await compare({ ...one, onProgress });
    assert.equal(events.filter((event) => event === "step").length, 4);
    assert.notEqual(await textOf(out), there);
  }));

Deno.test("compare() says that it replaces what could go on, and nothing where that was whole", () =>
  withOut(async (out) => {
    await stopped(options(out), 1, 3);
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    const one = { ...options(out), seeds: [1], arms: [{ name: "a" }], log };
    await assert.rejects(compare({ ...one, settings: { ...settings, learningRate: NaN } }));
    assert.equal(lines.length, 0);
    await compare(one);
    assert.equal(
      lines[0],
      `replaces the run in ${out}, which was stopped inside of a cell: with resume: true it would ` +
        "have gone on; until the first checkpoint or cell it is still there",
    );
    for (const now of [one, { ...one, resume: true }]) {
      lines.length = 0;
      await compare(now);
      assert.ok(!lines.some((line) => line.startsWith("replaces ")), `${lines}`);
    }
  }));

Deno.test("planComparison() rejects with the reason of a signal that is aborted", () =>
  withOut(async (out) => {
    const signal = AbortSignal.abort("over");
    await planComparison({ ...options(out), signal }).then(
      () => assert.fail("it planned"),
      (error) => assert.equal(error, "over"),
    );
  }));

Deno.test("mergeRuns() and loadWeights() refuse what are no options, and no model", () =>
  withOut(async (out) => {
    const weights = (model: unknown, options: unknown) =>
      loadWeights(model as tf.LayersModel, out, options as { arm: string });
    const wrong = [
      [() => mergeRuns([out], `${out}-all`, null as never), /the options must be an object/],
      [() => weights(tf.sequential(), null), /the options must be an object.* null$/],
      [() => weights(tf.sequential(), undefined), /the options must be an object.* undefined$/],
      [() => weights(undefined, { arm: "a" }), /model wants a LayersModel: it is undefined/],
      [() => weights({}, { arm: "a" }), /model wants a LayersModel: it is object/],
    ] as const;
    for (const [call, message] of wrong) {
      await assert.rejects(call(), { name: "UsageError", message });
    }
  }));

Deno.test("compare() begins nothing under a signal that is aborted", () =>
  withOut(async (out) => {
    const signal = AbortSignal.abort("over");
    const error = await compare({ ...options(out), signal }).catch((error) => error);
    assert.ok(error instanceof ComparisonError);
    assert.deepEqual([error.ending, error.result, error.cause], ["interrupted", undefined, "over"]);
    await assert.rejects(Deno.stat(out), Deno.errors.NotFound);
  }));

Deno.test("compare() tells its own lines to log alone, in a program's words", () =>
  withOut(async (out) => {
    const lines: string[] = [];
    const { error, warn } = console;
    const onConsole: unknown[] = [];
    console.error = console.warn = (...words) => onConsole.push(words);
    try {
      const log = (line: string) => void lines.push(line);
      await compare({ ...options(out), seeds: [1], model: slowNorm, log });
    } finally {
      Object.assign(console, { error, warn });
    }
    const stale = lines.filter((line) => line.includes("0.99^4"));
    assert.ok(stale.length === 1 && stale[0]!.startsWith("warning: "), `${lines}`);
    assert.deepEqual(onConsole, []);
    assert.ok(lines.some((line) => /^writes into .*, weights\/ \(/.test(line)));
    assert.ok(
      lines.some((line) => /^b, seed 1 \(2 of 2\): step 4\/4, loss /.test(line)),
      `${lines}`,
    );
  }));

Deno.test("compare() waits for onProgress, times its rounds too, and ends where it throws", () =>
  withOut(async (out) => {
    const events: RunEvent[] = [];
    const timed = { ...options(out), seeds: [1], settings: { ...settings, timingRounds: 2 } };
    let waiting = 0;
    await compare({
      ...timed,
      async onProgress(event) {
        assert.equal(waiting++, 0, "one at a time");
        await new Promise((resolve) => setTimeout(resolve, 1));
        waiting--;
        events.push(event);
      },
    });
    const ofB = events.filter((event) => event.event !== "timing" && event.arm === "b");
    assert.deepEqual(ofB.map(({ event }) => event), [
      "cellStart",
      ...Array(4).fill("step"),
      "evaluation",
      "cellEnd",
    ]);
    const { cells } = await readRun(out);
    assert.deepEqual(
      ofB.flatMap((event) => event.event === "step" ? [event.loss] : []),
      cells[1]!.curve.map(({ loss }) => loss),
    );
    assert.deepEqual(events.filter(({ event }) => event === "timing"), [
      { event: "timing", round: 1, rounds: 2 },
      { event: "timing", round: 2, rounds: 2 },
    ]);
    const cause = new TypeError("mine");
    const onProgress = (event: RunEvent) => {
      if (event.event === "step" && event.step === 3) throw cause;
    };
    await assert.rejects(compare({ ...timed, onProgress }), {
      name: "UsageError",
      message: 'Cannot go on as onProgress throws at "step": mine',
      cause,
    });
  }));

Deno.test("compare() rejects where a cell diverged under strict alone", () =>
  withOut(async (out) => {
    const wild = {
      ...options(out),
      seeds: [1],
      arms: [{ name: "a" }, { name: "wild", settings: { learningRate: 1e30 } }],
    };
    const { cells } = await compare(wild);
    assert.deepEqual(cells.map(({ status }) => status), ["done", "failed"]);
    const error = await compare({ ...wild, resume: true, strict: true }).catch((error) => error);
    assert.ok(error instanceof ComparisonError, `${error}`);
    assert.equal(error.ending, "failed");
    assert.match(error.message, /^2 cells, 1 failed\n {2}failed: wild, seed 1, step \d: /);
    assert.deepEqual(error.result?.cells, cells);
  }));
