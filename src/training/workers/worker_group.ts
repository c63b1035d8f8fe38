import type * as tf from "../../tf.ts";

/**
 * The processes that train one model together, as one of them sees them: each has the whole model
 * and a share of every global batch.
 *
 * All workers must do the same in the same order: a sum or an exchange is there once every one of
 * them takes part, and waits for those that come later.
 */
export interface WorkerGroup {
  /** This worker's number, from 0. Worker 0 is the chief: it alone writes files. */
  readonly rank: number;
  /** How many workers there are. */
  readonly size: number;
  /**
   * Sums tensors over the workers, inside of a step (`withSums`): one message, whatever their number.
   * A large tensor alone is sent from where it is; several are copied together and apart again. It
   * has no gradient of its own. Its results are the same on every worker, to the last bit.
   *
   * @param tensors of one data type, float32 or int32, of the same shapes on every worker
   * @returns a sum for each, of its shape
   */
  sum(tensors: readonly tf.Tensor[]): tf.Tensor[];
  /**
   * Tells every worker something, outside of steps. The event loop lives meanwhile.
   *
   * @param bytes this worker's, of any length
   * @returns every worker's, by rank
   */
  exchange(bytes: Uint8Array): Promise<Uint8Array[]>;
  /**
   * Ends what this worker waits for: all of that fails, and the group is of no use afterwards. Others
   * learn of it when they next ask this worker for something, and at the latest when its process ends.
   *
   * @param reason what the errors will say
   */
  abort(reason: string): void;
  /**
   * Aborted when a worker is lost; its reason is a {@linkcode WorkerLostError} that names it. What does
   * not wait for others, as an evaluation, looks at it.
   */
  readonly signal?: AbortSignal;
  /**
   * What a step or an exchange failed of, once that is known.
   *
   * @param error what it failed with
   * @returns a {@linkcode WorkerLostError} where a worker is lost, else the same error
   */
  explain?(error: unknown): Promise<unknown>;
}
