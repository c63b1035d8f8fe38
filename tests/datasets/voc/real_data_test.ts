/** PASCAL VOC's layout around real photographs, where `WS_TEST_DATA` names the folder that holds them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openAde20k } from "../../../datasets/ade20k/dataset.ts";
import { vocPalette } from "../../../datasets/masks/palette.ts";
import { encodeGrayPng, encodeRgbPng } from "../../../datasets/images/png.ts";
import { segmentationLoader } from "../../../datasets/loader.ts";
import { openSegmented } from "../../../datasets/segmented.ts";
import { put, withFolder } from "../files.ts";
import { putList } from "./files.ts";

const data = Deno.env.get("WS_TEST_DATA");

Deno.test({
  name: "openSegmented() reads photographs in PASCAL VOC's layout, whatever form their masks have",
  ignore: data === undefined,
  fn: () =>
    withFolder(async (dir) => {
      const { validation: source } = await openAde20k(join(data!, "ade20k-sample"));
      const forms = [
        (values: Uint8Array, width: number, height: number) =>
          encodeGrayPng(values, width, height, vocPalette),
        encodeGrayPng,
        (values: Uint8Array, width: number, height: number) =>
          encodeRgbPng(
            Uint8Array.from([...values].flatMap((value) => vocPalette[value]!)),
            width,
            height,
          ),
      ];
      const samples = await Promise.all(source.names.map((_, i) => source.read(i)));
      // ADE20k's classes by number, for want of VOC's own: what is held against them is how they are read.
      const wanted = samples.map(({ labels }) =>
        labels.map((label) => label < 0 ? -1 : label % 21)
      );
      for (const [i, { name, width, height }] of samples.entries()) {
        await put(dir, `JPEGImages/${name}.jpg`, await Deno.readFile(source.entry!(i).image));
        const values = Uint8Array.from(wanted[i]!, (label) => label < 0 ? 255 : label);
        await put(dir, `SegmentationClass/${name}.png`, forms[i]!(values, width, height));
      }
      await putList(dir, "train", source.names.slice(0, 2));
      await putList(dir, "val", [...source.names]);
      const { training, validation } = await openSegmented(dir);
      for (const [i, sample] of samples.entries()) {
        assert.deepEqual(await validation.read(i), { ...sample, labels: wanted[i] });
      }
      const loader = segmentationLoader(training, { batchSize: 2, size: 96, train: true });
      for await (const { labels, names } of loader.batches(0)) {
        assert.equal(names.length, 2);
        assert.ok(labels.every((label) => label >= -1 && label < 21));
        assert.ok(new Set(labels).size > 4);
      }
      await loader.close();
    }),
});
