import assert from "node:assert/strict";
import { imagenet } from "../../../benchmarks/tasks/suites.ts";
import {
  checkMicrobatches,
  checkShared,
  workersShare,
} from "../../../benchmarks/tasks/worker_shares.ts";

Deno.test("checkShared() refuses a batch that is not shared equally, and names the nearest", () => {
  const check = (batchSize: number, workers: number) =>
    checkShared({ batchSize, microbatchSize: 0 }, workers);
  check(128, 8);
  check(7, 1);
  assert.throws(() => check(10, 4), {
    name: "UsageError",
    message: /4 workers as they must share batchSize equally: .* 10; the nearest are 8 and 12$/,
  });
  assert.throws(() => check(2, 4), { message: /the nearest is 4$/ });
});

Deno.test("a batch that is not shared equally is refused before the data are looked through", async () => {
  const tasks = imagenet.open("no-such-folder", { slice: { rank: 0, size: 3 } });
  await assert.rejects(tasks.task({ ...imagenet.profiles.quick!, batchSize: 16 }), {
    message: /on 3 workers as they must share batchSize equally: .* 16; the nearest are 15 and 18$/,
  });
  await tasks.close();
});

Deno.test("checkMicrobatches() refuses microbatches that one worker would not have", () => {
  const check = (microbatchSize: number, workers: number) =>
    checkMicrobatches({ batchSize: 12, microbatchSize }, workers);
  for (const size of [0, 1, 2, 3, 6]) check(size, 2);
  check(5, 1);
  assert.throws(() => check(4, 2), {
    name: "UsageError",
    message:
      /must divide the 6 images of each \(batchSize=12\): .* 4; set microbatchSize=3, or 0 for all 6/,
  });
  assert.throws(() => check(12, 2), { message: /set microbatchSize=6/ });
  assert.deepEqual(workersShare({ batchSize: 12, microbatchSize: 3 }, 4), {
    batchSize: 3,
    microbatchSize: 3,
  });
});
