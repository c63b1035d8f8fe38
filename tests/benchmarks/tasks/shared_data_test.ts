import assert from "node:assert/strict";
import { join } from "node:path";
import { ade20k, imagenet } from "../../../benchmarks/tasks/suites.ts";
import { tf } from "../../../mod.ts";
import { writeData } from "../ade20k_data.ts";

Deno.test("a suite opens its data once for each distinct setting that they depend on", async () => {
  await tf.setBackend("cpu");
  const folder = await Deno.makeTempDir({ prefix: "shared-" });
  const tasks = ade20k.open(folder, { loaderThreads: 0 });
  try {
    await writeData(folder, 3);
    const profile = { ...ade20k.profiles.quick!, imageSize: 32 };
    const first = await tasks.task(profile);
    await Deno.remove(join(folder, "classes.txt")); // whoever opened them again would not get by
    await Deno.remove(join(folder, "annotations"), { recursive: true });
    const other = await tasks.task({ ...profile, learningRate: 0.5, normalization: "group" });
    assert.equal(other.evalDataloader(), first.evalDataloader());
    assert.equal(other.data, first.data);
    await assert.rejects(tasks.task({ ...profile, imageSize: 48 }), { name: "DataError" });
  } finally {
    await tasks.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("classification's tasks share a data set, and evaluation where it is the same", async () => {
  const profile = { ...imagenet.profiles.quick!, generatedTraining: 8, generatedValidation: 8 };
  const tasks = imagenet.open(undefined, { loaderThreads: 0 });
  const [first, other, cropped] = [
    await tasks.task(profile),
    await tasks.task({ ...profile, batchSize: 4, minArea: 0.5 }),
    await tasks.task({ ...profile, imageSize: 24 }),
  ];
  assert.equal(other!.data, first!.data);
  assert.equal(other!.evalDataloader(), first!.evalDataloader());
  assert.equal(cropped!.data, first!.data);
  assert.notEqual(cropped!.evalDataloader(), first!.evalDataloader());
  await tasks.close();
});
