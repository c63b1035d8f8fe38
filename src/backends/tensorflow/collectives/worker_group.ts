import type * as tf from "../../../tf.ts";
import type { WorkerGroup } from "../../../training/workers/worker_group.ts";
import { cString } from "../attributes.ts";
import type { TensorFlowBackend } from "../backend.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { WorkerLostError } from "../../../training/workers/errors.ts";
import { describeTask } from "../cluster/cluster.ts";
import { OutOfMemoryError, Status, TensorFlowError } from "../status.ts";
import { briefly } from "./briefly.ts";
import { Exchange } from "./exchange.ts";
import { type Lost, PeerWatch } from "./peer_watch.ts";
import { taskName } from "./server_def.ts";
import type { SumOptions } from "./sum_options.ts";
import { Sums } from "./sums.ts";

/** TensorFlow's code of what was given up by somebody. */
const ABORTED = 10;

/** Its codes of what others have ended: cancelled, deadline exceeded, aborted, unavailable. */
const ENDED_BY_OTHERS: ReadonlySet<number> = new Set([1, 4, ABORTED, 14]);

/** A group of workers on TensorFlow's collective operations. */
export class TensorFlowWorkerGroup implements WorkerGroup {
  readonly rank: number;
  readonly size: number;
  readonly #backend: TensorFlowBackend;
  readonly #sums: Sums;
  readonly #exchange: Exchange;
  /** Why this worker has given the group up, if it has. */
  #givenUp: string | undefined;
  #left: Promise<void> | undefined;
  readonly #lost = new AbortController();
  readonly #watch: PeerWatch;

  /**
   * @param backend whose context has joined the cluster
   * @param cluster who is in it
   * @param options how they sum, as `checkSeconds` allows
   */
  constructor(
    backend: TensorFlowBackend,
    readonly cluster: Cluster,
    { timeoutSeconds = 0, answerTimeoutSeconds = 10 }: SumOptions = {},
  ) {
    this.rank = cluster.rank;
    this.size = cluster.tasks.length;
    this.#backend = backend;
    this.#sums = new Sums(backend, this.size, timeoutSeconds);
    this.#exchange = new Exchange(backend.eager, this.size, timeoutSeconds);
    this.#watch = new PeerWatch({
      ranks: cluster.tasks.map((_, rank) => rank).filter((rank) => rank !== cluster.rank),
      ask: async (rank, timeoutMs) => {
        if (backend.eager.disposed) return this.#watch.stop(); // and with it whatever could be lost
        await this.checkWorker(rank, timeoutMs);
      },
      answerTimeoutMs: Math.max(1, Math.round(1000 * answerTimeoutSeconds)),
      onLost: (lost) => this.end(this.#lostError(lost)),
    });
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Whether it can still be used: this worker has not left, nor given up, and nobody is lost. */
  get isThere(): boolean {
    return this.#left === undefined && !this.#watch.stopped;
  }

  /** The ranks of those that have not come yet. */
  get missing(): readonly number[] {
    return this.#watch.missing;
  }

  sum(tensors: readonly tf.Tensor[]): tf.Tensor[] {
    return this.#sums.run(tensors);
  }

  /** Waits until all have come: nothing must be summed or exchanged before. */
  async allHaveCome(): Promise<void> {
    await this.#watch.allHaveCome();
    this.signal.throwIfAborted();
  }

  async exchange(bytes: Uint8Array): Promise<Uint8Array[]> {
    if (this.#left !== undefined) {
      throw new Error("Cannot exchange with workers as this one has left the group: leave it last");
    }
    return await this.#exchangeLast(bytes);
  }

  async #exchangeLast(bytes: Uint8Array): Promise<Uint8Array[]> {
    try {
      return await this.#exchange.run(bytes);
    } catch (error) {
      throw await this.explain(error);
    }
  }

  abort(reason: string): void {
    this.#watch.stop();
    this.#givenUp ??= reason;
    const { library, context } = this.#backend.eager;
    const status = new Status(library);
    try {
      library.TF_SetStatus(status.pointer, ABORTED, new TextEncoder().encode(`${reason}\0`));
      library.TFE_AbortCollectiveOps(context, status.pointer);
    } finally {
      status.dispose();
    }
  }

  /**
   * Ends the group: what this worker waits for, or begins to, fails with an error.
   *
   * @param error what it fails with
   */
  end(error: unknown): void {
    if (this.signal.aborted) return;
    this.#lost.abort(error);
    this.abort(error instanceof Error ? error.message : String(error));
  }

  async explain(error: unknown): Promise<unknown> {
    if (!(error instanceof TensorFlowError) || error instanceof OutOfMemoryError) return error;
    const wasEnded = this.#watch.stopped; // by a loss, or by this worker itself
    const allAnswer = !wasEnded && await this.#watch.allAnswer();
    if (this.signal.aborted) return this.signal.reason;
    if (this.#givenUp !== undefined) {
      return new WorkerLostError(`This worker has given up: ${this.#givenUp}`, [], {
        cause: error,
      });
    }
    if (!allAnswer || !ENDED_BY_OTHERS.has(error.code)) return error;
    const message = `Another worker has given up: ${briefly(error.reason)}`;
    return new WorkerLostError(message, [], { cause: error });
  }

  /**
   * Leaves the group, once all workers do: a process that ended before might take along what others
   * have yet to receive from it. Nothing can be exchanged from then on; again, it does nothing.
   *
   * @throws {WorkerLostError} if one is lost before, or this one has given up
   */
  leave(): Promise<void> {
    return this.#left ??= this.#leave();
  }

  async #leave(): Promise<void> {
    await this.#exchangeLast(new Uint8Array());
    // Whoever comes back from this knows that all have come back from that; the last message of this
    // may be lost, as who sent it may be gone: then the watch ends the waiting.
    await this.#exchange.run(new Uint8Array()).catch(() => {});
    await this.#watch.end();
  }

  /**
   * Asks a worker whether it is there. One that computes, or waits, answers at once: TensorFlow does.
   *
   * @param rank whom
   * @param timeoutMs how long an answer may take
   * @throws {TensorFlowError} if it does not answer, or is another process than the one that joined
   */
  async checkWorker(rank: number, timeoutMs: number): Promise<void> {
    const { library } = this.#backend.eager;
    const name = taskName(this.cluster.tasks[rank]!), status = new Status(library);
    try {
      const text = cString(name), limit = BigInt(timeoutMs);
      await this.#backend.eager.withContext((context) =>
        library.TFE_CollectiveOpsCheckPeerHealth(context, text, limit, status.pointer)
      );
      status.check(`checking ${name}`);
    } finally {
      status.dispose();
    }
  }

  #lostError(lost: readonly Lost[]): WorkerLostError {
    const { tasks } = this.cluster;
    const names = lost.map(({ rank, reason }) => `${describeTask(tasks, rank)}: ${reason}`);
    const message =
      `Lost ${names.join("; also ")}. All workers end; start them again, and resume ` +
      "from the last checkpoint";
    return new WorkerLostError(message, lost.map(({ rank }) => rank), { cause: lost[0]?.cause });
  }
}
