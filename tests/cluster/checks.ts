/** What is checked on a Slurm, with the files of docs/cluster as they are. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { ask, nodes, type Slurm, until } from "./slurm.ts";
import { Skipped } from "./report.ts";
import { endOf, jobOf, scancel, startAgain, submit } from "./jobs.ts";
import {
  assertSameCell,
  assertSameNumbers,
  assertSameTraining,
  cellOf,
  endless,
  long,
  parallel,
  runHere,
  saved,
  sweep,
} from "./suites.ts";

/** What a check has: a Slurm, and a folder that all nodes see. */
export interface Place {
  slurm: Slurm;
  folder: string;
  /** The file that a job's output goes to; kept where a check fails. */
  log(name: string): string;
  /** What other checks have made already. */
  once(name: string, make: (out: string) => Promise<void>): Promise<string>;
}

/** A check, and what it finds. */
export interface Check {
  name: string;
  /** @returns what was seen, for its line */
  run(place: Place): Promise<string>;
}

const file = (name: string) => `docs/cluster/${name}.sbatch`;
const output = (path: string) => `--output=${path}`;

/**
 * Where checks are run.
 *
 * @param folder an empty folder for what they make
 */
export function placeOf(slurm: Slurm, folder: string): Place {
  const made = new Map<string, Promise<string>>();
  return {
    slurm,
    folder,
    log: (name) => join(folder, `${name}.log`),
    once(name, make) {
      const out = join(folder, name);
      const there = made.get(name) ?? make(out).then(() => out);
      made.set(name, there);
      return there;
    },
  };
}

const undisturbed = ({ once }: Place) => once("undisturbed", (out) => runHere(long, out));
const unsharded = ({ once }: Place) => once("unsharded", (out) => runHere(sweep, out));

/** Submits the array, and the job that merges its parts. */
async function submitSweep({ slurm, log }: Place, out: string) {
  const env = { OUT: out };
  const id = await submit(
    slurm,
    env,
    "--array=0-1",
    output(log(`sweep-%a`)),
    file("sweep"),
    ...sweep,
  );
  const after = [`--dependency=afterok:${id}`, "--kill-on-invalid-dep=yes"];
  return { id, merge: await submit(slurm, env, ...after, output(log("merge")), file("merge")) };
}

const arrayIsMerged: Check = {
  name: "an array of 2, merged by `deno task report`, has the unsharded run's numbers",
  async run(place) {
    const out = join(place.folder, "sweep");
    const { merge } = await submitSweep(place, out);
    const { state } = await endOf(place.slurm, merge);
    assert.equal(state, "COMPLETED", "the job that merges");
    await assertSameNumbers(join(out, "merged"), await unsharded(place));
    return "4 cells of 2 parts";
  },
};

const wrongArrayIsRefused: Check = {
  name: "an array that is a piece of one is refused, with exit code 2",
  async run({ slurm, folder, log }) {
    const env = { OUT: join(folder, "piece") };
    const path = log("piece");
    const id = await submit(slurm, env, "--array=1", output(path), file("sweep"), ...sweep);
    assert.equal((await endOf(slurm, `${id}_1`)).exitCode, "2:0");
    assert.match(await Deno.readTextFile(path), /--array must be 0-0, or SHARDS must say/);
    return "SHARDS would say how many there are";
  },
};

const requeued: Check = {
  name: "SIGUSR1 to the batch shell saves and requeues, to the undisturbed run's numbers",
  async run(place) {
    const { slurm, folder, log } = place, out = join(folder, "requeued");
    const id = await submit(slurm, { OUT: out }, output(log("requeued")), file("requeue"), ...long);
    await saved(slurm, out);
    await scancel(slurm, "--batch", "--signal=USR1", id);
    await startAgain(slurm, id);
    const { state, restarts } = await endOf(slurm, id);
    assert.deepEqual({ state, restarts }, { state: "COMPLETED", restarts: 1 });
    const { resumedAt } = await assertSameCell(out, await undisturbed(place));
    assert.equal(resumedAt?.length, 1);
    return `interrupted after step ${resumedAt[0]} of 300`;
  },
};

const cancelled: Check = {
  name: "a job that is cancelled saves; submitted anew it ends with the undisturbed run's numbers",
  async run(place) {
    const { slurm, folder, log } = place, out = join(folder, "cancelled");
    const again = () =>
      submit(slurm, { OUT: out }, output(log("cancelled")), file("requeue"), ...long);
    const first = await again();
    await saved(slurm, out);
    await scancel(slurm, first);
    const { state, exitCode, restarts } = await endOf(slurm, first);
    assert.deepEqual([state, exitCode, restarts], ["CANCELLED", "4:0", 0]);
    const { status, steps } = await cellOf(out);
    assert.equal(status, "interrupted");
    assert.equal((await endOf(slurm, await again())).state, "COMPLETED");
    const { resumedAt } = await assertSameCell(out, await undisturbed(place));
    assert.deepEqual(resumedAt, [steps]);
    return `interrupted after step ${steps} of 300`;
  },
};

const taskIsRequeued: Check = {
  name: "of an array the one task that is warned is requeued, to the same merged numbers",
  async run(place) {
    const { slurm, folder } = place, out = join(folder, "warned-sweep");
    const { id, merge } = await submitSweep(place, out);
    // The last task has the array's id for its own: what is sent to it must not reach the other.
    await saved(slurm, join(out, "part-1"));
    await scancel(slurm, "--batch", "--signal=USR1", `${id}_1`);
    await startAgain(slurm, `${id}_1`);
    assert.equal((await endOf(slurm, merge)).state, "COMPLETED", "the job that merges");
    const restarts = await Promise.all([0, 1].map((i) => jobOf(slurm, `${id}_${i}`)));
    assert.deepEqual(restarts.map((job) => job.restarts), [0, 1]);
    await assertSameNumbers(join(out, "merged"), await unsharded(place));
    return "the other task was left alone, and the job that merges waited";
  },
};

const twoNodes = (place: Place) =>
  place.once("two-nodes", async (out) => {
    const { slurm, log } = place;
    const id = await submit(
      slurm,
      { OUT: out },
      output(log("two-nodes")),
      file("data_parallel"),
      ...parallel,
    );
    assert.equal((await endOf(slurm, id)).state, "COMPLETED");
  });

const dataParallel: Check = {
  name: "a worker on each of two nodes: together they train what one process does",
  async run(place) {
    const out = await twoNodes(place);
    const alone = await place.once("alone", (path) => runHere(parallel, path));
    const apart = await assertSameTraining(out, alone);
    return `the first ten losses within ${apart.toExponential(1)} of its`;
  },
};

const workersRequeued: Check = {
  name: "workers whose job is warned save, and go on to the undisturbed workers' numbers",
  async run(place) {
    const { slurm, folder, log } = place, out = join(folder, "workers");
    const asked = [output(log("workers")), file("data_parallel"), ...parallel];
    const id = await submit(slurm, { OUT: out }, ...asked);
    await saved(slurm, out);
    await scancel(slurm, "--batch", "--signal=USR1", id);
    await startAgain(slurm, id);
    const { state, restarts } = await endOf(slurm, id);
    assert.deepEqual([state, restarts], ["COMPLETED", 1]);
    const { resumedAt } = await assertSameCell(out, await twoNodes(place));
    return `interrupted after step ${resumedAt} of 200`;
  },
};

const timeLimit: Check = {
  name: "a job whose time ends saves and is requeued, and goes on",
  async run({ slurm, folder, log }) {
    const out = join(folder, "limited"), path = log("limited");
    const limit = ["--time=1", "--signal=B:USR1@30"];
    const id = await submit(
      slurm,
      { OUT: out },
      ...limit,
      output(path),
      file("requeue"),
      ...endless,
    );
    await startAgain(slurm, id);
    const { steps } = await cellOf(out);
    const goesOn = new RegExp(`start 1 of job ${id}[^]*goes on after step ${steps}/`);
    await until("it goes on", 120, async () => goesOn.test(await Deno.readTextFile(path)));
    await scancel(slurm, id);
    await endOf(slurm, id);
    return `a limit of 1 minute, Slurm's warning; on after step ${steps}`;
  },
};

const requeuedByExit: Check = {
  name: "RequeueExit=4 requeues a job whose program got SIGUSR1, to the undisturbed run's numbers",
  async run(place) {
    const { slurm, folder, log } = place, out = join(folder, "by-exit");
    await slurm.configure("RequeueExit=4");
    const id = await submit(slurm, { OUT: out }, output(log("by-exit")), file("requeue"), ...long);
    await saved(slurm, out);
    await scancel(slurm, "--signal=USR1", id); // not to the batch shell: to the program
    await startAgain(slurm, id);
    const { state, restarts } = await endOf(slurm, id);
    assert.deepEqual({ state, restarts }, { state: "COMPLETED", restarts: 1 });
    const { resumedAt } = await assertSameCell(out, await undisturbed(place));
    return `interrupted after step ${resumedAt} of 300`;
  },
};

const cancelledStays: Check = {
  name: "a job that is cancelled is not requeued by RequeueExit=4",
  async run({ slurm, folder, log }) {
    const out = join(folder, "stays"), path = log("stays");
    const id = await submit(slurm, { OUT: out }, output(path), file("requeue"), ...endless);
    await saved(slurm, out);
    await scancel(slurm, id);
    const { state, exitCode, restarts } = await endOf(slurm, id);
    assert.deepEqual([state, exitCode, restarts], ["CANCELLED", "4:0", 0]);
    const { status, steps } = await cellOf(out);
    assert.equal(status, "interrupted");
    return `it saved after step ${steps}`;
  },
};

const gpus: Check = {
  name: "each task of --gpus-per-task=1 has a GPU of its own in CUDA_VISIBLE_DEVICES",
  async run({ slurm }) {
    if (!slurm.hasGpus) throw new Skipped("no device files can be made here");
    const print = 'echo "$SLURMD_NODENAME $CUDA_VISIBLE_DEVICES"';
    const tasks = ["--nodes=2", "--ntasks-per-node=2", "--gpus-per-task=1"];
    const { stdout, stderr } = await ask(slurm.env, "srun", ...tasks, "sh", "-c", print);
    const expected = nodes.flatMap((node) => [`${node} 0`, `${node} 1`]);
    assert.deepEqual(stdout.trim().split("\n").toSorted(), expected, stderr);
    return "4 tasks, devices that are none";
  },
};

/** All checks, in their order: one changes the configuration for those after it. */
export const checks: readonly Check[] = [
  arrayIsMerged,
  wrongArrayIsRefused,
  requeued,
  cancelled,
  dataParallel,
  workersRequeued,
  timeLimit,
  taskIsRequeued,
  gpus,
  requeuedByExit,
  cancelledStays,
];
