import { fileURLToPath } from "node:url";
import type { ScalingRowProfile } from "../experiments/profiles/scaling.ts";
import type { GroupFacts, ReadyWorker } from "../record/mod.ts";
import { environmentOf } from "../timing/start_subject.ts";
import type { SubjectCommand } from "../timing/subject_process.ts";
import { onCore, type Words } from "./cores.ts";
import { GroupProcess } from "./group_process.ts";
import type { WorkerOrder } from "./protocol.ts";

/** Threads that a worker computes with: it has one core. */
const threads = 1;

/** What groups run in. */
export interface GroupSurroundings {
  profile: ScalingRowProfile;
  workers: number;
  /** The core of each worker; nothing where processes cannot be bound. */
  cores: readonly number[] | undefined;
  /** Python interpreters, in the order in which PyTorch's workers try them. */
  interpreters: readonly string[];
}

/** A group that waits for its first request, or why this machine cannot run it. */
export type RunningGroup = { process: GroupProcess; ready: ReadyWorker } | { unavailable: string };

/**
 * Starts a group: PyTorch's with the first interpreter that has its packages.
 *
 * @throws {SubjectError} if a worker dies before it is ready
 */
export async function runningGroup(
  group: GroupFacts,
  surroundings: GroupSurroundings,
): Promise<RunningGroup> {
  const programs: Words[] = group.engine === "tensorflow"
    ? [[Deno.execPath(), "run", ...permissions, pathOf("./worker.ts")]]
    : surroundings.interpreters.map((python) => [python, pathOf("./peers/ddp_worker.py")]);
  let running: RunningGroup = { unavailable: "there is no interpreter for it" };
  for (const program of programs) {
    running = await start(commandsOf(group, surroundings, program));
    if ("process" in running) break;
  }
  return running;
}

const permissions = [
  "--no-prompt",
  "--allow-read",
  "--allow-env",
  "--allow-ffi",
  "--allow-sys=hostname",
];

async function start(commands: readonly SubjectCommand[]): Promise<RunningGroup> {
  const process = new GroupProcess();
  try {
    process.start(commands);
    const hello = await process.hello();
    if ("ready" in hello) return { process, ready: hello.ready };
    await process.end(true); // those that lack nothing wait for the others
    return hello;
  } catch (error) {
    await process.end(true);
    const { NotFound, PermissionDenied } = Deno.errors;
    if (!(error instanceof NotFound || error instanceof PermissionDenied)) throw error;
    return { unavailable: `${commands[0]!.command} is no program that can be run` };
  }
}

function commandsOf(
  subject: GroupFacts,
  { profile, workers, cores }: GroupSurroundings,
  program: Words,
): SubjectCommand[] {
  const ports = freePorts(workers);
  return ports.map((_, rank): SubjectCommand => {
    const worker = { rank, size: workers, ports };
    const order: WorkerOrder = { subject, profile, threads, worker };
    const [command, ...args] = onCore(cores?.[rank], program);
    return { command, args: [...args, JSON.stringify(order)], env: environmentOf(threads) };
  });
}

/** Ports that nobody listens at now; all are held until the last one is found, so that they differ. */
function freePorts(count: number): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  const ports = listeners.map(({ addr }) => (addr as Deno.NetAddr).port);
  for (const listener of listeners) listener.close();
  return ports;
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
