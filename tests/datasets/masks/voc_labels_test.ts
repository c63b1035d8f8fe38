import assert from "node:assert/strict";
import { vocColor, vocPalette } from "../../../datasets/masks/palette.ts";
import { vocLabels } from "../../../datasets/masks/voc_labels.ts";
import { encodeGrayPng, encodeRgbPng } from "../../../datasets/images/png.ts";
import { joined, pngChunks } from "../../../datasets/images/png_chunks.ts";
import { oddImages } from "../fixtures/odd_images.ts";
import { paletteCases, vocMask } from "../fixtures/palette_masks.ts";
import { bytesOf } from "../fixtures/pil.ts";

/** Fails unless the mask is refused with the file's name and all of `messages`. */
function rejects(bytes: Uint8Array, ...messages: RegExp[]): void {
  assert.throws(() => vocLabels(bytes, "SegmentationClass/a.png"), (error: Error) => {
    assert.equal(error.name, "DataError");
    for (const message of [/SegmentationClass\/a\.png/, ...messages]) {
      assert.match(error.message, message);
    }
    return true;
  });
}

Deno.test("vocColor() is the development kit's rule, as the fixture's script computes it", () => {
  assert.deepEqual(Uint8Array.from(vocPalette.flat()), bytesOf(vocMask.palette));
  // The published colours: background, aeroplane, tvmonitor, the border.
  assert.deepEqual([0, 1, 15, 20, 255].map(vocColor), [
    [0, 0, 0],
    [128, 0, 0],
    [192, 128, 128],
    [0, 64, 128],
    [224, 224, 192],
  ]);
});

for (const [form, file] of Object.entries(vocMask.files)) {
  Deno.test(`vocLabels() reads the same classes from ${form}`, () => {
    const { width, height, labels } = vocLabels(bytesOf(file), "a.png");
    assert.deepEqual([width, height], [vocMask.width, vocMask.height]);
    const wanted = Array.from(bytesOf(vocMask.indices), (value) => value === 255 ? -1 : value);
    assert.deepEqual([...labels], wanted);
  });
}

Deno.test("vocLabels() reads 255 as ignored where the palette ends after the classes", () => {
  const bytes = encodeGrayPng(Uint8Array.of(0, 20, 255, 1), 2, 2, vocPalette.slice(0, 21));
  assert.deepEqual([...vocLabels(bytes, "a.png").labels], [0, 20, -1, 1]);
  rejects(
    encodeGrayPng(Uint8Array.of(0, 20, 21, 1), 2, 2, vocPalette.slice(0, 21)),
    /palette index 21 and the palette ends before it/,
  );
});

Deno.test("vocLabels() throws DataError when the palette is lost, as its order could be any", () => {
  const whole = encodeGrayPng(Uint8Array.of(0, 1, 2, 1), 2, 2, vocPalette);
  const kept = [...pngChunks(whole)].filter(({ type }) => type !== "PLTE");
  rejects(
    joined([whole.subarray(0, 33), ...kept.map((chunk) => chunk.whole)]),
    /palette index 0 and the palette ends before it/,
  );
});

Deno.test("vocLabels() passes over unused colours of a palette, whatever they are", () => {
  const palette = [...vocPalette.slice(0, 3), [1, 2, 3] as const];
  assert.deepEqual([...vocLabels(encodeGrayPng(Uint8Array.of(2, 1), 2, 1, palette), "a").labels], [
    2,
    1,
  ]);
});

Deno.test("vocLabels() throws DataError when a class is beyond 20 and is not 255", () => {
  for (const colors of [undefined, vocPalette]) {
    for (const index of [21, 38, 254]) {
      const bytes = encodeGrayPng(Uint8Array.of(0, 1, index, 255), 2, 2, colors);
      rejects(bytes, new RegExp(`holds the class index ${index},`), /classes 0 to 20, and 255/);
    }
  }
});

Deno.test("vocLabels() throws DataError when a colour is none of VOC's", () => {
  const palette = [[0, 0, 0], [128, 0, 0], [12, 34, 56]] as const;
  rejects(
    encodeGrayPng(Uint8Array.of(0, 1, 2, 2), 2, 2, palette),
    /an unknown palette: its index 2 is \(12, 34, 56\), which is none of the 21/,
    /\(224, 224, 192\) for ignored: give the mask VOC's palette or colours; where its indices/,
  );
  // A gray ramp, as Pillow gives a palette image without a palette of its own.
  const ramp = Array.from({ length: 256 }, (_, i) => [i, i, i] as const);
  rejects(encodeGrayPng(Uint8Array.of(0, 1), 2, 1, ramp), /its index 1 is \(1, 1, 1\)/);
  const rgb = Uint8Array.of(128, 0, 0, 127, 0, 0); // as JPEG compression leaves colours
  rejects(
    encodeRgbPng(rgb, 2, 1),
    /a pixel of the colour \(127, 0, 0\), which is none of the 21/,
    /: give the mask VOC's palette or colours$/, // it has no indices that could be kept
  );
});

Deno.test("vocLabels() throws DataError when the form holds no classes, or the file is damaged", () => {
  rejects(bytesOf(oddImages["PNG of 16-bit RGB"]!.file), /it is RGB of 16 bits, and a palette,/);
  rejects(
    bytesOf(oddImages["PNG of 2-bit gray"]!.file),
    /it is gray of 2 bits, and a palette, 8-bit gray or/,
  );
  rejects(bytesOf(oddImages["gray JPEG"]!.file), /are a JPEG, whose compression changes labels/);
  rejects(bytesOf(paletteCases["4-bit palette of 45x29"]!.file), /an unknown palette/);
  const whole = bytesOf(vocMask.files["RGB"]!);
  for (let length = 0; length < whole.length; length += 11) {
    rejects(whole.subarray(0, length), /cut off|as a PNG/);
  }
});
