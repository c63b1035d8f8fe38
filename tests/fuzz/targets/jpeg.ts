/** JPEG pictures with changed bytes: they have no checksums, so that all of the decoders is reached. */
import { decodeImage } from "../../../datasets/images/image.ts";
import { exifOrientation } from "../../../datasets/images/orientation.ts";
import { complaintOf } from "../complaints.ts";
import { mutated } from "../mutate/bytes.ts";
import type { Target } from "../target.ts";
import { jpegSeeds } from "./pictures.ts";
import { digest, second } from "./second.ts";

/** Where the picture is said to lie. */
export const file = "/set/images/training/a.jpg";

/** Markers that a reader may meet anywhere. */
export const markers: readonly Uint8Array[] = [
  0xc0,
  0xc2,
  0xc4,
  0xd0,
  0xd8,
  0xd9,
  0xda,
  0xdb,
  0xdd,
  0xe1,
  0xee,
  0xfe,
]
  .flatMap((marker) => [Uint8Array.of(0xff, marker), Uint8Array.of(0xff, marker, 0, 4, 0, 0)]);

export async function start(python: string | undefined): Promise<Target> {
  return {
    cases: mutated({ seeds: jpegSeeds(), words: markers }),
    async read(bytes) {
      exifOrientation(bytes);
      const { width, height, data } = await decodeImage(bytes, file);
      return `${width}x${height} ${digest(data)}`;
    },
    isInexact: true,
    complaint: (error) => complaintOf(error, ["DataError"], file),
    ...await second(python, "picture"),
  };
}
