import assert from "node:assert/strict";
import { cached } from "../../datasets/cache.ts";
import { memorySplit, paintedSample } from "./files.ts";

const samples = Array.from({ length: 10 }, (_, i) => paintedSample(`s${i}`, 12, 9, () => i));

Deno.test("cached() reads each sample once while it fits, and stays below its bound", async () => {
  const bytes = 12 * 9 * (3 + 2);
  const split = memorySplit(samples);
  const some = cached((index) => split.read(index), 4 * bytes + 1);
  for (let pass = 0; pass < 3; pass++) {
    for (let i = 0; i < 10; i++) assert.equal(await some(i, undefined), samples[i]);
  }
  assert.equal(split.reads, 10 + 6 + 6);
  const none = memorySplit(samples);
  await cached((index) => none.read(index), 0)(1, undefined);
  await cached((index) => none.read(index), 0)(1, undefined);
  assert.equal(none.reads, 2);
});

Deno.test("cached() tells the reader where a sample comes from", async () => {
  const from: string[] = [];
  const read = cached((index, place: string) => {
    from.push(place);
    return Promise.resolve(samples[index] ?? assert.fail());
  }, 2 ** 20);
  await read(3, "a");
  await read(3, "b");
  assert.deepEqual(from, ["a"]);
});
