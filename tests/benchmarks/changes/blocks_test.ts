import assert from "node:assert/strict";
import { join } from "node:path";
import { timeBlock } from "../../../benchmarks/changes/blocks.ts";
import { slowDown } from "../../../benchmarks/changes/detection/slowdown.ts";
import { profiles } from "../../../benchmarks/changes/profiles.ts";
import { sideNames } from "../../../benchmarks/changes/sides.ts";

import { withFolder } from "../../datasets/files.ts";

import { putSubject } from "./stub_subject.ts";

const root = new URL("../../..", import.meta.url).pathname;
const quick = profiles.quick!;
const work = { ...quick.works.find(({ name }) => name === "infer-ws")!, turns: 4 };
const profile = { ...quick, step: { ...quick.step, warmupSteps: 1 } };

Deno.test("timeBlock() times this library's own step on both sides", async () => {
  const folders = { base: root, head: root };
  const { signal } = new AbortController();
  const block = await timeBlock(work, 0, { folders, profile, backend: "wasm", signal });
  for (const steps of [block.base, block.head]) {
    assert.equal(steps.length, 4);
    assert.ok(steps.every((ms) => ms > 0));
  }
});

Deno.test("timeBlock() lets each side go first in every other block, and turns back and forth", () =>
  withFolder(async (folder) => {
    // Each step tells for its duration when it was.
    await putSubject(folder, "performance.timeOrigin + performance.now()");
    const folders = { base: folder, head: folder };
    const { signal } = new AbortController();
    const orders = [[0, "base head head base"], [1, "head base base head"]] as const;
    for (const [index, order] of orders) {
      const block = await timeBlock(work, index, { folders, profile, backend: "wasm", signal });
      const turns = sideNames.flatMap((side) => block[side].map((time) => ({ side, time })));
      const sides = turns.sort((one, other) => one.time - other.time).map(({ side }) => side);
      assert.equal(sides.join(" "), `${order} ${order}`);
    }
  }));

Deno.test("timeBlock() ends at once when it is told to", async () => {
  const abort = new AbortController();
  const folders = { base: root, head: root };
  const endless = { ...work, turns: 1e6 };
  const options = { folders, profile, backend: "wasm", signal: abort.signal };
  const block = timeBlock(endless, 1, options);
  setTimeout(() => abort.abort(), 1500);
  await assert.rejects(block, { name: "AbortError" });
  await assert.rejects(timeBlock(endless, 1, options), { name: "AbortError" });
});

Deno.test("slowDown() makes each step of a checkout wait for a share of its time", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(folder, "benchmarks/timing"), { recursive: true });
    const file = join(folder, "benchmarks/timing/work.ts");
    await Deno.writeTextFile(
      file,
      `export const openWork = () => Promise.resolve({
        step: () => Promise.resolve(7),
        memory: () => ({ peakBytes: 5 }),
      });`,
    );
    await slowDown(folder, 1.5);
    const { openWork } = await import(`file://${file}`);
    const slowed = await openWork({});
    // A clock that goes on by 10 ms whenever it is read: the step ends at 10, the wait at 25.
    const { now } = performance;
    let time = -10;
    performance.now = () => time += 10;
    try {
      assert.equal(await slowed.step(), 7);
    } finally {
      performance.now = now;
    }
    assert.equal(time, 30);
    assert.deepEqual(slowed.memory(), { peakBytes: 5 });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
