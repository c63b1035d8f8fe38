/** Extended (pax) headers of a tar archive: what they say of the entry after them. */
import { type Buffer, isUtf8 } from "node:buffer";

/** What matters of an extended header. */
export interface PaxRecords {
  /** The entry's path. */
  path?: string;
  /** Whether the path's bytes are no text in UTF-8, and `path` is not what was meant. */
  isOdd?: true;
  /** Bytes of its contents. */
  size?: number;
  /** Whether the contents are a map of holes and what is between them (GNU tar's `--sparse`). */
  isSparse: boolean;
}

/**
 * Reads records of the form `LENGTH KEY=VALUE<newline>`, with LENGTH counting the bytes of all of it: a value may hold
 * newlines, as names of files may. Undefined where they are damaged.
 *
 * ```ts
 * import { Buffer } from "node:buffer";
 * import { deepEqual } from "node:assert/strict";
 * import { parsePax } from "./pax.ts";
 *
 * deepEqual(parsePax(Buffer.from("12 path=a\nb\n")), { isSparse: false, path: "a\nb" });
 * ```
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
