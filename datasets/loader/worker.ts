/**
 * A loader's thread: it receives its recipe when it starts, then does one job at a time. Started by
 * worker_lane.ts.
 *
 * @module
 */
import { parentPort, workerData } from "node:worker_threads";
import { type Job, type JobResult, type Recipe, runJob } from "./job.ts";
import { makeRecipe, type Setup } from "./recipe.ts";

/** What a worker answers to a job. */
export type Reply = { result: JobResult } | { error: unknown };

/** The loader's end; missing only if this module is imported by mistake. */
const port = parentPort ?? neverStarted();

/** Made at once and awaited by each job: if it fails, every job fails with its error. */
const recipe: Promise<Recipe> = makeRecipe(workerData as Setup);
recipe.catch(() => {});

port.on("message", async (job: Job) => {
  try {
    const result = await runJob(await recipe, job);
    const reply: Reply = { result };
    port.postMessage(reply, [result.images.buffer, result.labels.buffer]);
  } catch (error) {
    const reply: Reply = { error };
    port.postMessage(reply);
  }
});

function neverStarted(): never {
  throw new Error("Cannot use datasets/loader/worker.ts as it is not a module to import");
}
