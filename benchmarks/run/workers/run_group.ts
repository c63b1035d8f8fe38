/**
 * What the workers of a run tell each other beside the sums of their steps. All of them run the same
 * program over the same cells, and the first, the chief, alone writes: so what is read of its folder,
 * or asked of it by a signal, is told to the others, and an error on one is the end on all.
 *
 * @module
 */
import { deserialize, serialize } from "node:v8";
import { DataError, reasonOf } from "../../../datasets/errors.ts";
import { WorkerLostError } from "../../../src/training/workers/errors.ts";
import type { WorkerGroup } from "../../../src/training/workers/worker_group.ts";
import { UsageError } from "../../ground/errors.ts";
import { oneLine } from "../../ground/format.ts";

/** The workers of a run, as one of them sees them; one that is alone is its own chief. */
export interface RunGroup {
  /** This worker's number, from 0. */
  readonly rank: number;
  /** How many there are. */
  readonly size: number;
  /** Whether this one writes, and says what is done. */
  readonly isChief: boolean;
  /** For the Trainer; nothing where this worker is alone. */
  readonly group: WorkerGroup | undefined;
  /** Each worker's value, by rank. Values are those that structured clones can be made of. */
  gather<T>(own: T): Promise<T[]>;
  /**
   * What the chief makes, on each: it alone calls the function.
   *
   * @throws what the function throws, told to the others
   */
  fromChief<T>(make: () => Promise<T>): Promise<T>;
  /**
   * Runs what each worker does for itself.
   *
   * @throws the error of this worker; of another one where it alone fails, naming it
   */
  together<T>(body: () => Promise<T>): Promise<T>;
  /** Whether it is so on one of them at least. */
  any(own: boolean): Promise<boolean>;
  /**
   * Ends this worker's part: once all have come to their end, or where they have all learned of its
   * error; at once after any other error, so that they do not wait for it.
   */
  end(error?: unknown): Promise<void>;
}

/** A process that trains alone. */
export const alone: RunGroup = {
  rank: 0,
  size: 1,
  isChief: true,
  group: undefined,
  gather: (own) => Promise.resolve([own]),
  fromChief: (make) => make(),
  together: (body) => body(),
  any: (own) => Promise.resolve(own),
  end: () => Promise.resolve(),
};

/** Checkpoints are larger than what a worker should hold once for each other. */
const pieceBytes = 2 ** 23;

/** A group that can be left. */
type JoinedGroup = WorkerGroup & { leave(): Promise<void> };

/** The workers of a group. */
export function runGroup(group: JoinedGroup): RunGroup {
  return new Joined(group);
}

class Joined implements RunGroup {
  readonly rank: number;
  readonly size: number;
  readonly isChief: boolean;
  /** Errors that all have learned of. */
  readonly #told = new WeakSet<Error>();

  constructor(readonly group: JoinedGroup) {
    this.rank = group.rank;
    this.size = group.size;
    this.isChief = group.rank === 0;
  }

  async gather<T>(own: T): Promise<T[]> {
    const all = await this.group.exchange(new Uint8Array(serialize(own)));
    return all.map((bytes) => deserialize(bytes) as T);
  }

  async fromChief<T>(make: () => Promise<T>): Promise<T> {
    if (!this.isChief) {
      const { value, told } = deserialize(await this.#fromChief()) as Told<T>;
      if (told !== undefined) throw this.#toAll(errorOf(told, 0));
      return value as T;
    }
    const { error, value, told } = await outcomeOf(make);
    if (error instanceof WorkerLostError) throw error; // nobody could be told
    await this.#fromChief(new Uint8Array(serialize(told === undefined ? { value } : { told })));
    if (told !== undefined) throw this.#toAll(error);
    return value as T;
  }

  /** The chief's bytes, in pieces: each worker receives as many from every other. */
  async #fromChief(own = new Uint8Array()): Promise<Uint8Array> {
    const [length = 0] = await this.gather(own.length);
    const bytes = new Uint8Array(length);
    for (let start = 0; start < length; start += pieceBytes) {
      const [piece] = await this.group.exchange(own.subarray(start, start + pieceBytes));
      bytes.set(piece!, start);
    }
    return bytes;
  }

  async together<T>(body: () => Promise<T>): Promise<T> {
    const own = await outcomeOf(body);
    if (own.error instanceof WorkerLostError) throw own.error; // nobody could be told
    const all = await this.gather(own.told);
    if (own.told !== undefined) throw this.#toAll(own.error);
    const rank = all.findIndex((told) => told !== undefined);
    if (rank >= 0) throw this.#toAll(errorOf(all[rank]!, rank));
    return own.value as T;
  }

  async any(own: boolean): Promise<boolean> {
    return (await this.gather(own)).includes(true);
  }

  async end(error?: unknown): Promise<void> {
    if (error === undefined) return await this.group.leave();
    if (error instanceof Error && this.#told.has(error)) {
      await this.group.leave().catch(() => {}); // the error is worth more
    } else this.group.abort(`worker ${this.rank} has ended: ${oneLine(reasonOf(error))}`);
  }

  #toAll(error: unknown): unknown {
    if (error instanceof Error) this.#told.add(error);
    return error;
  }
}

/** An error as another worker is told of it. */
interface ToldError {
  kind: "usage" | "data" | "other";
  message: string;
}

interface Told<T> {
  value?: T;
  told?: ToldError | undefined;
}

async function outcomeOf<T>(body: () => Promise<T>): Promise<Told<T> & { error?: unknown }> {
  try {
    return { value: await body() };
  } catch (error) {
    const kind = error instanceof UsageError
      ? "usage"
      : error instanceof DataError
      ? "data"
      : "other";
    return { error, told: { kind, message: oneLine(reasonOf(error)) } };
  }
}

function errorOf({ kind, message }: ToldError, rank: number): Error {
  const text = `worker ${rank}: ${message}`;
  if (kind === "usage") return new UsageError(text);
  if (kind === "data") return new DataError(text);
  return new WorkerLostError(`Worker ${rank} has failed: ${message}`, [rank]);
}
