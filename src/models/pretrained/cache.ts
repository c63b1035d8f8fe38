import { dropBody } from "./read_body.ts";

/** What is used of the `Cache` of browsers. */
export interface ByteCache {
  /** The answer that is kept for an address. */
  match(address: string): Promise<Response | undefined>;
  /** Keeps an answer. */
  put(address: string, response: Response): Promise<void>;
}

/**
 * A browser's cache; none elsewhere, in pages that may not use it, and where it can't be opened.
 */
export async function defaultCache(): Promise<ByteCache | undefined> {
  const isBrowser = "document" in globalThis ||
    ("WorkerGlobalScope" in globalThis && !("Deno" in globalThis));
  if (!isBrowser || !("caches" in globalThis)) return undefined;
  try {
    return await globalThis.caches.open("weight-standardization");
  } catch {
    return undefined;
  }
}

/**
 * A kept file, where it is still the server's.
 *
 * @param cache where files are kept
 * @param address the file's
 * @param ask gives the answer's headers, or fails where the server can't be asked
 * @returns the file; nothing where there is none, or another now
 */
export async function cached(
  cache: ByteCache,
  address: string,
  ask: () => Promise<Response>,
): Promise<Uint8Array | undefined> {
  const kept = await cache.match(address);
  if (kept === undefined) return undefined;
  const current = await ask().catch(() => undefined);
  await dropBody(current);
  const isSame = current === undefined ||
    (current.ok && current.headers.get("etag") === kept.headers.get("etag"));
  if (!isSame) {
    await dropBody(kept);
    return undefined;
  }
  return new Uint8Array(await kept.arrayBuffer());
}
