/** One set in every convention is one set: the same labels, whatever its masks look like. */
import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { openAde20k } from "../../../datasets/ade20k/dataset.ts";
import { codingFor, codingOf } from "../../../datasets/masks/coding.ts";
import { type Rgb, vocColor } from "../../../datasets/masks/palette.ts";
import { encodeGrayPng, encodeRgbPng } from "../../../datasets/images/png.ts";
import { openSegmented, type OpenSegmentedOptions } from "../../../datasets/segmented.ts";
import type { MaskCoding, PaletteColor } from "../../../datasets/sample.ts";
import { put, withFolder } from "../files.ts";
import { putList } from "../voc/files.ts";

/** A colour for each class, black for ignored. */
const colorFor = (label: number): Rgb => vocColor(label + 1);

function palette(classes: number): readonly PaletteColor[] {
  return Array.from({ length: classes + 1 }, (_, i) => [...colorFor(i - 1), i - 1] as const);
}

/** Labels, −1 for ignored, as a mask in each coding. */
const encoders: Record<string, (labels: Int16Array, width: number, height: number) => Uint8Array> =
  {
    "zero-is-ignored": (labels, ...size) =>
      encodeGrayPng(Uint8Array.from(labels, (l) => l + 1), ...size),
    "from-zero,255-ignored": (labels, ...size) =>
      encodeGrayPng(Uint8Array.from(labels, (l) => l < 0 ? 255 : l), ...size),
    "from-zero,255-ignored, in VOC's palette": (labels, ...size) => {
      const colors = Array.from({ length: 256 }, (_, index) => vocColor(index));
      return encodeGrayPng(Uint8Array.from(labels, (l) => l < 0 ? 255 : l), ...size, colors);
    },
    "RGB": (labels, ...size) =>
      encodeRgbPng(Uint8Array.from([...labels].flatMap((l) => [...colorFor(l)])), ...size),
  };

Deno.test("a mask in each convention has the labels that it was made of", () => {
  const mask = fc.integer({ min: 1, max: 254 }).chain((classes) =>
    fc.record({
      classes: fc.constant(classes),
      width: fc.integer({ min: 1, max: 9 }),
      labels: fc.array(fc.integer({ min: -1, max: classes - 1 }), { minLength: 9, maxLength: 60 }),
    })
  );
  fc.assert(fc.property(mask, ({ classes, width, labels }) => {
    const height = Math.floor(labels.length / width);
    const wanted = Int16Array.from(labels.slice(0, width * height));
    const read = (coding: MaskCoding, form: string) =>
      codingOf(coding).decode(encoders[form]!(wanted, width, height), "a.png", classes).labels;
    assert.deepEqual(read("ade20k", "zero-is-ignored"), wanted);
    for (const form of ["from-zero,255-ignored", "from-zero,255-ignored, in VOC's palette"]) {
      assert.deepEqual(read(codingFor("from-zero,255-ignored"), form), wanted);
    }
    assert.deepEqual(read({ palette: palette(classes) }, "RGB"), wanted);
    if (wanted.includes(-1)) return;
    const zero = encodeGrayPng(Uint8Array.from(wanted), width, height);
    assert.deepEqual(codingOf("from-zero").decode(zero, "a.png", classes).labels, wanted);
  }));
});

const data = Deno.env.get("WS_TEST_DATA");

Deno.test({
  name: "CamVid in each convention and layout has the labels of the original, byte for byte",
  ignore: data === undefined,
  fn: () =>
    withFolder(async (dir) => {
      const source = await openAde20k(join(data!, "camvid"));
      const { classNames } = source;
      const samples = await Promise.all([3, 40, 77].map((i) => source.validation.read(i)));
      const names = samples.map(({ name }) => name).sort();
      const write = async (root: string, form: string, image: string, mask: string) => {
        for (const { name, labels, width, height, image: pixels } of samples) {
          await put(root, `${image}/${name}.png`, encodeRgbPng(pixels, width, height));
          await put(root, `${mask}/${name}.png`, encoders[form]!(labels, width, height));
        }
        await put(root, "classes.txt", classNames.join("\n"));
      };
      const check = async (root: string, options: OpenSegmentedOptions) => {
        const set = await openSegmented(root, options);
        assert.deepEqual(set.classNames, classNames);
        const parts = [...new Set([set.training, set.validation])];
        const read = (await Promise.all(parts.map(async (part) =>
          await Promise.all(part.names.map((_, i) => part.read(i)))
        ))).flat();
        const seen = new Map(read.map((sample) => [sample.name, sample]));
        for (const sample of samples) {
          assert.deepEqual(seen.get(sample.name), sample);
        }
      };
      await write(join(dir, "city"), "from-zero,255-ignored", "images/val", "labels/val");
      await check(join(dir, "city"), { labels: "from-zero,255-ignored" });
      const indexed = "from-zero,255-ignored, in VOC's palette";
      await write(join(dir, "voc"), indexed, "JPEGImages", "SegmentationClass");
      await putList(join(dir, "voc"), "train", names);
      await putList(join(dir, "voc"), "val", names);
      await check(join(dir, "voc"), { labels: "from-zero,255-ignored" });
      await write(join(dir, "rgb"), "RGB", "images/validation", "masks/validation");
      const lines = [`${colorFor(-1).join(" ")} void`];
      classNames.forEach((name, label) =>
        lines.push(`${colorFor(label).join(" ")} ${name}`)
      );
      await put(dir, "palette.txt", lines.join("\n"));
      await check(join(dir, "rgb"), { palette: join(dir, "palette.txt") });
      await write(join(dir, "flat"), "zero-is-ignored", "images", "annotations");
      await check(join(dir, "flat"), { validationShare: 0.5 });
    }),
});
