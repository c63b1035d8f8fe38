/**
 * A worker as a lane: a thread that prepares images, and keeps the process alive only during a job.
 *
 * @module
 */
import { Worker } from "node:worker_threads";
import { DataError, reasonOf } from "../errors.ts";
import type { JobResult } from "./job.ts";
import type { Lane } from "./lane.ts";
import type { Setup } from "./recipe.ts";
import type { Reply } from "./worker.ts";

/** What awaits the job in progress. */
interface Waiting {
  resolve(result: JobResult): void;
  reject(error: unknown): void;
}

/**
 * Starts a worker with a recipe. It is a worker of `node:worker_threads`, not a web worker, because
 * it reports when it ends and lets the process end while it is idle.
 *
 * @param setup the recipe and its settings
 * @returns the lane
 */
export function workerLane(setup: Setup): Lane {
  const env = {}; // by default this process's is copied, for which Deno would ask for permission
  const worker = new Worker(workerUrl(), { workerData: setup, env });
  let waiting: Waiting | undefined;
  let dead: Error | undefined;
  const die = (reason: string) => {
    dead ??= new DataError(
      `Cannot load images as a loader's thread ended: ${reason}; try it again, or load with fewer threads, ` +
        "down to 0 for the main one alone",
    );
    settle((job) => job.reject(dead));
  };
  const settle = (how: (job: Waiting) => void) => {
    worker.unref();
    const job = waiting;
    waiting = undefined;
    if (job !== undefined) how(job);
  };
  worker.on(
    "message",
    (reply: Reply) =>
      settle((job) => "error" in reply ? job.reject(reply.error) : job.resolve(reply.result)),
  );
  worker.on("error", (error) => die(reasonOf(error)));
  worker.on("exit", (code) => die(`exit code ${code}`));
  worker.unref();
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        if (dead !== undefined) return reject(dead);
        waiting = { resolve, reject };
        worker.ref();
        worker.postMessage(job);
      }),
    async close() {
      dead ??= new Error("Cannot load images as the loader was closed");
      await worker.terminate();
      settle((job) => job.reject(dead));
    },
  };
}

/**
 * The worker's module: a data URL imports it if it came from the network, as a worker starts from
 * no other.
 */
function workerUrl(): URL {
  const url = new URL("./worker.ts", import.meta.url);
  if (url.protocol === "file:") return url;
  return new URL(`data:text/javascript,import ${JSON.stringify(url.href)}`);
}
