import assert from "node:assert/strict";
import { encodeJpeg } from "../../../datasets/images/jpeg.ts";
import { exifOrientation } from "../../../datasets/images/orientation.ts";
import { oddImages } from "../fixtures/odd_images.ts";
import { oriented } from "../fixtures/masked.ts";

Deno.test("exifOrientation() reads what Pillow wrote, in JPEG and PNG, in both orders", () => {
  assert.equal(oriented.length, 24);
  for (const { form, orientation, bytes, shown } of oriented) {
    assert.equal(exifOrientation(bytes), orientation, form);
    assert.equal(orientation >= 5, shown[0] === 6, "swapped as Pillow swaps");
  }
});

Deno.test("exifOrientation() is 1 when there is none", async () => {
  assert.equal(exifOrientation(await encodeJpeg(new Uint8Array(12), 2, 2, 90)), 1);
  for (const [name, { file }] of Object.entries(oddImages)) {
    const wanted = name === "JPEG turned by EXIF" ? 6 : 1;
    assert.equal(exifOrientation(Uint8Array.fromBase64(file)), wanted, name);
  }
  assert.equal(exifOrientation(new Uint8Array()), 1);
});

Deno.test("exifOrientation() is an orientation, whatever is cut off or changed", () => {
  for (const { bytes } of oriented.filter(({ orientation }) => orientation === 6)) {
    for (let end = 0; end < bytes.length; end++) {
      assert.ok([1, 6].includes(exifOrientation(bytes.subarray(0, end))), `${end}`);
    }
    for (let at = 0; at < 160; at++) {
      for (const value of [0, 1, 255]) {
        const found = exifOrientation(bytes.with(at, value));
        assert.ok(Number.isInteger(found) && found >= 1 && found <= 8, `${at}`);
      }
    }
  }
});
