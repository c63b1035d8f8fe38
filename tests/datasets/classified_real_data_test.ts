/** The readers on real photographs, where `WS_TEST_DATA` names the folder that holds them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import {
  type ClassifiedSplit,
  decodeEntry,
  openClassified,
  readEntry,
} from "../../datasets/classified.ts";
import { withFolder } from "./files.ts";

const data = Deno.env.get("WS_TEST_DATA");
const ignore = data === undefined;

/** Decodes every `step`-th picture, and gives their sizes. */
async function sizesOf(split: ClassifiedSplit, step: number): Promise<string[]> {
  const sizes: string[] = [];
  for (let i = 0; i < split.length; i += step) {
    const entry = split.entry(i);
    const { width, height, data } = await decodeEntry(entry, await readEntry(entry));
    assert.equal(data.length, 3 * width * height);
    sizes.push(`${width}×${height}`);
  }
  return sizes;
}

Deno.test({
  name: "openClassified() reads ImageNet's own files, for evaluation only",
  ignore,
  fn: async () => {
    const set = await openClassified(join(data ?? "", "imagenet-sample"));
    assert.deepEqual([set.classes, set.training.length, set.validation.length], [100, 0, 100]);
    assert.equal(set.classNames[0], "n01440764");
    const sizes = await sizesOf(set.validation, 1);
    assert.ok(new Set(sizes).size > 10);
    const { listSha256 } = await set.identity();
    assert.equal(
      listSha256,
      "93bdb6975bed4e46ad157e07bd6ca313085a5010a412ff7246fb1e6909918c8a",
    );
  },
});

Deno.test({
  name: "openClassified() reads 23,000 pictures from two archives",
  ignore,
  fn: () =>
    withFolder(async (dir) => {
      for (const name of ["train.tar", "test.tar"]) {
        await Deno.symlink(join(data ?? "", "cifar10", name), join(dir, name));
      }
      const { classNames, training, validation } = await openClassified(dir);
      assert.deepEqual([classNames.length, classNames[9]], [10, "truck"]);
      assert.deepEqual([training.length, validation.length], [20_000, 3000]);
      assert.deepEqual([...new Set(await sizesOf(training, 500))], ["32×32"]);
      const last = training.entry(19_999);
      assert.deepEqual([last.label, last.name.startsWith("train/truck/")], [9, true]);
    }),
});
