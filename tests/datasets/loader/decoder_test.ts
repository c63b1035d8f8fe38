import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { pictureOpener } from "../../../datasets/loader/decoder.ts";
import { classificationLoader } from "../../../datasets/loader.ts";
import { withFolder } from "../files.ts";
import { drain, putPictures, splitOf } from "./pictures.ts";

const options = { size: 8, batchSize: 3, train: true };
const moduleOf = (name: string) => new URL(`./decoders/${name}.ts`, import.meta.url).href;

Deno.test("a loader gives the same bytes with a decoder as without, which gets JPEGs alone", async () => {
  await withFolder(async (dir) => {
    const split = await putPictures(dir, 9);
    const expected = await drain(classificationLoader(split, { ...options, workers: 0 }), [0]);
    for (const name of ["whole", "refusing"]) {
      for (const workers of [0, 1]) {
        const loader = classificationLoader(split, {
          ...options,
          workers,
          decoder: moduleOf(name),
        });
        assert.deepEqual(await drain(loader, [0]), expected, name);
      }
    }
    const painted = classificationLoader(split, {
      ...options,
      workers: 0,
      decoder: moduleOf("black"),
    });
    const black = await drain(painted, [0]);
    for (const [i, { names, images }] of black.entries()) {
      for (const [slot, name] of names.entries()) {
        const [from, to] = [slot * 192, (slot + 1) * 192];
        const isPng = Number(name.slice(1)) % 3 === 2;
        const bytes = [images, expected[i]?.images].map((all) => all?.slice(from, to));
        assert.equal(isDeepStrictEqual(bytes[0], bytes[1]), isPng, name);
      }
    }
  });
});

Deno.test("a loader says what is wrong when its decoder cannot be loaded or started", async () => {
  const split = splitOf(3, () => "");
  for (const workers of [0, 1]) {
    for (
      const [name, reason] of [["absent", "decoders/absent.ts"], ["failing", "there is no codec"]]
    ) {
      const decoder = moduleOf(name as string);
      const loader = classificationLoader(split, { ...options, workers, decoder });
      await assert.rejects(drain(loader, [0]), (error: Error) => {
        assert.match(error.message, /Cannot load images as the decoder file.* does not start/);
        assert.ok(error.message.includes(reason as string), error.message);
        return error.name === "Error";
      });
    }
  }
});

for (
  const [name, reason] of [["dying", "the codec is gone"], ["leaving", "exit code 7"]] as const
) {
  Deno.test({
    name: `a loader throws, and goes on throwing, when a worker ends: ${reason}`,
    sanitizeOps: true,
    sanitizeResources: true,
    fn: () =>
      withFolder(async (dir) => {
        const split = await putPictures(dir, 6);
        const decoder = moduleOf(name);
        const loader = classificationLoader(split, { ...options, workers: 1, decoder });
        for (const epoch of [0, 1]) {
          await assert.rejects(Array.fromAsync(loader.batches(epoch)), (error: Error) => {
            assert.match(error.message, /^Cannot load images as a loader's thread ended: /);
            assert.ok(error.message.includes(reason), error.message);
            return true;
          });
        }
        await loader.close();
      }),
  });
}

Deno.test("pictureOpener() leaves what is cut off to the built-in decoder, which names the file", async () => {
  await withFolder(async (dir) => {
    const split = await putPictures(dir, 1, [0]);
    const open = await pictureOpener(moduleOf("black"));
    const bytes = await Deno.readFile(split.entry(0).file);
    await assert.rejects(() => open(bytes, "a.JPEG"), { name: "DataError", message: /a\.JPEG/ });
    await assert.rejects(() => open(new Uint8Array(), "b.JPEG"), {
      name: "DataError",
      message: /b\.JPEG as its 0 bytes/,
    });
  });
});
