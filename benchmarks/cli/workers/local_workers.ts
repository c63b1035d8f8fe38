/**
 * Workers of one training, started on this machine: this very program again, once for each, with
 * variables that tell each who it is. The process that starts them computes nothing: it passes on what
 * they print and what it is asked by signals, and ends as they did.
 *
 * @module
 */
import { type Ending, exitCodes } from "../exit.ts";
import { gpuForEach, gpusHere } from "./gpus.ts";
import { freePorts, localEnvironments } from "./local_cluster.ts";
import { ownArguments } from "./own_command.ts";
import { type Ended, WorkerProcess } from "./worker_process.ts";

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

/**
 * Starts workers, and waits until all of them have ended.
 *
 * @returns how they ended: as the first that failed, where one did
 * @throws {UsageError} if there are too few GPUs, or Deno cannot be started
 */
export async function runLocalWorkers(options: LocalWorkers): Promise<Ending> {
  const { size, signal, say = console.error } = options;
  const gpus = gpuForEach(await gpusHere(), size);
  const processes: WorkerProcess[] = [];
  const stop = () => processes.forEach((worker) => worker.ask("SIGTERM"));
  signal.addEventListener("abort", stop);
  try {
    const args = options.args ?? ownArguments();
    localEnvironments(freePorts(size), gpus)
      .forEach((env, rank) => processes.push(new WorkerProcess(rank, args, env)));
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
  processes: readonly WorkerProcess[],
  { graceMs = usualGraceMs }: LocalWorkers,
  say: (line: string) => void,
): Promise<Ending> {
  const timers: ReturnType<typeof setTimeout>[] = [];
  const insist = (signal: Deno.Signal, afterMs: number) =>
    timers.push(setTimeout(() => processes.forEach((worker) => worker.ask(signal)), afterMs));
  const failed: Ended[] = [];
  const hear = (ended: Ended) => {
    if (isFine(ended)) return;
    failed.push(ended);
    if (failed.length > 1) return;
    insist("SIGTERM", graceMs);
    insist("SIGKILL", 2 * graceMs);
  };
  try {
    await Promise.all(processes.map(async (worker) => hear(await worker.ended())));
  } finally {
    timers.forEach(clearTimeout);
  }
  const cause = causeOf(failed);
  if (cause === undefined) return "done";
  const chief = failed.find(({ rank }) => rank === 0);
  const codeOf = (worker: WorkerProcess) => failed.find(({ rank }) => rank === worker.rank)?.code;
  processes.filter((worker) => hasItsOwn(codeOf(worker), chief?.code))
    .flatMap(({ errors }) => errors).filter((line) => !/^worker \d+: error: Lost /.test(line))
    .forEach((line) => say(line));
  const text = causeText(cause, chief);
  if (text !== undefined) say(text);
  return endingOf(cause);
}

/** Who has learned that another one is gone ends as broken: that is not why. */
function causeOf(failed: readonly Ended[]): Ended | undefined {
  const isConsequence = ({ code, signal }: Ended) => signal === null && code === exitCodes.broken;
  return failed.find((ended) => !isConsequence(ended)) ?? failed[0];
}

/**
 * Whether what a worker says of its end is not said by the chief: errors that end the run are told to
 * all, but of one inside of a cell the others learn that a worker is lost.
 */
function hasItsOwn(code: number | undefined, chiefCode: number | undefined): boolean {
  return code !== chiefCode || code === exitCodes.broken;
}

function isFine({ code, signal }: Ended): boolean {
  return signal === null && code === exitCodes.done;
}

/** What the workers themselves can't have said, or not so that it is seen whose it is. */
function causeText(
  { rank, code, signal, isStuck }: Ended,
  chief: Ended | undefined,
): string | undefined {
  if (signal !== null) {
    const why = signal === "SIGKILL" ? ", perhaps for lack of memory" : "";
    const what = isStuck
      ? "did not end with the others, as one that is stopped, and was killed"
      : `was ended by ${signal}${why}`;
    return `error: worker ${rank} ${what}: a run that had begun goes on from its last checkpoint, by ` +
      "the same command with --resume";
  }
  if (code === chief?.code) return undefined;
  return `error: worker ${rank} failed, with exit code ${code}: its lines above say why`;
}

function endingOf({ code, signal }: Ended): Ending {
  if (signal !== null) return "broken";
  const [ending] = Object.entries(exitCodes).find(([, known]) => known === code) ?? [];
  return (ending ?? "fault") as Ending;
}
