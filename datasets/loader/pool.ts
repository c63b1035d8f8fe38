/**
 * Lanes that share a queue of jobs.
 *
 * @module
 */
import type { Job, JobResult } from "./job.ts";
import type { Lane } from "./lane.ts";

/** A job that waits for a lane. */
interface Queued {
  job: Job;
  signal: AbortSignal;
  resolve(result: Promise<JobResult>): void;
  reject(error: unknown): void;
}

/**
 * Does jobs on up to `size` lanes, first come, first served; a lane is opened when all others are
 * busy.
 */
export class Pool {
  readonly #lanes: Lane[] = [];
  readonly #idle: Lane[] = [];
  #queue: Queued[] = [];
  #closed = false;

  /**
   * @param open opens a lane
   * @param size the most lanes
   */
  constructor(private readonly open: () => Lane, private readonly size: number) {}

  /**
   * Does a job.
   *
   * @param job the job
   * @param signal cancels it, unless it has begun
   * @returns its result
   * @throws {Error} if the pool is closed, or the job fails
   */
  run(job: Job, signal: AbortSignal): Promise<JobResult> {
    this.checkOpen();
    return new Promise((resolve, reject) => {
      this.#queue.push({ job, signal, resolve, reject });
      this.#next();
    });
  }

  /**
   * Checks that jobs can be done.
   *
   * @throws {Error} if the pool is closed
   */
  checkOpen(): void {
    if (this.#closed) throw new Error("Cannot load images as the loader was closed");
  }

  /** Ends all lanes; unfinished jobs fail. */
  async close(): Promise<void> {
    this.#closed = true;
    const queue = this.#queue;
    this.#queue = [];
    for (const { reject } of queue) {
      reject(new Error("Cannot load images as the loader was closed"));
    }
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }

  #next(): void {
    for (let queued = this.#queue[0]; queued !== undefined; queued = this.#queue[0]) {
      const lane = queued.signal.aborted ? undefined : this.#free();
      if (lane !== undefined) queued.resolve(this.#runOn(lane, queued.job));
      else if (queued.signal.aborted) queued.reject(queued.signal.reason);
      else return;
      this.#queue.shift();
    }
  }

  async #runOn(lane: Lane, job: Job): Promise<JobResult> {
    try {
      return await lane.run(job);
    } finally {
      this.#idle.push(lane);
      this.#next();
    }
  }

  #free(): Lane | undefined {
    const idle = this.#idle.pop();
    if (idle !== undefined || this.#lanes.length >= this.size) return idle;
    const lane = this.open();
    this.#lanes.push(lane);
    return lane;
  }
}
