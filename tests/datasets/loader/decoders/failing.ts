/** A decoder for tests: it does not start. */

/** Rejects. */
export default function createDecoder(): Promise<never> {
  return Promise.reject(new Error("there is no codec"));
}
