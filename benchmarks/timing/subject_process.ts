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

/** A subject died, or said what is not of the protocol. */
export class SubjectError extends Error {
  override readonly name: string = "SubjectError";
}

/** How to start a subject. */
export interface SubjectCommand {
  command: string;
  /** Its arguments, the subject's order last. */
  args: string[];
  /** Variables that it has beside this process's. */
  env: Record<string, string>;
}

/** The longest piece of a wrong reply that an error repeats. */
const longest = 80;

/** A subject in its own process, asked one thing at a time. */
export class SubjectProcess {
  readonly #process: Deno.ChildProcess;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #replies: AsyncGenerator<string>;
  readonly #complaint: Promise<string>;

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
    this.#complaint = lastComplaint(this.#process.stderr);
  }

  /** What the subject says first: ready, or why it cannot be. */
  hello(): Promise<Hello> {
    return this.#receive(helloSchema, "its start");
  }

  /** Runs steps that are not counted. */
  warm(count: number): Promise<Block> {
    return this.#ask(`warm ${count}`, blockSchema);
  }

  /** Runs steps. */
  run(count: number): Promise<Block> {
    return this.#ask(`run ${count}`, blockSchema);
  }

  /** What the process held. */
  memory(): Promise<Memory> {
    return this.#ask("memory", memorySchema);
  }

  /** Ends the process: at once where it owes a reply or said what it should not. */
  async end(atOnce = false): Promise<void> {
    await this.#requests.close().catch(() => {}); // it may be gone already
    if (atOnce) kill(this.#process, "SIGKILL");
    await this.#process.status;
    await this.#replies.return(undefined);
    await this.#complaint;
  }

  async #ask<T>(request: string, schema: v.GenericSchema<unknown, T>): Promise<T> {
    const line = new TextEncoder().encode(`${request}\n`);
    await this.#requests.write(line).catch(() => {}); // who is gone does not reply either
    return await this.#receive(schema, `"${request}"`);
  }

  async #receive<T>(schema: v.GenericSchema<unknown, T>, request: string): Promise<T> {
    const { value: line, done } = await this.#replies.next();
    if (done) throw await this.#death();
    const parsed = v.safeParse(schema, parseJson(line));
    if (parsed.success) return parsed.output;
    throw new SubjectError(`replied to ${request} with ${JSON.stringify(line.slice(0, longest))}`);
  }

  async #death(): Promise<SubjectError> {
    const { code, signal } = await this.#process.status;
    // What it said last is not about a signal that came from outside.
    if (signal !== null) {
      const cause = signal === "SIGKILL" ? ", which lack of memory may be" : "";
      return new SubjectError(`ended by ${signal}${cause}`);
    }
    const complaint = await this.#complaint;
    return new SubjectError(`${complaint || "ended without a word"} (exit code ${code})`);
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
async function lastComplaint(stderr: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let [error, last] = ["", ""];
  for await (const line of linesOf(stderr)) {
    if (/^[\w.]*(error|exception)\b/i.test(line)) error = line;
    if (/^\S/.test(line)) last = line;
  }
  return (error || last).trim();
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
