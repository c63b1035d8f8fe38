/** Jobs of a Slurm: submitted, watched, asked about. */
import { ask, type Slurm, until } from "./slurm.ts";

/** What `scontrol show job` tells of a job. */
export interface Job {
  state: string;
  restarts: number;
  /** Why it waits, or how it ended. */
  reason: string;
  /** As Slurm writes it: `code:signal`. */
  exitCode: string;
}

/** The longest that any job here takes, on a slow machine that has other work. */
const patienceSeconds = 600;

/**
 * Submits a batch file from the repository's folder.
 *
 * @param env more variables, such as OUT
 * @returns the job's id
 */
export async function submit(
  { env }: Slurm,
  more: Record<string, string>,
  ...args: string[]
): Promise<string> {
  const { success, stdout, stderr } = await ask(
    { ...env, ...more },
    "sbatch",
    "--parsable",
    ...args,
  );
  if (!success) throw new Error(`sbatch ${args.join(" ")} failed: ${stderr.trim()}`);
  return stdout.trim();
}

/** What is known of a job; of an array's task by `ID_INDEX`. */
export async function jobOf({ env }: Slurm, id: string): Promise<Job> {
  const { stdout, stderr } = await ask(env, "scontrol", "--oneliner", "show", "job", id);
  const field = (name: string) => new RegExp(`(?:^| )${name}=(\\S*)`).exec(stdout)?.[1];
  const state = field("JobState");
  if (state === undefined) throw new Error(`scontrol knows no job ${id}: ${stderr.trim()}`);
  const [reason = "", exitCode = ""] = ["Reason", "ExitCode"].map(field);
  return { state, restarts: Number(field("Restarts")), reason, exitCode };
}

const active = /^(PENDING|CONFIGURING|RUNNING|COMPLETING|REQUEUED|SUSPENDED|STOPPED)$/;

/** Waits until a job has ended, and tells how. */
export async function endOf(slurm: Slurm, id: string): Promise<Job> {
  let job = await jobOf(slurm, id);
  await until(`job ${id} has ended (it is ${job.state})`, patienceSeconds, async () => {
    job = await jobOf(slurm, id);
    return !active.test(job.state);
  });
  return job;
}

/** In which Slurm has heard of the end of a job's last start, though it says before that it waits. */
const clearingUpMs = 5000;

/**
 * Waits until a job has been requeued, and has it start soon: Slurm waits for two minutes. Too soon,
 * and the end of its last start would be taken for one of the new start.
 */
export async function startAgain(slurm: Slurm, id: string, restarts = 1): Promise<void> {
  await until(`job ${id} is requeued`, patienceSeconds, async () => {
    const job = await jobOf(slurm, id);
    if (!active.test(job.state)) throw new Error(`job ${id} was not requeued: it is ${job.state}`);
    return job.restarts >= restarts && job.state === "PENDING" && job.reason === "BeginTime";
  });
  await new Promise((resolve) => setTimeout(resolve, clearingUpMs));
  await scontrol(slurm, "update", `JobId=${id}`, "StartTime=now");
}

/** Runs `scontrol`, and fails where it does. */
export async function scontrol({ env }: Slurm, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await ask(env, "scontrol", ...args);
  if (!success) throw new Error(`scontrol ${args.join(" ")} failed: ${stderr.trim()}`);
  return stdout;
}

/** Sends signals to a job, or cancels it. */
export async function scancel({ env }: Slurm, ...args: string[]): Promise<void> {
  const { success, stderr } = await ask(env, "scancel", ...args);
  if (!success) throw new Error(`scancel ${args.join(" ")} failed: ${stderr.trim()}`);
}

/** Kills a task of a job's step, as a machine that runs out of memory would; any but task 0. */
export async function killTask({ env, folder }: Slurm, id: string, task: number): Promise<void> {
  const script = new URL("kill_task.sh", import.meta.url).pathname;
  await ask(env, "sh", script, folder, id, `${task}`);
}
