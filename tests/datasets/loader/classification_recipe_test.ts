import assert from "node:assert/strict";
import { decodeEntry, type ImageEntry, readEntry } from "../../../datasets/classified.ts";
import { classificationLoader } from "../../../datasets/loader.ts";
import { decodedPicture } from "../../../datasets/loader/decoder.ts";
import { generatorFor } from "../../../datasets/random.ts";
import { renderView, viewForTraining } from "../../../datasets/transforms/classification.ts";
import { withFolder } from "../files.ts";
import { drain, putPictures } from "./pictures.ts";

const size = 12;
const length = 3 * size * size;

Deno.test("classificationLoader() augments each picture anew in each epoch, by seed, epoch and index", () =>
  withFolder(async (dir) => {
    const [seed, count] = [3, 5];
    const split = await putPictures(dir, count);
    const expected = async (index: number, epoch: number) => {
      const entry = split.entry(index) as ImageEntry;
      const picture = decodedPicture(await decodeEntry(entry, await readEntry(entry)));
      const view = viewForTraining(picture, { size }, generatorFor(seed, epoch, index));
      const image = new Float32Array(length);
      renderView(view, await picture.decode(view.needed), image);
      return image;
    };
    const seen = new Map<string, Float32Array>();
    for (const epoch of [0, 1]) {
      const loader = classificationLoader(split, { size, batchSize: count, train: true, seed });
      const [batch] = await drain(loader, [epoch]);
      for (const [i, name] of batch!.names.entries()) {
        const image = batch!.images.slice(i * length, (i + 1) * length);
        assert.deepEqual(image, await expected(Number(name.slice(1)), epoch), `${name}, ${epoch}`);
        assert.notDeepEqual(image, seen.get(name), "as in the epoch before");
        seen.set(name, image);
      }
    }
    assert.equal(seen.size, count);
  }));
