/** What workers tell each other, as bytes. @module */

/** JSON in UTF-8; numbers that JSON lacks are to be strings. */
export function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** What {@linkcode encodeJson} encoded. */
export function decodeJson<T>(bytes: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(bytes)) as T;
}
