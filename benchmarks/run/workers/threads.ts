/**
 * How workers of one machine share its processors.
 *
 * @module
 */
import { defaultWorkers } from "../../../datasets/loader.ts";
import type { LoadingOptions } from "../../tasks/suite.ts";
import type { RunWorkers } from "./join.ts";

/** The threads that a run computes with; 0 leaves a number to TensorFlow. */
export interface RunThreads {
  /** That an operation may use. */
  intraOpThreads: number;
  /** Operations at a time. */
  interOpThreads: number;
}

/**
 * The threads of a worker. An operation may use, where the profile leaves it to the machine, the
 * worker's share of the cores: more would have workers wait for each other's threads. A worker that
 * is bound to one core runs two operations at a time all the same: with one, as TensorFlow chooses,
 * sums of gradients begin late.
 *
 * @param cores that this process may use
 */
export function threadsOf(
  { intraOpThreads }: { intraOpThreads: number },
  { here, size }: Pick<RunWorkers, "here" | "size">,
  cores: number = navigator.hardwareConcurrency,
): RunThreads {
  const interOpThreads = size > 1 && cores === 1 ? 2 : 0;
  if (intraOpThreads > 0 || here === 1) return { intraOpThreads, interOpThreads };
  return { intraOpThreads: Math.max(1, Math.floor(cores / here)), interOpThreads };
}

/** How a worker loads: its slice of each batch, on its share of the threads. */
export function loadingFor(
  { rank, size, here }: RunWorkers,
  { loaderThreads = Math.max(1, Math.floor(defaultWorkers() / here)) }: LoadingOptions = {},
): LoadingOptions {
  if (size === 1) return {};
  return { slice: { rank, size }, loaderThreads };
}
