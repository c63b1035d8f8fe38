/** A decoder for tests: it ends its thread. */
import process from "node:process";
import type { JpegDecoder } from "../../../../datasets/loader/decoder.ts";

/** Starts well. */
export default function createDecoder(): Promise<JpegDecoder> {
  return Promise.resolve(() => process.exit(7));
}
