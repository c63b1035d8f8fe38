/** Masks, in each coding. */
import * as fc from "fast-check";
import { DataError } from "../../../datasets/errors.ts";
import { decodeMaskPng } from "../../../datasets/images/png.ts";
import { codingOf } from "../../../datasets/masks/coding.ts";
import type { MaskCoding } from "../../../datasets/sample.ts";
import { paletteCases } from "../../datasets/fixtures/palette_masks.ts";
import { complaintOf } from "../complaints.ts";
import { mutated, ofBase64 } from "../mutate/bytes.ts";
import { pngFiles, repairPng } from "../mutate/png.ts";
import type { Target } from "../target.ts";
import { pngSeeds } from "./pictures.ts";
import { digest, second } from "./second.ts";

const file = "/set/annotations/validation/a.png";

const codings: readonly MaskCoding[] = [
  ...["ade20k", "voc", "from-zero", "from-zero,255-ignored"] as const,
  { palette: [[0, 0, 0, -1], [37, 74, 111, 0], [0, 37, 74, 1]] },
];

export async function start(python: string | undefined): Promise<Target> {
  const indexed = Object.entries(paletteCases).slice(0, 20)
    .map(([name, { file }]) => ({ name, bytes: ofBase64(file) }));
  const seeds = [...pngSeeds().filter(({ name }) => /palette|gray|bit/.test(name)), ...indexed];
  return {
    cases: fc.oneof({ weight: 2, arbitrary: pngFiles }, {
      weight: 1,
      arbitrary: mutated({ seeds, repair: repairPng }),
    }),
    read(bytes) {
      for (const coding of codings) {
        try {
          const { width, height, labels } = codingOf(coding).decode(bytes, file, 150);
          const isWhole = labels.length === width * height &&
            labels.every((label) => label >= -1 && label < 255);
          if (!isWhole) throw new Error(`labels of ${JSON.stringify(coding)} are none`);
        } catch (error) {
          const isTold = error instanceof DataError &&
            complaintOf(error, ["DataError"], file) === undefined;
          if (!isTold) throw error;
        }
      }
      const { width, height, data } = decodeMaskPng(bytes, file);
      return `${width}x${height} ${digest(data)}`;
    },
    complaint: (error) => complaintOf(error, ["DataError"], file),
    ...await second(python, "mask"),
  };
}
