/** Jobs that are warned, cancelled, or out of time. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { endOf, scancel, startAgain, submit } from "../jobs.ts";
import { until } from "../slurm.ts";
import { assertSameCell, cellOf, endless, long, runHere, saved } from "../suites.ts";
import { type Check, file, output, type Place } from "./check.ts";

const undisturbed = ({ once }: Place) => once("undisturbed", (out) => runHere(long, out));

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

/** Checks of interruptions. */
export const interruptions: readonly Check[] = [requeued, cancelled, timeLimit];

/** Those for which `slurm.conf` is changed. */
export const interruptionsByExit: readonly Check[] = [requeuedByExit, cancelledStays];
