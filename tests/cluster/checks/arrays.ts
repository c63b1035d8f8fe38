/** Arrays of jobs that share a sweep. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { endOf, jobOf, scancel, startAgain, submit } from "../jobs.ts";
import { assertSameNumbers, runHere, saved, sweep } from "../suites.ts";
import { type Check, file, output, type Place } from "./check.ts";

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

/** Checks of arrays. */
export const arrays: readonly Check[] = [arrayIsMerged, wrongArrayIsRefused, taskIsRequeued];
