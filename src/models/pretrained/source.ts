import { download, type DownloadOptions } from "./download.ts";
import { fail } from "./fail.ts";
import { fromHub, type HubOptions } from "./hub.ts";
import type { Obtained } from "./layout.ts";

/** Where weights come from: their bytes, a file that a user gave, a URL, or `hf:owner/name`. */
export type PretrainedSource = Uint8Array | ArrayBuffer | Blob | URL | string;

/** How files are fetched. */
export interface FetchOptions extends DownloadOptions, HubOptions {}

/**
 * Brings the weights here.
 *
 * @param source where they are
 * @param options how to fetch
 * @returns the file, and what came with it
 * @throws {TypeError} if the source is none
 * @throws {DownloadError} if it could not be fetched
 */
export async function obtain(
  source: PretrainedSource,
  options: FetchOptions,
): Promise<Obtained> {
  if (source instanceof Uint8Array) return { bytes: source };
  if (source instanceof ArrayBuffer) return { bytes: new Uint8Array(source) };
  if (source instanceof Blob) return { bytes: new Uint8Array(await source.arrayBuffer()) };
  const text = source instanceof URL ? source.href : source;
  if (typeof text === "string" && text.startsWith("hf:")) return await fromHub(text, options);
  if (typeof text !== "string" || !URL.canParse(text)) {
    fail(
      'source must be bytes, a File, a URL, or "hf:owner/name": current value is ' +
        `${
          typeof text === "string" ? JSON.stringify(text) : Object.prototype.toString.call(text)
        }` +
        "; of a path give the bytes, await Deno.readFile(path)",
    );
  }
  return { bytes: await download(text, options) };
}
