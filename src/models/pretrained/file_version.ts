/**
 * Whose bytes answers have: parts of two files, joined, are weights that nobody trained.
 *
 * @module
 */
import { totalOf } from "./read_body.ts";

/** Whose bytes an answer has. */
export interface FileVersion {
  /** The server's name of it. */
  readonly etag: string | undefined;
  /** When it was changed last. */
  readonly modified: string | undefined;
  /** The file's length, where it is said. */
  readonly total: number | undefined;
  /** Whether the bytes are the file's, and not those of a compressed form, which has other places. */
  readonly isResumable: boolean;
}

/**
 * What an answer says of its file.
 *
 * @param response of status 200, or 206
 * @param before where a part begins that does not say it
 */
export function versionOf(response: Response, before: number): FileVersion {
  const { headers } = response;
  return {
    etag: headers.get("etag") ?? undefined,
    modified: headers.get("last-modified") ?? undefined,
    total: totalOf(response, before),
    isResumable: headers.get("content-encoding") === null,
  };
}

/**
 * Whether a part goes on where an answer ended, in the same file: what is said of both is the same.
 *
 * @param response of status 206
 * @param before the first byte that is missing
 * @param first what the answer before said; none where there was none
 */
export function goesOn(
  response: Response,
  before: number,
  first: FileVersion | undefined,
): boolean {
  return first !== undefined && isSame(first, versionOf(response, before)) &&
    beginsAt(response, before);
}

function isSame(one: FileVersion, other: FileVersion): boolean {
  return one.etag === other.etag && one.modified === other.modified && other.isResumable &&
    (one.total === undefined || other.total === undefined || one.total === other.total);
}

/** Whether a part begins where it was asked for; a page may not see where another host says so. */
function beginsAt(response: Response, byte: number): boolean {
  return response.headers.get("content-range")?.startsWith(`bytes ${byte}-`) ?? true;
}
