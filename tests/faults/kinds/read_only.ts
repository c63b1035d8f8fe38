import { join } from "node:path";
import assert from "node:assert/strict";
import { assertRefused, type Bench, pause } from "../bench.ts";
import { type Kind, type Outcome, refusedThenResumed, sum } from "../kind.ts";
import { missingMounts, mounted, system } from "../mounts.ts";
import type { Subject } from "../subjects.ts";
import { assertWhole, filesIn } from "../whole.ts";

/** A run holds a file open for milliseconds: after so many tries something else is wrong. */
const mostTries = 400;

/** The folder cannot be written: when a run is gone on with, and from the middle of a run on. */
export const readOnly: Kind = {
  about: "the folder is read-only, from the start or from some moment on, then not",
  attempts: (kills) => Math.ceil(kills / 40),
  missing: missingMounts,
  async attempt({ bench, subject, draw }): Promise<Outcome> {
    const out = bench.place();
    const { durationMs } = await bench.reference(subject);
    const stopped = await bench.start(subject, out);
    await pause(durationMs * (0.5 + 0.4 * draw.share()));
    stopped.signal("SIGKILL");
    await stopped.end;
    return sum([await fromStart(bench, subject, out), await fromSomeMoment(bench, subject)]);
  },
};

async function fromStart(bench: Bench, subject: Subject, out: string): Promise<Outcome> {
  await Deno.mkdir(out, { recursive: true });
  const before = await sizesIn(out);
  {
    await using _ = await mounted(out, ["--bind", out]);
    await makeReadOnly(out);
    const how = await bench.run(subject, out, { more: "--resume" });
    assertRefused(how, [2], /Cannot write into .*(Read-only|EROFS)/i);
  }
  assert.deepEqual(await sizesIn(out), before, "it has changed something");
  await bench.assertResumes(subject, out);
  return refusedThenResumed;
}

/** The folder of checkpoints becomes read-only under the run, as a disk does that has an error. */
async function fromSomeMoment(bench: Bench, subject: Subject): Promise<Outcome> {
  const out = bench.place();
  const folder = join(out, "checkpoints");
  const run = await bench.start(subject, out);
  while (!run.hasEnded() && !(await Deno.stat(folder).catch(() => undefined))) await pause(5);
  if (!run.hasEnded()) {
    await using _ = await mounted(folder, ["--bind", folder]);
    await makeReadOnly(folder);
    const how = await run.end;
    if (how.code !== 0) assertRefused(how, [2, 5], /Read-only file system|busy/);
    await assertWhole(out, { ended: false });
  }
  await run.end;
  await bench.assertResumes(subject, out);
  return refusedThenResumed;
}

/** A mount on which a file is open for writing, as a run's may be just then, is busy: tried again. */
async function makeReadOnly(folder: string): Promise<void> {
  for (let left = mostTries;; left--) {
    try {
      await system("mount", "-o", "remount,ro,bind", folder);
      return;
    } catch (error) {
      if (left === 0 || !/busy/.test(String(error))) throw error;
      await pause(5);
    }
  }
}

async function sizesIn(out: string): Promise<Record<string, number>> {
  const entries = (await filesIn(out)).map(async (path) =>
    [path, (await Deno.stat(join(out, path))).size] as const
  );
  return Object.fromEntries(await Promise.all(entries));
}
