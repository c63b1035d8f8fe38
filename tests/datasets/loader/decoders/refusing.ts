/** A decoder for tests: it cannot decode anything. */
import type { JpegDecoder } from "../../../../datasets/loader/decoder.ts";

/** Throws at every picture. */
export default function createDecoder(): Promise<JpegDecoder> {
  return Promise.resolve(() => {
    throw new Error("no such codec");
  });
}
