import { join } from "node:path";
import { assertRefused, type Bench } from "../bench.ts";
import { type Attempt, type Kind, type Outcome, refusedThenResumed, resumed } from "../kind.ts";
import { missingMounts, mounted } from "../mounts.ts";
import type { Subject } from "../subjects.ts";
import { assertWhole } from "../whole.ts";

/** Errors that say what to do: of a file that cannot be written, or of a run that would not fit. */
const says = /No space left|File too large|disk/i;

/**
 * The disk is full in the middle of a run: on a tmpfs whose free space is a random share of what the run
 * writes, or, where nothing can be mounted, by a limit of a file's size. Then there is space again.
 */
export const diskFull: Kind = {
  about: "the disk is full (tmpfs; or a limit of files' sizes), then not",
  attempts: (kills) => Math.ceil(kills / 20),
  missing: () => Promise.resolve(Deno.build.os === "windows" ? "Windows has neither" : undefined),
  async attempt(attempt): Promise<Outcome> {
    return await missingMounts() === undefined ? await onTmpfs(attempt) : await limited(attempt);
  },
};

async function onTmpfs({ bench, subject, draw }: Attempt): Promise<Outcome> {
  const { bytes } = await bench.reference(subject);
  const disk = bench.place();
  await Deno.mkdir(disk);
  await using _ = await mounted(disk, ["-t", "tmpfs", "-o", "size=64m", "tmpfs"]);
  const [out, ballast] = [join(disk, "out"), join(disk, "ballast")];
  const free = Math.ceil(bytes * (0.05 + 0.9 * draw.share()) / 4096) * 4096;
  await fill(ballast, 64 * 2 ** 20 - free);
  return await brokenThenWhole(bench, subject, out, [], () => Deno.remove(ballast));
}

async function limited({ bench, subject, draw }: Attempt): Promise<Outcome> {
  const blocks = draw.whole(1, 64); // of 512 bytes
  const through = ["sh", "-c", `trap '' XFSZ; ulimit -f ${blocks}; exec "$0" "$@"`];
  return await brokenThenWhole(bench, subject, bench.place(), through, () => Promise.resolve());
}

async function brokenThenWhole(
  bench: Bench,
  subject: Subject,
  out: string,
  through: readonly string[],
  mend: () => Promise<void>,
): Promise<Outcome> {
  const how = await bench.run(subject, out, { through });
  if (how.code !== 0) assertRefused(how, [2, 5], says);
  await assertWhole(out, { ended: how.code === 0 });
  await mend();
  await bench.assertResumes(subject, out);
  return how.code === 0 ? resumed : refusedThenResumed;
}

async function fill(path: string, bytes: number): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true });
  const piece = new Uint8Array(2 ** 16);
  for (let left = bytes; left > 0;) {
    left -= await file.write(piece.subarray(0, Math.min(left, piece.length)));
  }
}
