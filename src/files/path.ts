/**
 * Paths from addresses.
 *
 * @module
 */
import { resolve } from "node:path";
import { check } from "../check.ts";

/** What addresses of files begin with. */
export const fileScheme = "file://";

/**
 * The path that an address means. What stands after `file://` is the path as it is, as tfjs-node
 * has it, unless the whole is a URL in its normal form, with `%20` for spaces.
 *
 * @param place `"file://folder"`, `"file:///home/me/a%20folder"`
 * @returns an absolute path
 * @throws {TypeError} if there is no path in it
 */
export function pathOf(place: string): string {
  const bare = place.slice(fileScheme.length);
  check(bare.trim() !== "", TypeError, "find a file as its address must have a path", place);
  const path = decoded(place) ?? bare;
  return resolve(path.replace(/^\/(?=[A-Za-z]:[\\/])/, "")); // Windows has no slash before its drive
}

/** The path of a URL that is written as URLs are. */
function decoded(place: string): string | undefined {
  if (!place.includes("%") || !URL.canParse(place) || new URL(place).href !== place) {
    return undefined;
  }
  try {
    return decodeURIComponent(new URL(place).pathname);
  } catch {
    return undefined; // a plain percent sign
  }
}
