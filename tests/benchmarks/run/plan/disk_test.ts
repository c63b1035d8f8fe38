import assert from "node:assert/strict";
import { join } from "node:path";
import { folderBytes, freeBytes } from "../../../../benchmarks/ground/disk.ts";
import type { Plan, PlannedArm } from "../../../../benchmarks/run/plan.ts";
import { checkRoom, diskSize, diskText } from "../../../../benchmarks/run/plan/disk.ts";
import { plainTraining } from "../../../../benchmarks/experiments/profiles/common.ts";
import { optimizers, type tf } from "../../../../mod.ts";
import { withFolder } from "../../../datasets/files.ts";

/** Two cells of an arm: 10 steps an epoch, weights of 1 MB. */
function planOf(
  profile: object,
  optimizer: () => tf.Optimizer = () => optimizers.sgd({ learningRate: 1 }),
): Plan {
  const task = {
    ...{ batchSize: 4, mainMetric: "top1", panels: [], data: { trainingCount: 40 } },
    makeOptimizer: optimizer,
  };
  const arm = {
    ...{ name: "a", steps: 30, task },
    profile: { ...plainTraining, checkpointInterval: "1ep", ...profile },
  } as unknown as PlannedArm;
  const cells = [0, 1].map((seed) => ({ arm, seed }));
  return { arms: [arm], cells, task, keep: "both", checkpointsToKeep: 2 } as unknown as Plan;
}

const sizes = new Map([["a", 1e6]]);

Deno.test("diskSize() counts weights that are kept, and checkpoints with what goes with a weight", () => {
  const checkpointsOf = (plan: Plan) => diskSize(plan, sizes).checkpoints;
  const plain = diskSize(planOf({}), sizes);
  assert.deepEqual([plain.weights.files, plain.weights.bytes], [4, 4e6]);
  assert.deepEqual(plain.checkpoints, { most: 3, bytes: 3 * 2e6 }, "one is being written");
  assert.equal(plain.totalBytes, 1e7 + plain.textBytes);
  const rich = planOf(
    { averageHalfLife: "2ba", patience: "1ep" },
    () => optimizers.adamw({ learningRate: 1 }),
  );
  assert.equal(checkpointsOf(rich).bytes, 3 * 5e6, "two means, an average and the best");
  const many = { ...planOf({ checkpointInterval: "15ba" }), checkpointsToKeep: 99 };
  assert.equal(checkpointsOf(many).most, 3, "no more than a cell writes");
  assert.equal(checkpointsOf(planOf({ checkpointInterval: "0ba" })).most, 1, "where it is stopped");
});

Deno.test("checkRoom() refuses what does not fit; what will be removed counts as room", () =>
  withFolder(async (out) => {
    const disk = diskSize(planOf({}), sizes);
    await checkRoom(disk, out, { resumes: false, replaces: false });
    const free = await freeBytes(join(out, "not", "there", "yet"));
    assert.ok(free !== undefined && free > disk.totalBytes);
    const large = { ...disk, totalBytes: 2 ** 60 };
    await assert.rejects(checkRoom(large, out, { resumes: true, replaces: false }), {
      name: "UsageError",
      message: /has [\d.]+ GB of space and the run may need [\d.]+ GB, 4\.0 MB of it for weights/,
    });
    assert.match(
      diskText(disk, { out: "here", tensorboard: "there" }),
      /^writes into here, about .* weights\/ \(4\.0 MB in 4 files\), .* into there$/,
    );
    await Deno.mkdir(join(out, "weights", "deep"), { recursive: true });
    await Deno.writeFile(join(out, "weights", "deep", "a"), new Uint8Array(1000));
    await Deno.writeFile(join(out, "b"), new Uint8Array(24));
    assert.equal(await folderBytes(out), 1024);
    assert.equal(await folderBytes(join(out, "none")), 0);
  }));
