/**
 * How workers of one machine share its processors.
 *
 * @module
 */
import { defaultWorkers } from "../../../datasets/loader.ts";
import type { LoadingOptions } from "../../tasks/suite.ts";
import type { RunWorkers } from "./join.ts";

/**
 * The threads that an operation of a worker may use, where the profile leaves it to the machine: its
 * share of the cores. More would have workers wait for each other's threads.
 *
 * @param cores of this machine
 */
export function threadsOf(
  { intraOpThreads }: { intraOpThreads: number },
  { here }: Pick<RunWorkers, "here">,
  cores: number = navigator.hardwareConcurrency,
): { intraOpThreads: number } {
  if (intraOpThreads > 0 || here === 1) return { intraOpThreads };
  return { intraOpThreads: Math.max(1, Math.floor(cores / here)) };
}

/** How a worker loads: its slice of each batch, on its share of the threads. */
export function loadingFor(
  { rank, size, here }: RunWorkers,
  { loaderThreads = Math.max(1, Math.floor(defaultWorkers() / here)) }: LoadingOptions = {},
): LoadingOptions {
  if (size === 1) return {};
  return { slice: { rank, size }, loaderThreads };
}
