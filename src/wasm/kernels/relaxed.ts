/**
 * The binary to run of two that are compiled of one source. Relaxed SIMD multiplies and adds in one
 * instruction, where the engine and the processor have it.
 *
 * @param relaxed base64 of the one that uses it
 * @param plain base64 of the other
 * @returns one of them: the same at each call
 */
export function eitherBinary(relaxed: string, plain: string): string {
  let isValid = validity.get(relaxed);
  if (isValid === undefined) {
    const bytes = Uint8Array.from(atob(relaxed), (character) => character.charCodeAt(0));
    validity.set(relaxed, isValid = WebAssembly.validate(bytes));
  }
  return isValid ? relaxed : plain;
}

const validity = new Map<string, boolean>();
