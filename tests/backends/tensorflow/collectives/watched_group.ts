/** Groups of worker processes for tests: started on free ports, and never left running. */
import assert from "node:assert/strict";

/** What a worker process is asked to do; see watched_worker.ts. */
export interface WatchedWorker {
  rank: number;
  addresses: string[];
  join?: { joinTimeoutSeconds?: number; answerTimeoutSeconds?: number };
  /** Whether SIGINT ends the waiting for others. */
  stopsOnSignal?: boolean;
  /** What it takes for the version of TensorFlow's library. */
  libraryVersion?: string;
  /** Values that all must have. */
  agree?: Record<string, string | number>;
  /** Trains for so many steps, in place of endlessly. */
  steps?: number;
  /** Waits for so long after each step. */
  stepMs?: number;
  evaluateEvery?: number;
  checkpointEvery?: number;
  /** Where checkpoints are kept, and restored from. */
  folder?: string;
  /** After that step its JavaScript computes for so long. */
  blockAtStep?: number;
  blockMs?: number;
}

/** A worker process, and the lines that it has written. */
export class WorkerProcess {
  readonly child: Deno.ChildProcess;
  readonly lines: string[] = [];
  /** When it ended; in milliseconds of `performance.now()`. */
  endedAt: number | undefined;
  readonly status: Promise<Deno.CommandStatus>;
  /** What it has written to stderr. */
  errors = "";
  readonly #reading: Promise<unknown>;
  #wake: () => void = () => {};

  constructor(asked: WatchedWorker) {
    this.child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--allow-all", "--no-check", "--quiet"],
        new URL("./watched_worker.ts", import.meta.url).pathname,
        JSON.stringify(asked),
      ],
      env: { TF_CPP_MIN_LOG_LEVEL: "3" },
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.status = this.child.status.then((status) => {
      this.endedAt = performance.now();
      this.#wake();
      return status;
    });
    this.#reading = Promise.all([this.#read(), this.#readErrors()]);
  }

  async #read(): Promise<void> {
    let text = "";
    for await (const part of this.child.stdout.pipeThrough(new TextDecoderStream())) {
      text += part;
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      this.lines.push(...lines);
      this.#wake();
    }
  }

  async #readErrors(): Promise<void> {
    for await (const part of this.child.stderr.pipeThrough(new TextDecoderStream())) {
      this.errors += part;
    }
  }

  /** Waits for a line, and fails where the process ends without it. */
  async until(pattern: RegExp): Promise<string> {
    for (;;) {
      const line = this.lines.find((line) => pattern.test(line));
      if (line !== undefined) return line;
      if (this.endedAt !== undefined) {
        await this.#reading;
        assert.fail(`ended without ${pattern}: ${this.lines.join(" | ")}\n${this.errors}`);
      }
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** Waits for its end. */
  async end(): Promise<{ code: number; lastLine: string }> {
    const { code } = await this.status;
    await this.#reading;
    return { code, lastLine: this.lines.at(-1) ?? "" };
  }

  /** Ends it, whatever its state. */
  async kill(): Promise<void> {
    try {
      this.child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.end();
  }
}

/**
 * Starts workers, and ends those that still run when the body is done, or has failed.
 *
 * @param count how many there are to be
 * @param ask what each is asked; nothing for one that is not to be started yet
 * @param body gets them by rank, and what starts another
 */
export async function withWorkers(
  count: number,
  ask: (rank: number) => Partial<WatchedWorker> | undefined,
  body: (
    workers: WorkerProcess[],
    start: (rank: number, asked?: Partial<WatchedWorker>) => WorkerProcess,
    addresses: string[],
  ) => Promise<void>,
): Promise<void> {
  const addresses = freeAddresses(count);
  const all: WorkerProcess[] = [];
  const start = (rank: number, asked: Partial<WatchedWorker> = {}) => {
    const worker = new WorkerProcess({ rank, addresses, ...asked });
    all.push(worker);
    return worker;
  };
  try {
    const workers: WorkerProcess[] = [];
    for (let rank = 0; rank < count; rank++) {
      const asked = ask(rank);
      if (asked !== undefined) workers[rank] = start(rank, asked);
    }
    await body(workers, start, addresses);
  } finally {
    await Promise.all(all.map((worker) => worker.kill()));
  }
}

/** Addresses on this machine whose ports nobody has. */
export function freeAddresses(count: number): string[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  const addresses = listeners.map(({ addr }) => `127.0.0.1:${(addr as Deno.NetAddr).port}`);
  listeners.forEach((listener) => listener.close());
  return addresses;
}
