/** Where jobs are done, one at a time: in this thread, or in a worker (see worker_lane.ts). */
import { type Job, type JobResult, type Recipe, runJob } from "./job.ts";

/** Does one job at a time. */
export interface Lane {
  /** Does a job; the one before must have ended. */
  run(job: Job): Promise<JobResult>;
  /** Ends the lane; a job under way fails, or is waited for. */
  close(): Promise<void>;
}

/** Does jobs in this thread, with the recipe that `makeRecipe` makes at the first one. */
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
