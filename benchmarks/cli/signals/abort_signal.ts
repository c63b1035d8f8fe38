import { listenToStops } from "./listen.ts";

/**
 * The same for a program that has to clear up behind itself: it listens to its end, so that what
 * lies in a temporary folder is removed however often it is asked.
 */
export function abortSignal(): AbortSignal {
  const abort = new AbortController();
  listenToStops(() => abort.abort());
  return abort.signal;
}
