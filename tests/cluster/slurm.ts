/** A Slurm of two nodes on this machine, in a folder of its own: nothing of it lies elsewhere. */
import { join } from "node:path";
import { nodes, writeFiles } from "./slurm_conf.ts";

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
    const start = startDaemon.bind(undefined, { folder, env });
    const munge = join(folder, "munge");
    start(
      ...["munged.out", "munged", "--foreground", `--key-file=${munge}/key`] as const,
      ...[`--socket=${munge}/socket`, `--pid-file=${munge}/pid`, `--seed-file=${munge}/seed`],
    );
    await until("munged listens", 30, () => exists(join(munge, "socket")), folder);
    start("slurmctld.out", "slurmctld", "-D");
    for (const node of nodes) start(`slurmd-${node}.out`, "slurmd", "-D", "-N", node);
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

/** Starts a daemon whose output goes to a log of this name, for which Deno has no way of its own. */
function startDaemon(
  { folder, env }: Pick<Slurm, "folder" | "env">,
  name: string,
  ...command: readonly string[]
): void {
  new Deno.Command("sh", {
    args: [
      "-c",
      'log=$1; shift; exec "$@" >"$log" 2>&1',
      "sh",
      `${folder}/log/${name}`,
      ...command,
    ],
    env,
    stdin: "null",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn().unref();
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
