import assert from "node:assert/strict";
import { decodeImage, imageSize } from "../../../datasets/images/image.ts";
import { oddImages } from "../fixtures/odd_images.ts";
import { bytesOf, largestDifference } from "../fixtures/pil.ts";

for (const [form, wanted] of Object.entries(oddImages)) {
  Deno.test(`decodeImage() gives Pillow's RGB of a ${form}`, async () => {
    const actual = await decodeImage(bytesOf(wanted.file), "n02105855_2933.JPEG");
    assert.deepEqual([actual.width, actual.height], [wanted.width, wanted.height]);
    assert.equal(largestDifference(actual.data, bytesOf(wanted.pixels)), 0);
    const { width, height } = imageSize(bytesOf(wanted.file), "n02105855_2933.JPEG");
    assert.deepEqual([width, height], [wanted.width, wanted.height]);
  });
}

Deno.test("imageSize() throws where decodeImage() finds a file cut off or foreign, with its words", async () => {
  const files = ["CMYK JPEG", "PNG"].map((form) =>
    bytesOf(Object.entries(oddImages).find(([name]) => name.includes(form))![1].file)
  );
  const bad = [...files.map((bytes) => bytes.subarray(0, bytes.length - 2)), new Uint8Array(9)];
  for (const bytes of bad) {
    const message = await decodeImage(bytes, "a.png").catch((error) => error.message);
    assert.throws(() => imageSize(bytes, "a.png"), { name: "DataError", message });
  }
});
