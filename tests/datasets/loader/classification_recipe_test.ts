import assert from "node:assert/strict";
import { decodeEntry, type ImageEntry, readEntry } from "../../../datasets/classified.ts";
import { classificationLoader } from "../../../datasets/loader.ts";
import { decodedPicture } from "../../../datasets/loader/decoder.ts";
import { generatorFor } from "../../../datasets/random.ts";
import {
  renderView,
  viewForTraining,
  viewForValidation,
} from "../../../datasets/transforms/classification.ts";
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

Deno.test("classificationLoader() evaluates the center of the picture resized to 256 for each 224 pixels", () =>
  withFolder(async (dir) => {
    const split = await putPictures(dir, 3);
    const evaluated = async (size: number, resizeTo?: number) => {
      const options = { size, batchSize: 3, train: false, ...(resizeTo && { resizeTo }) };
      const [batch] = await drain(classificationLoader(split, options), [0]);
      return batch!.images;
    };
    const expected = async (size: number, resizeTo: number) => {
      const images = new Float32Array(3 * 3 * size * size);
      for (let i = 0; i < 3; i++) {
        const entry = split.entry(i) as ImageEntry;
        const picture = decodedPicture(await decodeEntry(entry, await readEntry(entry)));
        const view = viewForValidation(picture, size, resizeTo);
        const image = images.subarray(3 * size * size * i, 3 * size * size * (i + 1));
        renderView(view, await picture.decode(view.needed), image);
      }
      return images;
    };
    const equal = (one: Float32Array, other: Float32Array) =>
      one.length === other.length && one.every((value, i) => value === other[i]);
    for (const [size, resizeTo] of [[14, 16], [17, 19], [18, 21]] as const) {
      assert.ok(equal(await evaluated(size), await expected(size, resizeTo)), `${size}`);
    }
    assert.ok(equal(await evaluated(17, 20), await expected(17, 20)));
    assert.ok(!equal(await evaluated(17, 20), await evaluated(17)));
  }));
