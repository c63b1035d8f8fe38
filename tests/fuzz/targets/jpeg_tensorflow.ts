/** The same pictures by the loader's two decoders: the codec in WebAssembly, and TensorFlow's. */
import { decodeJpeg } from "../../../datasets/images/jpeg.ts";
import { readJpegHeader } from "../../../datasets/images/jpeg_header.ts";
import createDecoder from "../../../src/backends/tensorflow/decode_jpeg.ts";
import { findLibrary } from "../../../src/backends/tensorflow/library.ts";
import { complaintOf } from "../complaints.ts";
import { mutated } from "../mutate/bytes.ts";
import { Refused, type SecondReader, type Target } from "../target.ts";
import { file, markers } from "./jpeg.ts";
import { jpegSeeds } from "./pictures.ts";
import { digest } from "./second.ts";

/** As the loader asks it: for pictures whose header the codec's reader has taken. */
async function tensorFlow(): Promise<{ second?: SecondReader }> {
  if (findLibrary() === undefined) return {};
  const decode = await createDecoder();
  return {
    second: {
      name: "TensorFlow's decoder",
      read(bytes) {
        try {
          const picture = readJpegHeader(bytes, file);
          const { data, width, height } = decode(bytes, { x: 0, y: 0, ...picture }, picture);
          return Promise.resolve(`${width}x${height} ${digest(data.slice())}`);
        } catch (error) {
          throw new Refused(error instanceof Error ? error.message : `${error}`);
        }
      },
    },
  };
}

export async function start(): Promise<Target> {
  const seeds = jpegSeeds().filter(({ name }) => !/CMYK|YCCK/.test(name));
  return {
    cases: mutated({ seeds, words: markers }),
    async read(bytes) {
      const { width, height, data } = await decodeJpeg(bytes, file);
      return `${width}x${height} ${digest(data)}`;
    },
    isInexact: true,
    complaint: (error) => complaintOf(error, ["DataError"], file),
    ...await tensorFlow(),
  };
}
