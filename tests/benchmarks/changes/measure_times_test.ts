/** Times of versions whose steps take as long as they say. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { measureTimes } from "../../../benchmarks/changes/commits.ts";
import { profiles } from "../../../benchmarks/changes/profiles.ts";
import { withFolder } from "../../datasets/files.ts";
import { putSubject } from "./stub_subject.ts";

/** Measures a base of 10 ms a step and a head of 12, where each block takes a minute. */
async function measure(blocks: number) {
  const lines: string[] = [];
  const [work] = profiles.quick!.works;
  const profile = { ...profiles.quick!, works: [work!], blocks };
  const clock = performance.now;
  let now = 1e7;
  performance.now = () => (now += 60_000) - 60_000;
  try {
    let measured: Awaited<ReturnType<typeof measureTimes>> | undefined;
    await withFolder(async (folder) => {
      const folders = { base: join(folder, "base"), head: join(folder, "head") };
      await putSubject(folders.base, "10");
      await putSubject(folders.head, "12");
      const { signal } = new AbortController();
      const tell = (line: string) => lines.push(line);
      const options = { folders, profile, backend: "wasm", signal, tell };
      measured = await measureTimes(options, 5);
    });
    return { lines, ...measured! };
  } finally {
    performance.now = clock;
  }
}

Deno.test("measureTimes() credits steps to their sides, and tells how long it still takes", async () => {
  const { lines, metrics: [metric, ...others] } = await measure(3);
  assert.deepEqual(others, []);
  assert.deepEqual(metric?.values, { base: [10, 10, 10], head: [12, 12, 12] });
  assert.equal(metric?.change.toFixed(6), "20.000000");
  assert.deepEqual(lines, [
    "times: block 1/3, 2 min 0 s left",
    "times: block 2/3, 1 min 0 s left",
    "times: block 3/3, 0 s left",
  ]);
});

Deno.test("measureTimes() measures nothing where there are no blocks", async () => {
  assert.deepEqual(await measure(0), { lines: [], metrics: [], warnings: [] });
});
