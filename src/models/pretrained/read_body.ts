import { DownloadError } from "./fail.ts";

/** What has come of a file. */
export interface Received {
  /** Its address, for messages. */
  readonly address: string;
  /** The bytes, with room behind them. */
  bytes: Uint8Array<ArrayBuffer>;
  /** How many have come. */
  length: number;
  /** How many there are, where it is known. */
  total: number | undefined;
}

/**
 * Reads an answer to its end, behind what has come before.
 *
 * @param response of status 200, or 206 with what follows
 * @param received grows
 * @param progress called whenever bytes have come
 * @param signal ends it
 * @returns whether the file is whole; not where the connection ended early
 * @throws {DownloadError} if memory does not hold it
 * @throws the signal's reason, and what `progress` throws
 */
export async function readBody(
  response: Response,
  received: Received,
  progress: () => void,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  received.total = totalOf(response, received.length);
  try {
    reserve(received, received.total ?? 0);
  } catch (error) {
    await dropBody(response);
    throw error;
  }
  const reader = response.body?.getReader();
  while (reader !== undefined) {
    const part = await next(reader, signal);
    if (part === "broken") return false;
    if (part === undefined) break;
    reserve(received, received.length + part.length);
    received.bytes.set(part, received.length);
    received.length += part.length;
    try {
      progress();
    } catch (error) {
      await reader.cancel(error);
      throw error;
    }
  }
  return received.total === undefined || received.length >= received.total;
}

/**
 * Does without the rest of an answer; that its connection failed meanwhile is of no interest.
 *
 * @param response the answer, if there is one
 */
export async function dropBody(response: Response | undefined): Promise<void> {
  await response?.body?.cancel().catch(() => {});
}

/** The next bytes; none at the end, `"broken"` where the connection failed. */
async function next(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | "broken" | undefined> {
  try {
    signal?.throwIfAborted();
    return (await reader.read()).value;
  } catch {
    signal?.throwIfAborted();
    return "broken";
  }
}

/**
 * The file's length; what a server says of a compressed answer is not that of its contents.
 *
 * @param response of status 200, or 206
 * @param before where a part begins that does not say it
 * @returns the number of bytes of all of it; `undefined` where nobody says
 */
export function totalOf({ status, headers }: Response, before: number): number | undefined {
  if (headers.get("content-encoding") !== null) return undefined;
  const whole = /\/(\d+)$/.exec(headers.get("content-range") ?? "")?.[1];
  if (whole !== undefined) return Number(whole);
  const length = headers.get("content-length");
  return length === null ? undefined : Number(length) + (status === 206 ? before : 0);
}

/** Makes room: all at once where the length is known, otherwise twice as much each time. */
function reserve(received: Received, length: number): void {
  if (received.bytes.length >= length) return;
  const isKnown = length === received.total;
  const size = isKnown ? length : Math.max(length, 2 * received.bytes.length);
  const room = roomOf(size, received);
  room.set(received.bytes.subarray(0, received.length));
  received.bytes = room;
}

function roomOf(size: number, { address, length }: Received): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch (cause) {
    throw new DownloadError(
      `${address} must fit into memory: ${size} bytes don't; take a smaller network, or the same in ` +
        "float16",
      address,
      length,
      { cause },
    );
  }
}
