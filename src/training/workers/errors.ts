/**
 * What is said of a group of workers that cannot be, or that has lost one.
 *
 * @module
 */

/**
 * A group of workers cannot be as it is configured: a variable that cannot be read, an address that two
 * workers have, a port that is in use, a worker that does not come, workers that were started with
 * different settings. The message names the variable, or the worker, and the value. Nothing has been
 * computed.
 */
export class ClusterError extends Error {
  override name = "ClusterError";
}

/**
 * A worker of the group has ended, or does not answer any more: the others cannot go on without it.
 * The message names it. What was written before, checkpoints above all, is intact: start all workers
 * again and resume from the last checkpoint.
 */
export class WorkerLostError extends Error {
  override name = "WorkerLostError";

  /**
   * @param message which worker it was, and what became of it
   * @param ranks the workers that are lost; empty where it is not known which
   * @param options the cause
   */
  constructor(message: string, readonly ranks: readonly number[], options?: ErrorOptions) {
    super(message, options);
  }
}
