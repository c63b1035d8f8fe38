/** The short form of `deno task test:long`, a trial of each kind: counts are held, times are not. */
import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { findLibrary } from "../../src/backends/tensorflow/library.ts";
import { runTrial } from "./process.ts";
import { outcomeLines } from "./report.ts";
import { trials } from "./trials.ts";
import { verdictOf } from "./verdict.ts";
import { parts, type Sample } from "./watch.ts";

const judged = { memory: false, time: false };

/** One backend each: what differs between backends is in the long form. */
const shortForms: readonly [name: string, backend: string, count: number][] = [
  ["captured", "wasm", 400],
  ["captured", "tensorflow", 400],
  ["eager", "tensorflow", 60],
  ["resumes", "wasm", 20],
];

for (const [name, backend, count] of shortForms) {
  const ending = backend === "tensorflow" ? " [tensorflow]" : ` (${backend})`;
  Deno.test({
    name: `test:long ${name}: no tensor, handle or descriptor stays behind${ending}`,
    ignore: backend === "tensorflow" && findLibrary() === undefined,
    async fn() {
      const outcome = await runTrial({ name, backend, count });
      const { lines, faults } = outcomeLines(outcome, judged);
      assert.equal(faults, 0, lines.join("\n"));
      assert.equal(outcome.samples.length, parts);
      assert.equal(outcome.samples.at(-1)!.done, count);
    },
  });
}

Deno.test("test:long runs a trial with what its task may do, and refuses one that is none", async () => {
  const words = config.tasks["test:long"].command.split(" ").slice(1);
  const run = async (...args: string[]) => {
    const options = { args: [...words, ...args], cwd: new URL("../..", import.meta.url) };
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), options).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  };
  const { code, stdout, stderr } = await run("--short", "--only", "loader");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^\| 20 epochs of a loader with two threads \| cpu \| .*\nno faults$/m);
  const wrong = await run("--only", "captred");
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /^Cannot try as --only must be one of captured, .*captred\n$/);
});

Deno.test("test:long knows each trial's backends and both its forms", () => {
  for (const { counts: { long, short }, backends, unit } of Object.values(trials)) {
    assert.ok(long % parts === 0 && short % parts === 0 && long >= 5 * short, unit);
    assert.ok(backends.length > 0);
  }
});

/** Samples of a process that holds the same, changed by what is given. */
function samplesOf(change: (sample: Sample, i: number) => void = () => {}): Sample[] {
  return Array.from({ length: parts }, (_, i) => {
    const steady = { done: i + 1, rssBytes: 1e8, descriptors: 9, tensors: 3, handles: 4 };
    const sample = { ...steady, durationMs: 50 };
    change(sample, i);
    return sample;
  });
}

Deno.test("verdictOf() finds growth, counts that change, and the end slower than the beginning", () => {
  const all = { memory: true, time: true };
  const faultsOf = (change?: (sample: Sample, i: number) => void) =>
    verdictOf(samplesOf(change), all).faults.join();
  assert.equal(faultsOf(), "");
  assert.equal(faultsOf((sample, i) => sample.rssBytes += i < 1 ? -5e7 : 0), "", "a warm-up");
  assert.equal(faultsOf((sample, i) => sample.rssBytes += i * 2e5), "", "3.8 %");
  assert.match(faultsOf((sample, i) => sample.rssBytes += i * 1e6), /^resident memory grew by 17/);
  assert.match(
    faultsOf((sample, i) => sample.tensors += Number(i > 9)),
    /^tensors: 3 .*2, 4 .*11$/,
  );
  assert.match(faultsOf((sample, i) => sample.handles += i), /^handles: /);
  assert.match(faultsOf((sample, i) => sample.descriptors += Number(i === 19)), /^descriptors: 9/);
  assert.match(
    faultsOf((sample, i) => sample.durationMs += 3 * i),
    /^the last tenth took 1\.\d+ times/,
  );
  assert.deepEqual(
    verdictOf(samplesOf((sample, i) => sample.rssBytes *= 1 + i), judged).faults,
    [],
  );
});
