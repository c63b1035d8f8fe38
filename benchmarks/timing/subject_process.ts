import * as v from "valibot";
import { linesOf } from "../ground/lines.ts";
import {
  type Block,
  blockSchema,
  type Hello,
  helloSchema,
  type Memory,
  memorySchema,
} from "./protocol.ts";

/** A subject died, or broke the protocol. */
export class SubjectError extends Error {
  override readonly name: string = "SubjectError";
}

/** A subject takes longer than it may. */
export class SlowSubjectError extends SubjectError {
  override readonly name: string = "SlowSubjectError";
}

export interface SubjectCommand {
  command: string;
  /** Its arguments, the subject's order last. */
  args: string[];
  /** Added to this process's environment. */
  env: Record<string, string>;
}

/** Characters of a wrong reply that an error quotes. */
const longest = 80;

/** A subject in its own process, asked one thing at a time. */
export class SubjectProcess {
  readonly #process: Deno.ChildProcess;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #replies: AsyncGenerator<string>;
  readonly #lastError: Promise<string>;

  /**
   * Starts the process.
   *
   * @throws {Deno.errors.NotFound | Deno.errors.PermissionDenied} if it is not an executable
   */
  constructor({ command, args, env }: SubjectCommand) {
    const pipes = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    this.#process = new Deno.Command(command, { args, env, ...pipes }).spawn();
    this.#requests = this.#process.stdin.getWriter();
    this.#replies = linesOf(this.#process.stdout);
    this.#lastError = lastErrorLine(this.#process.stderr);
  }

  /** The first reply: ready, or why this machine cannot run it. */
  hello(): Promise<Hello> {
    return this.greeting(helloSchema);
  }

  /** As {@linkcode hello}, of another protocol. */
  greeting<T>(schema: v.GenericSchema<unknown, T>, limitSeconds?: number): Promise<T> {
    return within(this.#receive(schema, "its start"), limitSeconds);
  }

  /**
   * Runs steps that are not counted.
   *
   * @param limitSeconds how long it may take
   * @throws {SlowSubjectError} if it takes longer; then the process must be ended at once
   */
  warm(count: number, limitSeconds?: number): Promise<Block> {
    return this.ask(`warm ${count}`, blockSchema, limitSeconds);
  }

  /** As {@linkcode warm}, steps that are counted. */
  run(count: number, limitSeconds?: number): Promise<Block> {
    return this.ask(`run ${count}`, blockSchema, limitSeconds);
  }

  memory(): Promise<Memory> {
    return this.ask("memory", memorySchema);
  }

  /**
   * Asks for something, in a line.
   *
   * @param schema what the reply must be
   * @param limitSeconds how long it may take
   * @throws {SlowSubjectError} if it takes longer; then the process must be ended at once
   */
  ask<T>(
    request: string,
    schema: v.GenericSchema<unknown, T>,
    limitSeconds?: number,
  ): Promise<T> {
    return within(this.#send(request, schema), limitSeconds);
  }

  /** Ends the process; kills it where a reply is outstanding or was wrong. */
  async end(atOnce = false): Promise<void> {
    await this.#requests.close().catch(() => {}); // it may have ended already
    if (atOnce) kill(this.#process, "SIGKILL");
    await this.#process.status;
    await this.#replies.return(undefined);
    await this.#lastError;
  }

  async #send<T>(request: string, schema: v.GenericSchema<unknown, T>): Promise<T> {
    const line = new TextEncoder().encode(`${request}\n`);
    await this.#requests.write(line).catch(() => {}); // the missing reply tells that it has ended
    return await this.#receive(schema, `"${request}"`);
  }

  async #receive<T>(schema: v.GenericSchema<unknown, T>, request: string): Promise<T> {
    const { value: line, done } = await this.#replies.next();
    if (done) throw await this.#exitError();
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), line);
    if (parsed.success) return parsed.output;
    throw new SubjectError(`replied to ${request} with ${JSON.stringify(line.slice(0, longest))}`);
  }

  async #exitError(): Promise<SubjectError> {
    const { code, signal } = await this.#process.status;
    // A signal comes from outside: the last line on stderr is not about it.
    if (signal !== null) {
      const cause = signal === "SIGKILL" ? ", perhaps for lack of memory" : "";
      return new SubjectError(`ended by ${signal}${cause}`);
    }
    const lastError = await this.#lastError;
    return new SubjectError(`${lastError || "ended without a word"} (exit code ${code})`);
  }
}

/** A reply, where it comes in time. */
async function within<T>(reply: Promise<T>, limitSeconds: number | undefined): Promise<T> {
  if (limitSeconds === undefined) return await reply;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new SlowSubjectError(`too slow: no reply within ${limitSeconds} s`);
    timer = setTimeout(() => reject(error), limitSeconds * 1000);
  });
  try {
    return await Promise.race([reply, late]);
  } finally {
    clearTimeout(timer);
    reply.catch(() => {}); // it fails when the process is ended
  }
}

/** Sends a signal to a process, if it has not ended yet. */
export function kill(process: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    process.kill(signal);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // it has ended
  }
}

/** The last line that begins with an error's name, else the last that is not indented. */
async function lastErrorLine(stderr: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let [error, last] = ["", ""];
  for await (const line of linesOf(stderr)) {
    if (/^[\w.]*(error|exception)\b/i.test(line)) error = line;
    if (/^\S/.test(line)) last = line;
  }
  return (error || last).trim();
}
