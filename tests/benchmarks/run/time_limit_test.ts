/** A run that ends when its hours are over, and goes on to what it would have been. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { compare, ComparisonError } from "../../../benchmarks/mod.ts";
import { readResult } from "../../../benchmarks/record/mod.ts";
import { timeLimit } from "../../../benchmarks/run/time_limit.ts";
import { findLibrary } from "../../../src/backends/tensorflow/library.ts";
import { suiteProcess, untimed } from "../suite_process.ts";
import { withFolder } from "../../datasets/files.ts";

const synthetic = suiteProcess("bench:ade20k", "tests/benchmarks/run/synthetic_suite.ts");

synthetic.test("--max-hours saves and ends with 4, and --resume goes on", async (folder) => {
  const [whole, limited] = [join(folder, "whole"), join(folder, "limited")];
  const line = (out: string) =>
    `--backend cpu --set duration=40ba --set waitMs=50 --set learningRate=0.01 --out ${out}`;
  const undisturbed = await synthetic.run(line(whole));
  assert.equal(undisturbed.code, 0, undisturbed.stderr);
  assert.match(
    undisturbed.stderr,
    /^time: about \d+ s for 2 cells: .*evaluations not yet counted$/m,
  );
  assert.match(undisturbed.stderr, /^time: about \d+ s for 2 cells: .* ms an evaluation$/m);
  const first = await synthetic.run(`${line(limited)} --max-hours 0.0004`); // 1.4 s of 4 s or more
  assert.equal(first.code, 4, first.stderr);
  assert.match(first.stderr, /^--max-hours 0\.0004 is over: stopping after what is under way$/m);
  assert.match(first.stderr, /^interrupted: the same command with --resume goes on/m);
  const second = await synthetic.run(`${line(limited)} --resume --max-hours 1`);
  assert.equal(second.code, 0, second.stderr);
  assert.deepEqual(await untimed(limited), await untimed(whole));
});

Deno.test("compare() rejects as interrupted when maxHours are over, and resumes", () =>
  withFolder(async (folder) => {
    const options = {
      suite: "imagenet" as const,
      arms: "baseline",
      backend: "wasm",
      seeds: [0],
      settings: {
        ...{ duration: "2ba" as const, evaluations: 1, timingRounds: 0, batchSize: 8 },
        ...{ imageSize: 16, generatedTraining: 16, generatedValidation: 8 },
      },
      out: join(folder, "out"),
      log: () => {},
    };
    const over = await compare({ ...options, maxHours: 1e-9 }).then(
      () => assert.fail("it did not end"),
      (error) => error as ComparisonError,
    );
    assert.ok(over instanceof ComparisonError, `${over}`);
    assert.equal(over.ending, "interrupted");
    assert.equal((over.cause as DOMException).name, "TimeoutError");
    const { cells } = await compare({ ...options, resume: true, maxHours: 10 });
    assert.deepEqual(cells.map(({ status }) => status), ["done"]);
  }));

Deno.test("timeLimit() waits longer than a timer can, and passes on what else ends a run", async () => {
  const lines: string[] = [], other = new AbortController();
  using months = timeLimit(3000, other.signal, (line) => lines.push(line));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(months.signal.aborted, false);
  other.abort("asked");
  assert.equal(months.signal.reason, "asked");
  assert.deepEqual(lines, []);
});

const imagenet = suiteProcess("bench:imagenet");

Deno.test({
  name: "--max-hours ends all workers of a run as its chief's clock says [tensorflow]",
  ignore: findLibrary() === undefined || Deno.build.os !== "linux",
  fn: () =>
    withFolder(async (folder) => {
      const out = join(folder, "out");
      const line =
        "--backend tensorflow --arms baseline --seeds 3 --set warmup=2ba --set evaluations=1 " +
        "--set timingRounds=0 --set batchSize=8 --set generatedTraining=48 " +
        `--set generatedValidation=16 --workers 2 --out ${out} --set duration=`;
      const { code, stderr } = await imagenet.run(`${line}90000ba --max-hours 0.003`);
      assert.equal(code, 4, stderr);
      assert.equal(stderr.match(/^--max-hours 0\.003 is over/gm)?.length, 1, stderr);
      assert.doesNotMatch(stderr, /Lost rank/);
      const { cells } = await readResult(join(out, "result.json"));
      assert.deepEqual(cells.map(({ status }) => status), ["interrupted"]);
      // Over while the workers still wait for each other.
      const next = await imagenet.run(`${line}90000ba --resume --max-hours 0.000001`);
      assert.equal(next.code, 4, next.stderr);
      assert.doesNotMatch(next.stderr, /fault of the program/);
    }),
});
