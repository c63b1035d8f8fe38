/**
 * Watches the other workers of a group: one that has ended, or is stopped, answers no more.
 *
 * TensorFlow's own threads answer, whatever a worker's JavaScript does: one that records a step, reads
 * data or evaluates for minutes answers within milliseconds. No answer therefore means that no thread of
 * the process runs: it has ended, or is stopped, or its machine or the network is down.
 *
 * @module
 */
import { TensorFlowError } from "../status.ts";
import { isLost, reasonOf, type Silence } from "./silence.ts";

/** Between two questions to one worker, in a small group and in a large one. */
const INTERVAL_MS = { least: 200, perWorker: 10, most: 600 };
/**
 * So much later a worker that has failed is asked again. Who is lost is thereby asked by all before the
 * first of them ends for that, and is not taken for the later one.
 */
const RETRY_AFTER_MS = 100;
/** What a watch needs. */
export interface PeerWatchParts {
  /** The workers to watch. */
  readonly ranks: readonly number[];
  /** Asks one of them; throws a `TensorFlowError` without an answer in that time. */
  readonly ask: (rank: number, timeoutMs: number) => Promise<void>;
  /** How long an answer may take. */
  readonly answerTimeoutMs: number;
  /** Called once, with those that are lost: first who has been silent for longest. */
  readonly onLost: (lost: readonly Lost[]) => void;
}

/** A worker that does not answer. */
export interface Lost {
  readonly rank: number;
  /** What became of it, in words. */
  readonly reason: string;
  readonly cause: TensorFlowError;
}

/** Asks each worker in turn, several times a second, until one is lost or it is told to stop. */
export class PeerWatch {
  readonly #parts: PeerWatchParts;
  readonly #intervalMs: number;
  readonly #seen = new Set<number>();
  readonly #silences = new Map<number, Silence>();
  readonly #settled = Promise.withResolvers<void>();
  /** Those under way. */
  readonly #questions = new Set<Promise<unknown>>();
  #stopped = false;

  constructor(parts: PeerWatchParts) {
    this.#parts = parts;
    const { least, perWorker, most } = INTERVAL_MS;
    this.#intervalMs = Math.min(most, Math.max(least, perWorker * parts.ranks.length));
    for (const rank of parts.ranks) void this.#follow(rank);
    this.#settle();
  }

  /**
   * Waits until each worker has answered for the first time, or the watch has ended. Nothing else must
   * be asked of a worker before: a connection that has failed takes a second to be tried again, and what
   * is asked meanwhile fails at once.
   */
  allHaveCome(): Promise<void> {
    return this.#settled.promise;
  }

  /** Who has not answered yet, and so has not come. */
  get missing(): number[] {
    return this.#parts.ranks.filter((rank) => !this.#seen.has(rank));
  }

  /** Whether it has ended: told to, or by a loss. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Ends it. */
  stop(): void {
    this.#stopped = true;
    this.#settle();
  }

  /** Ends it, and waits for the questions that are under way. */
  async end(): Promise<void> {
    this.stop();
    await Promise.all(this.#questions);
  }

  #settle(): void {
    if (this.#stopped || this.missing.length === 0) this.#settled.resolve();
  }

  /**
   * Waits until each worker that had come has answered once more, or one is lost.
   *
   * @returns whether all have answered
   */
  async allAnswer(): Promise<boolean> {
    const answers = Array.from(this.#seen, async (rank) => {
      while (!this.#stopped && await this.#failure(rank) !== undefined) {
        await pause(this.#intervalMs, true);
      }
    });
    await Promise.all(answers);
    return !this.#stopped;
  }

  async #follow(rank: number): Promise<void> {
    while (!this.#stopped) {
      const asked = performance.now();
      const failure = await this.#failure(rank);
      if (failure === undefined) {
        this.#seen.add(rank);
        this.#settle();
        this.#silences.delete(rank);
      } else if (this.#seen.has(rank)) { // another one has not come yet
        const silence = this.#silences.get(rank) ?? { since: asked, failures: 0, last: failure };
        this.#silences.set(rank, silence);
        silence.failures++;
        silence.last = failure;
        if (isLost(silence, this.#parts.answerTimeoutMs)) return this.#lose();
      }
      const durationMs = this.#intervalMs + (failure === undefined ? 0 : RETRY_AFTER_MS);
      await pause(durationMs, this.missing.length > 0);
    }
  }

  /**
   * Tells of all that are silent: where a worker is lost others end, too, and may be missed earlier
   * than the one of which they do.
   */
  #lose(): void {
    if (this.#stopped) return;
    this.stop();
    const silences = [...this.#silences].sort(([, a], [, b]) => a.since - b.since);
    this.#parts.onLost(silences.map(([rank, { last }]) => ({
      rank,
      reason: reasonOf(last, this.#parts.answerTimeoutMs),
      cause: last,
    })));
  }

  /** Why a worker did not answer; nothing if it did. */
  async #failure(rank: number): Promise<TensorFlowError | undefined> {
    const question = this.#ask(rank);
    this.#questions.add(question);
    try {
      return await question;
    } finally {
      this.#questions.delete(question);
    }
  }

  async #ask(rank: number): Promise<TensorFlowError | undefined> {
    try {
      await this.#parts.ask(rank, this.#parts.answerTimeoutMs);
      return undefined;
    } catch (error) {
      if (error instanceof TensorFlowError) return error;
      throw error;
    }
  }
}

/** @param keepsAlive whether a process that has nothing else to do waits, too */
function pause(durationMs: number, keepsAlive: boolean): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, durationMs);
    if (!keepsAlive) Deno.unrefTimer(timer);
  });
}
