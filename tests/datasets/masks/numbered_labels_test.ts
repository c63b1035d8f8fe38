import assert from "node:assert/strict";
import { codingFor, codingOf } from "../../../datasets/masks/coding.ts";
import {
  fittingConventions,
  meaningOf,
  numberedLabels,
} from "../../../datasets/masks/numbered_labels.ts";
import { decodeMaskPng, encodeGrayPng, encodeRgbPng } from "../../../datasets/images/png.ts";
import { type LabelConvention, labelConventions } from "../../../datasets/sample.ts";
import { conventionMasks, height, numberedMasks, width } from "../fixtures/label_masks.ts";
import { oddImages } from "../fixtures/odd_images.ts";
import { paletteCases } from "../fixtures/palette_masks.ts";
import { bytesOf } from "../fixtures/pil.ts";

for (const { form, file, values } of numberedMasks) {
  Deno.test(`decodeMaskPng() gives NumPy's numbers of ${form}`, () => {
    const mask = decodeMaskPng(file, "a.png");
    assert.deepEqual([mask.width, mask.height], [width, height]);
    assert.deepEqual(mask.data, values);
  });
}

for (const convention of labelConventions) {
  Deno.test(`${convention} gives NumPy's labels, and writes the mask that it reads`, () => {
    const { file, labels } = conventionMasks[convention];
    const { decode, encode, first } = codingOf(codingFor(convention));
    assert.deepEqual(decode(file, "a.png", 19).labels, labels);
    const classes = labels.map((label) => Math.max(0, label));
    const written = encode(Uint8Array.from(classes, (label) => first + label), width, height);
    assert.deepEqual(decode(written, "a.png", 19).labels, classes);
  });
}

/** Fails unless a mask of these values is refused with all of `messages`. */
function rejects(
  values: number[],
  classes: number,
  convention: LabelConvention,
  ...messages: RegExp[]
): void {
  const bytes = encodeGrayPng(Uint8Array.from(values), values.length / 2, 2);
  assert.throws(() => numberedLabels(bytes, "masks/a.png", classes, convention), (error: Error) => {
    assert.equal(error.name, "DataError");
    for (const message of [/masks\/a\.png/, ...messages]) assert.match(error.message, message);
    return true;
  });
}

Deno.test("numberedLabels() throws DataError when a value has no meaning, and says what would fit", () => {
  rejects(
    [0, 1, 2, 0, 255, 1],
    3,
    "from-zero",
    /the label 255 \(column 1, row 1; its values are 0, 1, 2, 255\), and the set has 3 classes \(from-zero: 0 to 2 the classes, none ignored\)/,
    /labels from-zero,255-ignored would fit this mask \(--labels from-zero,255-ignored: 0 to 2 the classes, 255 ignored\)/,
    /255 ignored\); else correct the mask, or the number of classes$/,
  );
  rejects(
    [0, 1, 2, 3],
    3,
    "from-zero,255-ignored",
    /the label 3 .*labels zero-is-ignored would fit this mask \(--labels zero-is-ignored: 0 ignored, 1 to 3/,
  );
  rejects([1, 255], 3, "zero-is-ignored", /the label 255 .*: labels from-zero,255-ignored would/);
});

Deno.test("numberedLabels() proposes nothing where nothing fits, and a palette for black and white", () => {
  for (const convention of labelConventions) {
    rejects(
      [0, 9, 1, 255],
      3,
      convention,
      /(classes|ignored)\): correct the mask, or the number of classes$/,
    );
  }
  rejects([255, 9, 1, 0], 3, "from-zero", /its values are 0, 1, 9, 255\)/);
  rejects(
    [0, 255],
    2,
    "from-zero",
    /--palette FILE with the lines 0 0 0 NAME and 255 255 255 NAME/,
  );
  rejects([...Array(30).keys()], 3, "from-zero", /its values are 0, 1, .*, 11, … 29\)/);
});

Deno.test("numberedLabels() refuses 1 of one bit where 255 is ignored, as a tool may have packed it", () => {
  const one = numberedMasks.find(({ form }) => form === "1-bit gray")!;
  assert.throws(() => numberedLabels(one.file, "a.png", 2, "from-zero,255-ignored"), {
    name: "DataError",
    message: /a\.png as it is gray of 1 bit, of which 1 may be a class, .* labels from-zero where/,
  });
  const labels = Int16Array.from(one.values);
  assert.deepEqual(numberedLabels(one.file, "a.png", 2, "from-zero").labels, labels);
  const indexed = numberedMasks.find(({ form }) => form === "1-bit palette")!;
  const { labels: indices } = numberedLabels(indexed.file, "a.png", 2, "from-zero,255-ignored");
  assert.deepEqual(indices, Int16Array.from(indexed.values), "indices are numbers");
});

Deno.test("numberedLabels() refuses colours and JPEGs, and says what to do", () => {
  const refused = (bytes: Uint8Array, message: RegExp) =>
    assert.throws(() => numberedLabels(bytes, "a.png", 3, "from-zero"), {
      name: "DataError",
      message,
    });
  refused(
    encodeRgbPng(new Uint8Array(12), 2, 2),
    /RGB of 8 bits, .* by a palette \(--palette FILE, .* keep one of them/,
  );
  refused(
    bytesOf(oddImages["gray JPEG"]!.file),
    /are a JPEG, whose compression changes labels, .* make it again from its source/,
  );
  const whole = bytesOf(paletteCases["4-bit palette of 45x29"]!.file);
  for (let length = 0; length < whole.length; length += 31) {
    refused(whole.subarray(0, length), /cut off|as a PNG/);
  }
});

Deno.test("fittingConventions() names each convention under which all values mean something", () => {
  assert.deepEqual(fittingConventions([0, 1, 2], 3), [...labelConventions]);
  assert.deepEqual(fittingConventions([0, 3], 3), ["zero-is-ignored"]);
  assert.deepEqual(fittingConventions([0, 255], 3), ["from-zero,255-ignored"]);
  assert.deepEqual(fittingConventions([3, 255], 3), []);
  assert.equal(meaningOf("zero-is-ignored", 150), "0 ignored, 1 to 150 the classes");
});
