import { UsageError } from "./errors.ts";

/** The form of this project's own refusals; an engine's `RangeError`s have others. */
const refusal = /^Cannot \S.* as .+/s;

/**
 * What the library refuses where it is given values of a profile, a command line or a user's own
 * module: that is theirs to put right. To be used where such values are handed over, and nowhere
 * else: a `RangeError` that comes from elsewhere is a fault of this program.
 *
 * @returns what to throw: a {@linkcode UsageError} for a refusal, else the error itself
 */
export function asUsageError(error: unknown): unknown {
  if (!(error instanceof RangeError || error instanceof TypeError)) return error;
  if (!refusal.test(error.message)) return error;
  return new UsageError(error.message, { cause: error });
}

/**
 * The same around a call.
 *
 * @throws {UsageError} where the library refuses them
 */
export function withUsageErrors<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw asUsageError(error);
  }
}
