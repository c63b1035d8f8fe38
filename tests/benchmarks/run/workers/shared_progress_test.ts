import assert from "node:assert/strict";
import { type ProgressWatch, sharedProgress } from "../../../../benchmarks/run/cell/progress.ts";
import { alone, type RunGroup } from "../../../../benchmarks/run/workers/run_group.ts";

const progress = {
  startedAt: "2026-01-01T00:00:00.000Z",
  durationMs: 1,
  peakBytes: 2,
  bytesBefore: 1,
  resumedAt: [],
};

function watch(names: readonly string[]): ProgressWatch {
  const skipped = names.map((name) => ({ name, reason: `${name} is cut off` }));
  return { callback: () => {}, complete: false, now: () => ({ ...progress, skipped }) };
}

/** A worker whose only other one has passed over these. */
function beside(names: readonly string[]): RunGroup {
  const others = watch(names).now().skipped;
  return { ...alone, size: 2, gather: (own) => Promise.resolve([own, others as typeof own]) };
}

Deno.test("sharedProgress() has the bad images of all workers, each once, and their limit", async () => {
  const { skipped } = await sharedProgress(watch(["a", "b"]), beside(["b", "c"]), 3);
  assert.deepEqual(skipped.map(({ name }) => name), ["a", "b", "c"]);
  await assert.rejects(sharedProgress(watch(["a", "b"]), beside(["b", "c"]), 2), {
    name: "DataError",
    message: /more than 2 bad images \(--skip-bad\).*a is cut off; b is cut off; c is cut off$/,
  });
  const own = await sharedProgress(watch(["a"]), alone, 0);
  assert.equal(own.skipped.length, 1, "a process that is alone is held to it by its loaders");
});
