import assert from "node:assert/strict";
import { foreignPicture } from "../../../datasets/images/foreign_pictures.ts";
import { decodeImage } from "../../../datasets/images/image.ts";
import { encodeJpeg } from "../../../datasets/images/jpeg.ts";
import { isMask, isPicture } from "../../../datasets/images/picture_names.ts";
import { decodeMaskPng } from "../../../datasets/images/png.ts";
import foreign from "../fixtures/foreign_images.json" with { type: "json" };
import { oddImages } from "../fixtures/odd_images.ts";

Deno.test("decodeImage() and decodeMaskPng() name the format when it is another, whatever the name", async () => {
  for (const [name, file] of Object.entries(foreign)) {
    const bytes = Uint8Array.fromBase64(file);
    const format = name.split(" ").at(-1) === "TIFF" ? "TIFF" : name;
    const wanted = new RegExp(
      `a\\.jpg as its bytes are an? ${format}\\b.*, whatever its name says`,
    );
    await assert.rejects(decodeImage(bytes, "a.jpg"), { name: "DataError", message: wanted });
    assert.throws(() => decodeMaskPng(bytes, "a.png"), {
      name: "DataError",
      message: new RegExp(`a\\.png as a mask as its bytes are an? ${format}\\b`),
    });
  }
  const jpeg = await encodeJpeg(new Uint8Array(12), 2, 2, 90);
  assert.throws(() => decodeMaskPng(jpeg, "a.png"), { message: /are a JPEG, whose compression/ });
});

Deno.test("foreignPicture() knows JPEG and PNG as none of its own, and no more than it sees", () => {
  for (const { file } of Object.values(oddImages)) {
    assert.equal(foreignPicture(Uint8Array.fromBase64(file)), undefined);
  }
  assert.equal(foreignPicture(new Uint8Array()), undefined);
  assert.equal(foreignPicture(new Uint8Array(64)), undefined);
});

Deno.test("isPicture() and isMask() pass over other files, and name pictures that are not read", () => {
  for (const name of ["a.jpg", "a.JPEG", "a.b.png"]) assert.ok(isPicture(name, name));
  for (const name of [".a.jpg", "Thumbs.db", "list.txt", "jpg", ".tif"]) {
    assert.ok(!isPicture(name, name) && !isMask(name, name), name);
  }
  assert.ok(isMask("a.PNG", "a.PNG"));
  const wrong: [string, RegExp, RegExp][] = [
    ["a.tif", /it is a TIFF, and pictures/, /it is a TIFF, and masks/],
    ["a.TIFF", /it is a TIFF/, /it is a TIFF/],
    ["a.webp", /it is a WebP/, /it is a WebP/],
    ["a.heic", /it is a HEIC/, /it is a HEIC/],
    ["a.bmp", /it is a BMP/, /it is a BMP/],
    ["a.gif", /it is a GIF/, /it is a GIF/],
    ["a.jfif", /a JPEG's name must end in \.jpg/, /it is a JPEG, whose compression/],
  ];
  for (const [name, picture, mask] of wrong) {
    assert.throws(() => isPicture(name, name), { name: "DataError", message: picture });
    assert.throws(() => isMask(name, name), { name: "DataError", message: mask });
  }
  assert.throws(() => isMask("a.jpg", "a.jpg"), { message: /it is a JPEG, whose compression/ });
  assert.throws(() => isMask("a.npy", "a.npy"), { message: /it is an array of NumPy's/ });
  assert.ok(!isPicture("a.npy", "a.npy"));
});
