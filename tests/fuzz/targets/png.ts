/** PNG pictures: built with lies in them, and changed bytes, their checksums mostly right. */
import * as fc from "fast-check";
import { decodeImage } from "../../../datasets/images/image.ts";
import { exifOrientation } from "../../../datasets/images/orientation.ts";
import { complaintOf } from "../complaints.ts";
import { mutated } from "../mutate/bytes.ts";
import { pngFiles, repairPng } from "../mutate/png.ts";
import type { Target } from "../target.ts";
import { pngSeeds } from "./pictures.ts";
import { digest, second } from "./second.ts";

const file = "/set/images/training/a.png";

export async function start(python: string | undefined): Promise<Target> {
  const words = ["IDAT", "IEND", "PLTE", "tRNS"];
  return {
    cases: fc.oneof({ weight: 2, arbitrary: pngFiles }, {
      weight: 1,
      arbitrary: mutated({ seeds: pngSeeds(), words, repair: repairPng }),
    }),
    async read(bytes) {
      exifOrientation(bytes);
      const { width, height, data } = await decodeImage(bytes, file);
      return `${width}x${height} ${digest(data)}`;
    },
    complaint: (error) => complaintOf(error, ["DataError"], file),
    ...await second(python, "picture"),
  };
}
