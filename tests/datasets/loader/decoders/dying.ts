/** A decoder for tests: an error that nobody awaits ends its thread. */
import type { JpegDecoder } from "../../../../datasets/loader/decoder.ts";

/** Starts well. */
export default function createDecoder(): Promise<JpegDecoder> {
  setTimeout(() => {
    throw new Error("the codec is gone");
  });
  return new Promise(() => {});
}
