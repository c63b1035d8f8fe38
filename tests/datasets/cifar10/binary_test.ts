import assert from "node:assert/strict";
import { join } from "node:path";
import { decodeCifar10 } from "../../../datasets/cifar10/binary.ts";
import { decodeEntry, openClassified, readEntry } from "../../../datasets/classified.ts";
import { put, withFolder } from "../files.ts";

const names = ["airplane", "automobile", "bird"];

/** Records of these labels; byte `i` of a picture is `label + i`, cut to a byte. */
function batch(...labels: number[]): Uint8Array {
  const bytes = labels.flatMap((label) => [
    label,
    ...Array.from({ length: 3072 }, (_, i) => (label + i) % 256),
  ]);
  return Uint8Array.from(bytes);
}

async function putSet(dir: string): Promise<void> {
  await put(dir, "batches.meta.txt", `${names.join("\n")}\n\n`);
  for (let i = 1; i <= 5; i++) await put(dir, `data_batch_${i}.bin`, batch(i % 3, 0));
  await put(dir, "test_batch.bin", batch(2, 1));
}

Deno.test("openClassified() reads CIFAR-10's binary form, also from the folder above", () =>
  withFolder(async (dir) => {
    await putSet(join(dir, "cifar-10-batches-bin"));
    await put(dir, "cifar-10-binary.tar.gz", "beside it");
    for (const path of [dir, join(dir, "cifar-10-batches-bin")]) {
      const { classNames, training, validation } = await openClassified(path);
      assert.deepEqual(classNames, names);
      assert.deepEqual([training.length, validation.length], [10, 2]);
      assert.deepEqual(
        Array.from({ length: 10 }, (_, i) => training.entry(i).label),
        [0, 0, 0, 0, 0, 0, 1, 1, 2, 2],
      );
      assert.deepEqual(validation.entry(0), {
        name: "val/automobile/test_batch_00001",
        label: 1,
        file: join(dir, "cifar-10-batches-bin/test_batch.bin"),
        offset: 3074,
        length: 3072,
        encoding: "cifar10",
      });
    }
  }));

Deno.test("decodeEntry() puts the planes of a CIFAR-10 picture together", () =>
  withFolder(async (dir) => {
    await putSet(dir);
    const { validation } = await openClassified(dir);
    const entry = validation.entry(1);
    const { width, height, data } = await decodeEntry(entry, await readEntry(entry));
    assert.deepEqual([width, height], [32, 32]);
    const wanted = Array.from(
      { length: 3072 },
      (_, i) => (2 + Math.floor(i / 3) + 1024 * (i % 3)) % 256,
    );
    assert.deepEqual([...data], wanted);
  }));

Deno.test("openClassified() identifies CIFAR-10 by its labels too", () =>
  withFolder(async (dir) => {
    await putSet(dir);
    const before = await (await openClassified(dir)).identity();
    assert.deepEqual([before.classes, before.training, before.validation], [3, 10, 2]);
    await put(dir, "test_batch.bin", batch(2, 2));
    assert.notEqual((await (await openClassified(dir)).identity()).listSha256, before.listSha256);
  }));

Deno.test("openClassified() reads CIFAR-10's test batch alone, for evaluation only", () =>
  withFolder(async (dir) => {
    await put(dir, "batches.meta.txt", names.join("\n"));
    await put(dir, "test_batch.bin", batch(2, 1));
    const { training, validation } = await openClassified(dir);
    assert.deepEqual([training.length, validation.length], [0, 2]);
  }));

Deno.test("openClassified() throws DataError when a file of CIFAR-10 is missing, cut off or wrong", () =>
  withFolder(async (dir) => {
    const rejects = (message: RegExp) =>
      assert.rejects(openClassified(dir), { name: "DataError", message });
    await put(dir, "test_batch.bin", batch(0));
    await rejects(/lacks batches\.meta\.txt/);
    await putSet(dir);
    await Deno.remove(join(dir, "data_batch_3.bin"));
    await rejects(/lacks data_batch_3\.bin/);
    for (const bytes of [batch(1).subarray(1), new Uint8Array(0)]) {
      await put(dir, "data_batch_3.bin", bytes);
      await rejects(/data_batch_3\.bin as its size must be a multiple of 3073/);
    }
    await put(dir, "data_batch_3.bin", batch(0, 3));
    await rejects(/picture 1 has the label 3, and batches\.meta\.txt names 3/);
    await put(dir, "batches.meta.txt", "cat\ncat\n");
    await rejects(/must name each class once/);
  }));

Deno.test("openClassified() throws DataError that tells the versions of CIFAR-10 apart", () =>
  withFolder(async (dir) => {
    await put(dir, "data_batch_1", "pickled");
    await assert.rejects(openClassified(dir), {
      name: "DataError",
      message: /CIFAR-10's version for Python.*cifar-10-binary\.tar\.gz/,
    });
  }));

Deno.test("decodeCifar10() throws DataError when the length is off", () => {
  assert.throws(() => decodeCifar10(new Uint8Array(3071), "a.bin"), {
    name: "DataError",
    message: /a\.bin as a picture of CIFAR-10 has 3072 bytes: current value is 3071/,
  });
});
