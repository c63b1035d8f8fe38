import assert from "node:assert/strict";
import { decodeImage } from "../../../datasets/images/image.ts";
import { oddImages } from "../fixtures/odd_images.ts";
import { bytesOf, largestDifference } from "../fixtures/pil.ts";

for (const [form, wanted] of Object.entries(oddImages)) {
  Deno.test(`decodeImage() gives Pillow's RGB of a ${form}`, async () => {
    const actual = await decodeImage(bytesOf(wanted.file), "n02105855_2933.JPEG");
    assert.deepEqual([actual.width, actual.height], [wanted.width, wanted.height]);
    assert.equal(largestDifference(actual.data, bytesOf(wanted.pixels)), 0);
  });
}
