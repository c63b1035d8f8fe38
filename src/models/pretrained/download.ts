import { type ByteCache, cached, defaultCache } from "./cache.ts";
import { DownloadError } from "./fail.ts";
import { type FileVersion, goesOn, versionOf } from "./file_version.ts";
import { dropBody, readBody, type Received } from "./read_body.ts";

/** How far a download has come. */
export interface DownloadProgress {
  /** The last part of the address, `model.safetensors`. */
  readonly file: string;
  /** How many bytes are here. */
  readonly loadedBytes: number;
  /** How many there are; `undefined` where the server does not say. */
  readonly totalBytes: number | undefined;
}

/** How files are fetched. */
export interface DownloadOptions {
  /**
   * Fetches, such as with a header of one's own.
   *
   * @default {globalThis.fetch}
   */
  fetch?: typeof globalThis.fetch;
  /** Called whenever bytes have come. What it throws ends the download. */
  onProgress?: (progress: DownloadProgress) => void;
  /** Ends the download; what waits for it gets the signal's reason. */
  signal?: AbortSignal;
  /**
   * Where whole files are kept: a `Cache`, or `false` for nowhere. A kept file is used where the
   * server still names the same version of it (its ETag), or cannot be asked.
   *
   * @default {the browser's, named "weight-standardization"; nowhere in Deno and Node}
   */
  cache?: ByteCache | false;
}

/** How often a download that ends early is taken up again without any byte more. */
const mostFruitless = 3;

/** How long the second fruitless try waits; the next one four times as long. */
const firstPauseMs = 100;

/**
 * Fetches a file, from where it ended if it ends early.
 *
 * @param address its URL
 * @param options how to fetch
 * @returns the whole file
 * @throws {DownloadError} if it isn't there, or ends early each time
 */
export async function download(
  address: string,
  options: DownloadOptions = {},
): Promise<Uint8Array> {
  options.signal?.throwIfAborted();
  const cache = options.cache ?? await defaultCache();
  const request = (headers: Record<string, string>) => ask(address, headers, options);
  const kept = cache && await cached(cache, address, () => request(firstByte));
  if (kept) {
    options.onProgress?.({
      file: fileOf(address),
      loadedBytes: kept.length,
      totalBytes: kept.length,
    });
    return kept;
  }
  const { bytes, etag } = await whole(address, request, options);
  // A cache that is full, or forbidden, is no reason to do without the weights.
  if (cache && etag !== undefined) {
    const headers = { etag, "content-length": `${bytes.length}` };
    await cache.put(address, new Response(bytes, { headers })).catch(() => {});
  }
  return bytes;
}

/**
 * Whether a server has a file, without fetching it.
 *
 * @param address its URL
 * @param options how to fetch
 * @throws {DownloadError} if the server can't be asked
 */
export async function isThere(address: string, options: DownloadOptions): Promise<boolean> {
  const response = await ask(address, firstByte, options);
  await dropBody(response);
  return response.ok;
}

/** The file from one answer, or from several. */
async function whole(
  address: string,
  request: (headers: Record<string, string>) => Promise<Response>,
  options: DownloadOptions,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; etag: string | undefined }> {
  const received: Received = { address, bytes: new Uint8Array(0), length: 0, total: undefined };
  let first: FileVersion | undefined;
  let fruitless = 0;
  let furthest = 0;
  let cause: unknown;
  while (fruitless < mostFruitless) {
    if (fruitless > 0) await pause(firstPauseMs * 4 ** (fruitless - 1), options.signal);
    const before = first?.isResumable === false ? 0 : received.length;
    let response: Response;
    try {
      response = await request(before > 0 ? { range: `bytes=${before}-` } : {});
      await checkAnswer(address, response, before);
    } catch (error) {
      if (received.length === 0 || !(error instanceof DownloadError)) throw error;
      cause = error; // of a file that is there: the connection, or the server, may come back
      fruitless++;
      continue;
    }
    const isPart = response.status === 206;
    if (isPart && !goesOn(response, before, first)) {
      await dropBody(response);
      received.length = 0;
      first = undefined;
      fruitless++;
      continue;
    }
    if (!isPart) {
      received.length = 0;
      first = versionOf(response, before);
    }
    const progress = () =>
      options.onProgress?.({
        file: fileOf(address),
        loadedBytes: received.length,
        totalBytes: received.total,
      });
    if (await readBody(response, received, progress, options.signal)) {
      return { bytes: received.bytes.subarray(0, received.length), etag: first?.etag };
    }
    fruitless = received.length > furthest ? 0 : fruitless + 1;
    furthest = Math.max(furthest, received.length);
  }
  throw endedEarly(received, cause);
}

function endedEarly({ address, length, total }: Received, cause: unknown): DownloadError {
  const whole = total ?? "an unknown number";
  return new DownloadError(
    `${address} must come whole: it ended at byte ${length} of ${whole}, and ${mostFruitless} requests ` +
      "for the rest brought nothing; try again later, or give the bytes of a file that you fetched " +
      "otherwise",
    address,
    length,
    { cause },
  );
}

/** Waits, unless it is ended. */
async function pause(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  signal?.throwIfAborted();
}

/**
 * Asks for headers by way of one byte: the address to which a hub sends one on may be signed for GET
 * alone.
 */
const firstByte = { range: "bytes=0-0" };

/** The answer's headers; an error where none comes. */
async function ask(
  address: string,
  headers: Record<string, string>,
  { fetch = globalThis.fetch, signal }: DownloadOptions,
): Promise<Response> {
  try {
    return await fetch(address, { headers, ...(signal !== undefined && { signal }) });
  } catch (error) {
    signal?.throwIfAborted();
    const seen = error instanceof Error ? error.message : `${error}`;
    throw new DownloadError(
      `${address} could not be fetched: ${seen}; look at the address, the connection, and whether the ` +
        "program may fetch it (Deno: --allow-net; a page: if the server allows other sites, by CORS), " +
        "or fetch the file yourself and give its bytes",
      address,
      0,
      { cause: error },
    );
  }
}

/** Refuses what is not the file. */
async function checkAnswer(address: string, response: Response, byte: number): Promise<void> {
  const { status, headers } = response;
  const isPage = (headers.get("content-type") ?? "").startsWith("text/html");
  if (response.ok && !isPage) return;
  const said = headers.get("x-error-message");
  await dropBody(response);
  const seen = response.ok ? "a page of HTML" : `status ${status}${said ? ` (${said})` : ""}`;
  throw new DownloadError(
    `${address} must be a file of weights: the answer is ${seen}; ${advice(status)}`,
    address,
    byte,
    { isEntryMissing: status === 404 && (headers.get("x-error-code") ?? entry) === entry },
  );
}

/** What Hugging Face's hub says of a file that is not there; other servers say nothing. */
const entry = "EntryNotFound";

function advice(status: number): string {
  if (status === 401 || status === 403) {
    return "it is not there, or private or gated: look at the name, and give a fetch that adds your " +
      "Authorization header where it is yours";
  }
  if (status === 404) return "look at the name and the revision";
  if (status === 429 || status >= 500) return "try again later";
  return 'give the address of the file itself, or "hf:owner/name" of a repository';
}

function fileOf(address: string): string {
  return new URL(address).pathname.split("/").at(-1) ?? "";
}
