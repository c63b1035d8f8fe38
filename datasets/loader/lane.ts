/**
 * Where jobs are done, one at a time: in this thread, or in a worker (see worker_lane.ts).
 *
 * @module
 */
import { type Job, type JobResult, type Recipe, runJob } from "./job.ts";

/** Does one job at a time. */
export interface Lane {
  /** Does a job; the previous one must have ended. */
  run(job: Job): Promise<JobResult>;
  /** Ends the lane; a job in progress fails, or is waited for. */
  close(): Promise<void>;
}

/**
 * Does jobs in this thread.
 *
 * @param makeRecipe makes the recipe, when the first job comes
 * @returns the lane
 */
export function localLane(makeRecipe: () => Promise<Recipe>): Lane {
  let recipe: Promise<Recipe> | undefined;
  let running: Promise<unknown> = Promise.resolve();
  return {
    run(job) {
      const result = (recipe ??= makeRecipe()).then((ready) => runJob(ready, job));
      running = result.catch(() => {});
      return result;
    },
    close: async () => void await running,
  };
}
