/** Workers on two nodes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readResult } from "../../../benchmarks/record/mod.ts";
import { endOf, killTask, scancel, startAgain, submit } from "../jobs.ts";
import { Skipped } from "../report.ts";
import { ask } from "../slurm.ts";
import { nodes } from "../slurm_conf.ts";
import {
  assertSameCell,
  assertSameTraining,
  parallel,
  parallelSweep,
  runHere,
  saved,
} from "../suites.ts";
import { type Check, file, output, type Place } from "./check.ts";

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
    return `the first four losses within ${apart.toExponential(1)} of its`;
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

const workerKilled: Check = {
  name:
    "a worker that is killed ends the job, which names it; the same line goes on to the same end",
  async run(place) {
    const { slurm, folder, log } = place, out = join(folder, "killed"), path = log("killed");
    const again = () =>
      submit(slurm, { OUT: out }, output(path), file("data_parallel"), ...parallel);
    const first = await again();
    await saved(slurm, out);
    const started = performance.now();
    await killTask(slurm, first, 1);
    const { state, restarts } = await endOf(slurm, first);
    const seconds = (performance.now() - started) / 1000;
    assert.deepEqual([state, restarts], ["FAILED", 0]);
    assert.match(await Deno.readTextFile(path), /WorkerLostError: Lost rank 1 .*node n2\)/);
    assert.equal((await endOf(slurm, await again())).state, "COMPLETED");
    const { resumedAt } = await assertSameCell(out, await twoNodes(place));
    return `over after ${seconds.toFixed(1)} s; on after step ${resumedAt} of 200`;
  },
};

const arrayOfWorkers: Check = {
  name: "an array of 2, each of whose jobs has a worker on each of two nodes",
  async run({ slurm, folder, log }) {
    const out = join(folder, "both");
    const tasks = ["--array=0-1", "--nodes=2", "--ntasks=2", output(log("both-%a"))];
    const id = await submit(slurm, { OUT: out }, ...tasks, file("sweep"), ...parallelSweep);
    const ends = await Promise.all([0, 1].map((i) => endOf(slurm, `${id}_${i}`)));
    assert.deepEqual(ends.map(({ state }) => state), ["COMPLETED", "COMPLETED"]);
    const parts = [0, 1].map((i) => readResult(join(out, `part-${i}`, "result.json")));
    const cells = (await Promise.all(parts)).map((part) => part.cells.map(({ arm }) => arm));
    assert.deepEqual(cells, [["baseline"], ["ws"]]);
    return "a cell each";
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

/** Checks of workers. */
export const workers: readonly Check[] = [
  dataParallel,
  workersRequeued,
  workerKilled,
  arrayOfWorkers,
  gpus,
];
