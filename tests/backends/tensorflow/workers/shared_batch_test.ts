/** What two workers train together is what one trains alone, wherever a step sees its batch whole. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { assertClose } from "../../../backends.ts";
import { freeAddresses } from "../collectives/watched_group.ts";
import { testOnTensorFlow } from "../harness.ts";
import { type CaseName, type Course, train } from "./shared_batch.ts";

const program = fileURLToPath(new URL("shared_batch_process.ts", import.meta.url));

type Courses = Record<CaseName, Course>;

/** What a worker process has seen. */
interface Seen {
  courses: Courses;
  /** By what its program did wrong. */
  told: Record<string, string>;
}

/** What each of two workers has, in all cases; one that fails ends the other. */
async function trainTogether(): Promise<Seen[]> {
  const addresses = freeAddresses(2), ends = new AbortController();
  const timer = setTimeout(() => ends.abort(), 240_000);
  try {
    return await Promise.all(addresses.map(async (_, rank) => {
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-check", "-A", program, String(rank), ...addresses],
        stdin: "null",
        signal: ends.signal,
      }).output();
      assert.ok(success, `worker ${rank}: ${new TextDecoder().decode(stderr)}`);
      return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!);
    }));
  } finally {
    clearTimeout(timer);
    ends.abort();
  }
}

let together: Promise<Seen[]> | undefined;

/** A test of what two workers have trained, who begin once for all tests. */
function testWorkers(name: string, body: (workers: readonly Courses[]) => Promise<void>): void {
  testOnTensorFlow(name, async () => {
    const seen = await (together ??= trainTogether());
    await body(seen.map(({ courses }) => courses));
  });
}

/** How far a step leads from another, as a share of that one's length. */
function distance(course: Course, other: Course, step: number): number {
  let apart = 0, way = 0;
  for (const [i, values] of other.weights[step + 1]!.entries()) {
    for (const [j, value] of values.entries()) {
      apart += (course.weights[step + 1]![i]![j]! - value) ** 2;
      way += (value - other.weights[step]![i]![j]!) ** 2;
    }
  }
  return Math.sqrt(apart / way);
}

const equal: readonly [CaseName, string][] = [
  ["synchronized", "synchronized batch norm, dropout and unequally many ignored pixels"],
  ["batchChannel", "synchronized batch-channel normalization"],
  ["estimated", "synchronized batch-channel normalization by estimates"],
  ["recomputedNorms", "synchronized batch norm that is computed again"],
  ["recomputedBlocks", "synchronized batch norm in blocks that are computed again"],
  ["synchronizedMicrobatches", "synchronized batch norm over microbatches"],
  ["unequal", "synchronized batch norm over 20 images and 12"],
  ["halves", "a microbatch on each worker, group norm and dropout"],
  ["microbatches", "microbatches, group norm and dropout"],
  ["parts", "parts that a dataloader gives, group norm and dropout"],
  ["unequalMicrobatches", "unequally many microbatches, and dropout"],
  ["unequalHalves", "a microbatch on each worker, twice one's would be no larger"],
];

for (const [name, what] of equal) {
  testWorkers(`two workers are one with all images: ${what}`, async (workers) => {
    const alone = await train(name);
    for (const courses of workers) {
      const course = courses[name];
      assert.deepEqual(course, workers[0]![name], "both have the same");
      for (const [step, loss] of alone.losses.entries()) {
        assert.ok(
          Math.abs(course.losses[step]! / loss - 1) < 1e-6,
          `${course.losses[step]} ${loss}`,
        );
        const off = distance(course, alone, step);
        assert.ok(off < 1e-5, `step ${step} is off by ${off} of its length`);
      }
    }
  });
}

testWorkers(
  "moving statistics are the workers' mean where each normalizes alone",
  async (workers) => {
    const first = await train("alone", undefined, { rank: 0, size: 2 });
    const second = await train("alone", undefined, { rank: 1, size: 2 });
    const [a, b, both] = [first, second, workers[0]!.alone]
      .map((course) => course.weights[1]!.slice(-2).flat()) as [number[], number[], number[]];
    assert.notDeepEqual(a, b);
    assertClose(both, a.map((value, i) => (value + b[i]!) / 2), 1e-6);
    assert.deepEqual(workers[1]!.alone, workers[0]!.alone, "both have the same");
  },
);

testOnTensorFlow("workers are told of what they do differently, and none waits", async () => {
  const told = (await (together ??= trainTogether())).map(({ told }) => told);
  const fit = "RangeError: Cannot fit in a group as", is = "current value is";
  const refused =
    "RangeError: Cannot train with synchronizedBatchNorm as workers must have equally " +
    `many microbatches of 4 images or fewer: ${is} [2,1]`;
  told.forEach((each, rank) =>
    assert.deepEqual(each, {
      "joins again":
        "ClusterError: Cannot join the workers of this machine as this process is in a group already, " +
        "which it must leave before: give one group to all Trainers",
      "sums on another backend":
        "TypeError: Cannot sum over workers as the backend must be the tensorflow one that has joined: " +
        `${is} cpu`,
      "evaluates alone":
        `${fit} evalDataloader of worker 1 must be that of worker 0, not given: ${is} given`,
      "recomputes alone":
        `${fit} recompute of worker 1 must be that of worker 0, normalization: ${is} nothing`,
      "another loss":
        `${fit} loss of worker 1 must be that of worker 0, crossEntropy: ${is} meanOf`,
      "another weight is trained":
        `${fit} weight 0 of worker 1's model must be that of worker 0's, ` +
        `model/0/dense_Dense/kernel float32[4,4]: ${is} ` +
        "model/0/torch_batch_normalization_TorchBatchNormalization/gamma float32[4]",
      "more microbatches": refused,
      "leaves what it has given up":
        `WorkerLostError: This worker has given up: worker ${rank} has ended its training: ` +
        refused.slice("RangeError: ".length),
      "exchanges after that":
        "Error: Cannot exchange with workers as this one has left the group: leave it last",
    })
  );
});
