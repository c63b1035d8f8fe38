/** A Slurm of two nodes on this machine, in a folder of its own: nothing of it lies elsewhere. */
import { join } from "node:path";

/** A Slurm that runs. */
export interface Slurm {
  /** Where its files are: `slurm.conf`, logs, state. */
  folder: string;
  /** The variables that make Slurm's commands speak to it. */
  env: Readonly<Record<string, string>>;
  /** Whether its nodes have two GPUs each, which are none: what shares them out is Slurm. */
  hasGpus: boolean;
  /** Adds a line to `slurm.conf`, and has it read. */
  configure(line: string): Promise<void>;
  /** Ends all of its processes, and removes the folder. */
  end(): Promise<void>;
}

/** What a command of Slurm's has said. */
export interface Said {
  success: boolean;
  stdout: string;
  stderr: string;
}

/**
 * Starts munged, slurmctld and two slurmd on free ports. They end when this process ends, however it
 * does: a shell script waits for that at the other end of a pipe.
 *
 * @param folder an empty folder, which no space or comma is in the path of
 * @throws {Error} if the nodes are not ready within half a minute, with what the daemons said
 */
export async function startSlurm(folder: string): Promise<Slurm> {
  const env = { SLURM_CONF: join(folder, "slurm.conf"), NO_COLOR: "1" };
  const keeper = new Deno.Command("sh", {
    args: [new URL("keeper.sh", import.meta.url).pathname, folder],
    stdin: "piped",
    detached: true, // Ctrl-C in a terminal is for this process alone
  }).spawn();
  const end = async () => {
    await keeper.stdin.close();
    await keeper.status;
  };
  try {
    const hasGpus = await writeFiles(folder);
    const start = (program: string, ...args: string[]) => startDaemon(folder, env, program, args);
    const munge = join(folder, "munge");
    start(
      "munged",
      "--foreground",
      `--key-file=${munge}/key`,
      `--socket=${munge}/socket`,
      `--pid-file=${munge}/pid`,
      `--seed-file=${munge}/seed`,
    );
    await until("munged listens", 30, () => exists(join(munge, "socket")), folder);
    start("slurmctld", "-D");
    for (const node of nodes) start("slurmd", "-D", "-N", node);
    const areIdle = async () => {
      const { stdout } = await ask(env, "sinfo", "--noheader", "--Node", "--format=%T");
      return stdout.trim().split(/\s+/).join() === nodes.map(() => "idle").join();
    };
    await until("both nodes are idle", 30, areIdle, folder);
    const configure = async (line: string) => {
      await Deno.writeTextFile(env.SLURM_CONF, `${line}\n`, { append: true });
      const { success, stderr } = await ask(env, "scontrol", "reconfigure");
      if (!success) throw new Error(`scontrol reconfigure failed: ${stderr}`);
    };
    return { folder, env, hasGpus, configure, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** The nodes' names, which need not resolve. */
export const nodes = ["n1", "n2"] as const;

/** Runs one of Slurm's commands. */
export async function ask(
  env: Readonly<Record<string, string>>,
  program: string,
  ...args: string[]
): Promise<Said> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, env, stdin: "null" })
    .output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { success, stdout: text(stdout), stderr: text(stderr) };
}

/**
 * Waits until something is so.
 *
 * @param folder where the daemons' logs are, which an error quotes
 * @throws {Error} if it is not within the time
 */
export async function until(
  what: string,
  seconds: number,
  isSo: () => Promise<boolean>,
  folder?: string,
): Promise<void> {
  const end = performance.now() + 1000 * seconds;
  while (!await isSo()) {
    if (performance.now() > end) {
      const said = folder === undefined ? "" : `\n${await lastWords(folder)}`;
      throw new Error(`waited ${seconds} s in vain until ${what}${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Whether there is such a file. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

function startDaemon(
  folder: string,
  env: Record<string, string>,
  program: string,
  args: readonly string[],
): void {
  const log = `${folder}/log/${[program, ...args.slice(2)].join("-").replaceAll(/[^\w-]/g, "")}`;
  // Deno has no way to give a process a file for its output.
  new Deno.Command("sh", {
    args: [
      "-c",
      'log=$1; shift; exec "$@" >"$log" 2>&1',
      "sh",
      log.slice(0, 200),
      program,
      ...args,
    ],
    env,
    stdin: "null",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn().unref();
}

/** Writes the key and the configuration; tells whether devices could be made that pass for GPUs. */
async function writeFiles(folder: string): Promise<boolean> {
  await Deno.chmod(folder, 0o755); // jobs and munged's clients pass through
  for (const name of ["state", "log", "munge", ...nodes]) await Deno.mkdir(join(folder, name));
  await Deno.chmod(join(folder, "munge"), 0o711);
  const key = crypto.getRandomValues(new Uint8Array(1024));
  await Deno.writeFile(join(folder, "munge/key"), key, { mode: 0o400 });
  const devices = nodes.map((_, i) => join(folder, `gpu${i}`));
  const made = await Promise.all(
    devices.map((path) =>
      new Deno.Command("mknod", { args: [path, "c", "1", "3"], stderr: "null" }).output()
    ),
  );
  const hasGpus = made.every(({ success }) => success);
  if (hasGpus) {
    await Deno.writeTextFile(join(folder, "gres.conf"), `Name=gpu File=${folder}/gpu[0-1]\n`);
  }
  await Deno.writeTextFile(join(folder, "slurm.conf"), configuration(folder, hasGpus));
  return hasGpus;
}

/**
 * Two nodes on one machine need a slurmd and a port each. Without systemd there are no cgroups to be
 * had, so processes are known by their parents, and no task is bound to its cores. What is not named
 * here has no plugin, in old versions and in new ones, which refuse the names that old ones had.
 */
function configuration(folder: string, hasGpus: boolean): string {
  const host = Deno.hostname().split(".")[0]!;
  const [controller, first, second] = freePorts(3);
  return `ClusterName=one
SlurmctldHost=${host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${folder}/munge/socket
SlurmctldPort=${controller}
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/%n
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd-%n.pid
SlurmctldLogFile=${folder}/log/slurmctld
SlurmdLogFile=${folder}/log/slurmd-%n
ProctrackType=proctrack/linuxproc
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
ReturnToService=2
${hasGpus ? "GresTypes=gpu\n" : ""}NodeName=${nodes[0]} NodeHostname=${host} NodeAddr=127.0.0.1 \
Port=${first} CPUs=2 RealMemory=2000 ${hasGpus ? "Gres=gpu:2 " : ""}State=UNKNOWN
NodeName=${nodes[1]} NodeHostname=${host} NodeAddr=127.0.0.1 \
Port=${second} CPUs=2 RealMemory=2000 ${hasGpus ? "Gres=gpu:2 " : ""}State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
}

/** Ports that nobody has now; all are held until the last is found. */
function freePorts(count: number): number[] {
  const held = Array.from({ length: count }, () => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const ports = held.map(({ addr }) => addr.port);
  held.forEach((listener) => listener.close());
  return ports;
}

/** The last lines of the daemons' logs. */
async function lastWords(folder: string): Promise<string> {
  const lines: string[] = [];
  for await (const { name, isFile } of Deno.readDir(join(folder, "log"))) {
    if (!isFile) continue;
    const text = await Deno.readTextFile(join(folder, "log", name));
    lines.push(...text.trim().split("\n").slice(-3).map((line) => `  ${name}: ${line}`));
  }
  return lines.join("\n");
}
