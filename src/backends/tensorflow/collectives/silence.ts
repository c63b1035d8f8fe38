/**
 * What it means that a worker does not answer: whether it is lost, and what became of it.
 *
 * @module
 */
import type { TensorFlowError } from "../status.ts";
import { briefly } from "./briefly.ts";

/** TensorFlow's codes of what became of a question. */
const DEADLINE_EXCEEDED = 4, FAILED_PRECONDITION = 9, UNAVAILABLE = 14;

/** For so long a connection may fail for other reasons than that nobody listens. */
const UNAVAILABLE_MS = 550;
/** What is the network's fault, and may pass. */
const NETWORK = /no route to host|unreachable|timed out/i;

/** The questions to a worker that have failed since its last answer. */
export interface Silence {
  /** When the first of them was asked; in milliseconds of `performance.now()`. */
  readonly since: number;
  /** How many have failed. */
  failures: number;
  /** Of what the last one did. */
  last: TensorFlowError;
}

/**
 * Whether a worker that is silent is lost. Not after one question, as this process may itself have been
 * stopped for the time of it.
 */
export function isLost({ failures, last, since }: Silence, answerTimeoutMs: number): boolean {
  return failures >= 2 && performance.now() - since >= patienceMs(last, answerTimeoutMs);
}

/** For how long that kind of failure must last. */
function patienceMs(failure: TensorFlowError, answerTimeoutMs: number): number {
  if (failure.code !== UNAVAILABLE || isRefused(failure)) return 0;
  return NETWORK.test(failure.reason) ? 2 * answerTimeoutMs : UNAVAILABLE_MS;
}

/** Nobody listens where the worker did. */
function isRefused({ reason }: TensorFlowError): boolean {
  return reason.includes("Connection refused");
}

/** What became of a worker, in words. */
export function reasonOf(failure: TensorFlowError, answerTimeoutMs: number): string {
  if (isRefused(failure)) return "its process has ended, as nothing listens there any more";
  switch (failure.code) {
    case DEADLINE_EXCEEDED: {
      const seconds = 2 * answerTimeoutMs / 1000;
      return `it has not answered for ${seconds} s: its process is stopped, or its machine or the ` +
        "network is down";
    }
    case FAILED_PRECONDITION:
      return `another process has taken its place (${briefly(failure.reason)})`;
    default:
      return `it cannot be reached (${briefly(failure.reason)})`;
  }
}
