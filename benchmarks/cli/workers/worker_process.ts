import { askToEnd, startDeno } from "../../ground/deno_program.ts";
import { linesOf } from "../../ground/lines.ts";

/** How a worker ended. */
export interface Ended {
  rank: number;
  code: number;
  signal: Deno.Signal | null;
  /** Whether this process has killed it, as it did not end by itself. */
  isStuck: boolean;
}

/** A worker's process. What the chief prints is the run's own; of the others each line is marked. */
export class WorkerProcess {
  readonly #process: Deno.ChildProcess;
  readonly #printed: Promise<unknown>;
  /** Lines that say of one that is not the chief what ended it. */
  readonly errors: string[] = [];
  #isStuck = false;

  /** @throws {UsageError} if Deno cannot be started */
  constructor(readonly rank: number, args: readonly string[], env: Record<string, string>) {
    const output = rank === 0 ? "inherit" : "piped";
    this.#process = startDeno("workers", {
      args: [...args],
      env,
      stdin: "piped", // it ends with this process, however that ends: see signals/starter.ts
      stdout: output,
      stderr: output,
    });
    this.#printed = rank === 0 ? Promise.resolve() : Promise.all([
      this.#passOn(this.#process.stdout),
      this.#passOn(this.#process.stderr),
    ]);
  }

  ask(signal: Deno.Signal): void {
    if (askToEnd(this.#process, signal)) this.#isStuck ||= signal === "SIGKILL";
  }

  async #passOn(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let isError = false; // it is the last that a process says, in a line or in several
    for await (const line of linesOf(stream)) {
      const marked = `worker ${this.rank}: ${line}`;
      isError ||= /^error: (?!this is a fault)/.test(line);
      if (isError) this.errors.push(marked);
      else console.error(marked);
    }
  }

  async ended(): Promise<Ended> {
    const { code, signal } = await this.#process.status;
    await this.#printed;
    await this.#process.stdin.close().catch(() => {}); // it is closed with its reader
    return { rank: this.rank, code, signal, isStuck: this.#isStuck };
  }
}
