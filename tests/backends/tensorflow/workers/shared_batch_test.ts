/** What two workers train together is what one trains alone, wherever a step sees its batch whole. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { assertClose } from "../../../backends.ts";
import { testOnTensorFlow } from "../harness.ts";
import { type CaseName, type Course, train } from "./shared_batch.ts";

const program = fileURLToPath(new URL("shared_batch_process.ts", import.meta.url));

/** Addresses of this machine that were free a moment ago. */
function freeAddresses(count: number): string[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  const ports = listeners.map(({ addr }) => (addr as Deno.NetAddr).port);
  listeners.forEach((listener) => listener.close());
  return ports.map((port) => `127.0.0.1:${port}`);
}

type Courses = Record<CaseName, Course>;

/** What each of two workers has, in all cases; one that fails ends the other. */
async function trainTogether(): Promise<Courses[]> {
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

let together: Promise<Courses[]> | undefined;

/** A test of what two workers have trained, who begin once for all tests. */
function testWorkers(name: string, body: (workers: readonly Courses[]) => Promise<void>): void {
  testOnTensorFlow(name, async () => await body(await (together ??= trainTogether())));
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
