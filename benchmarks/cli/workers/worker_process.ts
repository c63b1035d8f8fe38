import { reasonOf } from "../../../datasets/errors.ts";
import { denoProgram } from "../../ground/deno_program.ts";
import { UsageError } from "../../ground/errors.ts";
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
    const command = denoProgram();
    try {
      this.#process = new Deno.Command(command, {
        args: [...args],
        env,
        stdin: "piped", // it ends with this process, however that ends: see signals/starter.ts
        stdout: output,
        stderr: output,
      }).spawn();
    } catch (error) {
      const reason = reasonOf(error).replace(/[.;,]? (run again|Alternatively).*$/s, "");
      throw new UsageError(
        `Cannot start workers by ${command}: ${reason}; unset variables that begin with LD_ or DYLD_, ` +
          "and have deno on the PATH",
        { cause: error },
      );
    }
    this.#printed = rank === 0 ? Promise.resolve() : Promise.all([
      this.#passOn(this.#process.stdout),
      this.#passOn(this.#process.stderr),
    ]);
  }

  ask(signal: Deno.Signal): void {
    try {
      this.#process.kill(signal);
      this.#isStuck ||= signal === "SIGKILL";
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has ended
    }
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
