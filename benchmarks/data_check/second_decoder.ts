import { reasonOf } from "../../datasets/errors.ts";
import { findLibrary } from "../../src/backends/tensorflow/library.ts";

/** A second decoder of JPEGs, or none, and what is said of it. */
export interface SecondDecoder {
  /** Its module's address. */
  url?: string;
  /** What decodes, in words. */
  words: string;
}

/** The command that may load TensorFlow's library, which the task may not. */
const command =
  "deno run --allow-read --allow-write --allow-env --allow-ffi benchmarks/data_check.ts DIR --decode";

/**
 * TensorFlow's decoder, where its library is set up and may be loaded.
 *
 * @param decode whether images are decoded at all
 */
export async function secondDecoder(decode: boolean): Promise<SecondDecoder> {
  if (!decode) return { words: "their headers; --decode decodes them" };
  const alone = "the codecs in wasm";
  if (findLibrary() === undefined) {
    return { words: `${alone}; TensorFlow's library, whose decoder is another, is not set up` };
  }
  const { state } = await Deno.permissions.query({ name: "ffi" });
  if (state !== "granted") {
    return { words: `${alone}; for TensorFlow's decoder, too, run ${command}` };
  }
  const { href } = new URL("../../src/backends/tensorflow/decode_jpeg.ts", import.meta.url);
  try {
    await (await import(href)).default();
  } catch (error) {
    return { words: `${alone}; TensorFlow's decoder does not start (${reasonOf(error)})` };
  }
  return { url: href, words: `${alone}, and JPEGs by TensorFlow's decoder, too` };
}
