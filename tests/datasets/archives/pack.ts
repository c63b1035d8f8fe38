/** Makes tar archives, for the tests of the readers. */
import { Buffer } from "node:buffer";
import { type Header, pack } from "tar-stream";

/** An entry of an archive to make: its path, or headers that tell more; and its contents. */
export type PackedEntry = [
  header: string | Partial<Header> & { name: string },
  contents?: Uint8Array | string,
];

/** The bytes of a tar archive of `entries`. */
export async function packTar(...entries: PackedEntry[]): Promise<Uint8Array> {
  const archive = pack();
  for (const [header, contents = ""] of entries) {
    archive.entry(typeof header === "string" ? { name: header } : header, Buffer.from(contents));
  }
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) chunks.push(chunk as Uint8Array);
  return new Uint8Array(Buffer.concat(chunks));
}
