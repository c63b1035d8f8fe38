import type * as v from "valibot";
import type { GroupWork, ReadyWorker } from "../record/mod.ts";
import {
  SlowSubjectError,
  type SubjectCommand,
  SubjectError,
  SubjectProcess,
} from "../timing/subject_process.ts";
import { type Block, blockSchema, helloSchema, memorySchema } from "./protocol.ts";

/** How long a group may take to be there: each worker may compile several steps for minutes. */
const startSeconds = 900;

/** For any reply: the first of each work compiles, too. */
const replySeconds = 600;

/** The workers of a group, each in a process of its own, asked the same thing at the same time. */
export class GroupProcess {
  readonly #workers: SubjectProcess[] = [];

  /**
   * Starts the processes.
   *
   * @throws {Deno.errors.NotFound | Deno.errors.PermissionDenied} if one is not an executable; then
   * those before it must be ended
   */
  start(commands: readonly SubjectCommand[]): void {
    for (const command of commands) this.#workers.push(new SubjectProcess(command));
  }

  /** The first worker's greeting, once all have given theirs; or why one cannot work here. */
  async hello(): Promise<{ ready: ReadyWorker } | { unavailable: string }> {
    const all = await this.#all((worker) => worker.greeting(helloSchema, startSeconds));
    return all.find((hello) => "unavailable" in hello) ?? all[0]!;
  }

  /** Runs something so many times, on all workers. */
  run(work: GroupWork, times: number): Promise<Block[]> {
    return this.#ask(`${work} ${times}`, blockSchema);
  }

  /** All-reduces so many bytes, so many times. */
  transfer(bytes: number, times: number): Promise<Block[]> {
    return this.#ask(`transfer ${bytes} ${times}`, blockSchema);
  }

  /** The most that each process ever held, in bytes. */
  async peakBytes(): Promise<number[]> {
    return (await this.#ask("memory", memorySchema)).map(({ peakBytes }) => peakBytes);
  }

  /** Ends the processes; kills them where a reply is outstanding or was wrong. */
  async end(atOnce = false): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.end(atOnce)));
  }

  #ask<T>(request: string, schema: v.GenericSchema<unknown, T>): Promise<T[]> {
    return this.#all((worker) => worker.ask(request, schema, replySeconds));
  }

  /** The first error is that of all: others wait for a worker that has ended. */
  #all<T>(ask: (worker: SubjectProcess) => Promise<T>): Promise<T[]> {
    return Promise.all(this.#workers.map(async (worker, rank) => {
      try {
        return await ask(worker);
      } catch (error) {
        const isOwn = error instanceof SubjectError && !(error instanceof SlowSubjectError);
        if (!isOwn || this.#workers.length === 1) throw error;
        throw new SubjectError(`worker ${rank}: ${error.message}`, { cause: error });
      }
    }));
  }
}
