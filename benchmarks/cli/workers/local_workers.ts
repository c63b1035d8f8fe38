/**
 * Workers of one training, started on this machine: this very program again, once for each, with
 * variables that tell each who it is. The process that starts them computes nothing: it passes on what
 * they print and what it is asked by signals, and ends as they did.
 *
 * @module
 */
import { reasonOf } from "../../../datasets/errors.ts";
import { denoProgram } from "../../ground/deno_program.ts";
import { UsageError } from "../../ground/errors.ts";
import { linesOf } from "../../ground/lines.ts";
import { type Ending, exitCodes } from "../exit.ts";
import { gpuForEach, gpusHere } from "./gpus.ts";
import { freePorts, localEnvironments } from "./local_cluster.ts";
import { ownArguments } from "./own_command.ts";

/** How workers are started, and what stops them. */
export interface LocalWorkers {
  /** How many, >= 2. */
  size: number;
  /** Asks all of them to stop, as a signal of the system would. */
  signal: AbortSignal;
  /** The arguments by which Deno runs each; those of this very program without. */
  args?: readonly string[];
  /** How long the others have to end by themselves once one has failed, in ms. */
  graceMs?: number;
  /** Takes a line that this process says; stderr without. */
  say?: (line: string) => void;
}

/**
 * Time in which those that are left find out that one has failed, and save what they have. They do so
 * by themselves in seconds: what has not ended then is stuck.
 */
const usualGraceMs = 15_000;

/** How one of them ended. */
interface Ended {
  rank: number;
  code: number;
  signal: Deno.Signal | null;
}

/**
 * Starts workers, and waits until all of them have ended.
 *
 * @returns how they ended: as the first that failed, where one did
 * @throws {UsageError} if there are too few GPUs, or Deno cannot be started
 */
export async function runLocalWorkers(options: LocalWorkers): Promise<Ending> {
  const { size, signal, say = console.error } = options;
  const gpus = gpuForEach(await gpusHere(), size);
  const processes: Worker[] = [];
  const stop = () => processes.forEach((worker) => worker.ask("SIGTERM"));
  signal.addEventListener("abort", stop);
  try {
    const args = options.args ?? ownArguments();
    localEnvironments(freePorts(size), gpus)
      .forEach((env, rank) => processes.push(new Worker(rank, args, env)));
    if (signal.aborted) stop(); // it came before there was one to ask
    return await endOf(processes, options, say);
  } catch (error) {
    processes.forEach((worker) => worker.ask("SIGKILL"));
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Waits for all; where one fails, the others follow it, by themselves or not. */
async function endOf(
  processes: readonly Worker[],
  { graceMs = usualGraceMs }: LocalWorkers,
  say: (line: string) => void,
): Promise<Ending> {
  const timers: ReturnType<typeof setTimeout>[] = [];
  const insist = (signal: Deno.Signal, afterMs: number) =>
    timers.push(setTimeout(() => processes.forEach((worker) => worker.ask(signal)), afterMs));
  let first: Ended | undefined;
  const hear = (ended: Ended) => {
    if (first !== undefined || isFine(ended)) return;
    first = ended;
    insist("SIGTERM", graceMs);
    insist("SIGKILL", 2 * graceMs);
  };
  try {
    await Promise.all(processes.map(async (worker) => hear(await worker.ended())));
  } finally {
    timers.forEach(clearTimeout);
  }
  if (first === undefined) return "done";
  const text = causeText(first);
  if (text !== undefined) say(text);
  return endingOf(first);
}

function isFine({ code, signal }: Ended): boolean {
  return signal === null && code === exitCodes.done;
}

/** What the workers themselves can't have said, or not so that it is seen whose it is. */
function causeText({ rank, code, signal }: Ended): string | undefined {
  if (signal !== null) {
    const why = signal === "SIGKILL" ? ", perhaps for lack of memory" : "";
    return `error: worker ${rank} was ended by ${signal}${why}: a run that had begun goes on from its ` +
      "last checkpoint, by the same command with --resume";
  }
  const isOfAll = code === exitCodes.interrupted || code === exitCodes.failed;
  if (isOfAll || rank === 0) return undefined;
  return `error: worker ${rank} failed first, with exit code ${code}: its lines above say why`;
}

function endingOf({ code, signal }: Ended): Ending {
  if (signal !== null) return "broken";
  const [ending] = Object.entries(exitCodes).find(([, known]) => known === code) ?? [];
  return (ending ?? "fault") as Ending;
}

/** A worker's process. What the chief prints is the run's own; of the others each line is marked. */
class Worker {
  readonly #process: Deno.ChildProcess;
  readonly #printed: Promise<unknown>;

  /** @throws {UsageError} if Deno cannot be started */
  constructor(readonly rank: number, args: readonly string[], env: Record<string, string>) {
    const output = rank === 0 ? "inherit" : "piped";
    const command = denoProgram();
    try {
      this.#process = new Deno.Command(command, {
        args: [...args],
        env,
        stdin: "piped", // it ends with this process, however that ends: see following.ts
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
      passOn(this.#process.stdout, rank),
      passOn(this.#process.stderr, rank),
    ]);
  }

  ask(signal: Deno.Signal): void {
    try {
      this.#process.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has ended
    }
  }

  async ended(): Promise<Ended> {
    const { code, signal } = await this.#process.status;
    await this.#printed;
    await this.#process.stdin.close().catch(() => {}); // it is closed with its reader
    return { rank: this.rank, code, signal };
  }
}

async function passOn(stream: ReadableStream<Uint8Array<ArrayBuffer>>, rank: number) {
  for await (const line of linesOf(stream)) console.error(`worker ${rank}: ${line}`);
}
