/**
 * Extended (pax) headers of a tar archive, which describe the entry after them.
 *
 * @module
 */
import { type Buffer, isUtf8 } from "node:buffer";

/** The records of an extended header that matter here. */
export interface PaxRecords {
  /** The entry's path. */
  path?: string;
  /** Whether the path is not in UTF-8, and `path` therefore not what was meant. */
  isOdd?: true;
  /** Bytes of its contents. */
  size?: number;
  /** Whether the contents are a map of holes and the data between them (GNU tar's `--sparse`). */
  isSparse: boolean;
}

/**
 * Parses records of the form `LENGTH KEY=VALUE<newline>`, where LENGTH counts all bytes of the
 * record: a value may hold newlines, as file names may.
 *
 * @example
 * ```ts
 * import { Buffer } from "node:buffer";
 * import { deepEqual } from "node:assert/strict";
 * import { parsePax } from "./pax.ts";
 *
 * deepEqual(parsePax(Buffer.from("12 path=a\nb\n")), { isSparse: false, path: "a\nb" });
 * ```
 *
 * @param bytes the header's contents
 * @returns the records; undefined if they are damaged
 */
export function parsePax(bytes: Buffer): PaxRecords | undefined {
  const values = new Map<string, string>();
  const odd = new Set<string>();
  for (let at = 0; at < bytes.length;) {
    const length = Number.parseInt(bytes.toString("latin1", at, at + 20));
    const record = bytes.toString("utf8", at, at + length);
    const [, key, value] = /^\d+ ([^=]+)=([^]*)\n$/.exec(record) ?? [];
    if (key === undefined || value === undefined || at + length > bytes.length) return undefined;
    values.set(key, value);
    if (!isUtf8(bytes.subarray(at, at + length))) odd.add(key);
    at += length;
  }
  const pathKey = values.has("GNU.sparse.name") ? "GNU.sparse.name" : "path";
  const path = values.get(pathKey);
  const size = values.get("size");
  if (size !== undefined && !/^\d+$/.test(size)) return undefined;
  return {
    isSparse: values.keys().some((key) => key.startsWith("GNU.sparse.")),
    ...(path !== undefined && { path }),
    ...(odd.has(pathKey) && { isOdd: true }),
    ...(size !== undefined && { size: Number(size) }),
  };
}
