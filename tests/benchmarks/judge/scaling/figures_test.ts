import assert from "node:assert/strict";
import {
  busyShare,
  exposedShare,
  leastBytes,
  peerOf,
  processorTime,
  sentBytes,
  slowest,
  stepRatio,
  timesOf,
} from "../../../../benchmarks/judge/scaling/figures.ts";
import { goalsOf } from "../../../../benchmarks/judge/scaling/goals.ts";
import { groupOf, plantedResult, rowOf } from "../../scaling/synthetic.ts";

const [one, two, four] = plantedResult().rows as [
  ReturnType<typeof rowOf>,
  ReturnType<typeof rowOf>,
  ReturnType<typeof rowOf>,
];
const named = (name: string) => two.groups.find((group) => group.name === name)!;
const near = (seen: number | undefined, wanted: number) =>
  assert.ok(Math.abs(seen! - wanted) < 1e-9 * Math.abs(wanted), `${seen} for ${wanted}`);

Deno.test("slowest() takes the last worker of each step", () => {
  assert.deepEqual(slowest([[1, 5, 2], [3, 4, 2]]), [3, 5, 2]);
  assert.deepEqual(slowest([]), []);
});

Deno.test("a group's figures are those of its slowest worker", () => {
  const plain = named("plain");
  assert.equal(timesOf(plain, "step")!.median, 130.75);
  assert.equal(timesOf(plain, "compute")!.median, 100);
  assert.equal(timesOf(one.groups[0]!, "compute"), undefined);
  near(exposedShare(plain)!.median, 0.75);
  assert.ok(exposedShare(plain)!.isInterval);
  assert.equal(exposedShare(one.groups[0]!), undefined);
  near(stepRatio(plain, named("ddp"))!.median, 130.75 / 150);
  near(busyShare(plain), 0.8);
  near(processorTime(plain, "step"), 0.8 * 130.75);
  assert.equal(processorTime(one.groups[0]!, "compute"), undefined);
  const twice = plain.blocks.map((block) => ({
    ...block,
    workersMs: block.workersMs.map(([ms]) => [ms!, ms!]),
  }));
  near(processorTime({ ...plain, blocks: twice }, "step"), 0.4 * 130.75); // a run, not a block
});

Deno.test("bytes are those of the worker that sent most, over a ring's", () => {
  assert.equal(leastBytes(named("plain"), 2), 40e6);
  assert.equal(leastBytes(four.groups[0]!, 4), 60e6);
  assert.equal(sentBytes(named("plain")), 42e6);
  assert.equal(sentBytes(one.groups[0]!), undefined);
});

Deno.test("peerOf() is PyTorch's faster form, of timm's WS where that was timed", () => {
  assert.equal(peerOf(two, named("plain"))!.name, "ddp");
  assert.equal(peerOf(two, named("ws"))!.name, "ddp");
  assert.equal(peerOf(two, named("ddp")), undefined);
  const timm = groupOf("ddp-timm", 2, { step: 170, compute: 1, allReduce: 1 });
  const withTimm = rowOf(2, [...two.groups, timm]);
  assert.equal(peerOf(withTimm, named("ws"))!.name, "ddp-timm");
  assert.equal(peerOf(withTimm, named("plain"))!.name, "ddp");
});

Deno.test("goals are judged by whole intervals, of two workers with a core each", () => {
  const seen = goalsOf(two).filter(({ group }) => group.name === "plain");
  assert.deepEqual(seen.map(({ verdict }) => verdict), ["missed", "met", "met"]);
  near(seen[2]!.seen.median, 1.05);
  assert.deepEqual(goalsOf(one), []);
  assert.deepEqual(goalsOf(four), []);
  assert.deepEqual(goalsOf({ ...two, oversubscribed: true }), []);
  const few = rowOf(2, [groupOf("plain", 2, { step: 110, compute: 100, allReduce: 40 }, 5)]);
  assert.deepEqual(goalsOf(few).map(({ verdict }) => verdict), ["no interval", "met"]);
});
