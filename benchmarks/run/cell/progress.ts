import type { Callback } from "../../../src/training/callback.ts";
import type { CellProgress } from "../checkpoints/manifest.ts";
import type { Warning } from "../../record/mod.ts";
import type { SkippedImage } from "../../../datasets/loader.ts";
import type { ClosableDataloader } from "../../tasks/task.ts";
import { eachOnce, tooManySkipped } from "../../tasks/task_loaders.ts";
import type { RunGroup } from "../workers/run_group.ts";

/** What a cell's record and checkpoints say about the processes that ran it. */
export interface ProgressWatch {
  /** Samples the memory and notices the last evaluation. */
  readonly callback: Callback;
  /** Whether the last evaluation is done, so that nothing is left to train. */
  readonly complete: boolean;
  /** The progress so far; whoever writes the log adds its length. */
  now(): Omit<CellProgress, "logBytes">;
}

/**
 * Begins to watch a cell: time, memory and images passed over. Memory is the resident memory of this
 * process; what earlier cells left is in there, as a backend's heap never shrinks.
 */
export function watchProgress(
  dataloaders: readonly Pick<ClosableDataloader, "skipped">[],
  saved?: { step: number; progress: CellProgress },
): ProgressWatch {
  const start = performance.now();
  const { rss } = Deno.memoryUsage();
  const { startedAt, durationMs, bytesBefore, resumedAt, skipped } = saved?.progress ??
    {
      startedAt: new Date().toISOString(),
      durationMs: 0,
      bytesBefore: rss,
      resumedAt: [],
      skipped: [],
    };
  let peakBytes = Math.max(rss, saved?.progress.peakBytes ?? 0);
  let complete = false;
  return {
    callback: (event, { step, totalSteps }) => {
      peakBytes = Math.max(peakBytes, Deno.memoryUsage().rss);
      if (event === "evalEnd" && step === totalSteps) complete = true;
    },
    get complete() {
      return complete;
    },
    now: () => ({
      startedAt,
      durationMs: durationMs + performance.now() - start,
      peakBytes,
      bytesBefore,
      resumedAt: saved === undefined ? [] : [...resumedAt, saved.step],
      skipped: eachOnce([
        ...skipped,
        ...dataloaders.flatMap((dataloader) => dataloader.skipped?.() ?? []),
      ]),
    }),
  };
}

/**
 * The progress of all workers: of the images that were passed over each has met its own. All of them
 * ask for it at the same time.
 *
 * @throws {DataError} if they have passed over more than may be
 */
export async function sharedProgress(
  watch: ProgressWatch,
  workers: RunGroup,
  limit = Infinity,
): Promise<Omit<CellProgress, "logBytes">> {
  const now = watch.now();
  if (workers.size === 1) return now;
  const skipped = eachOnce((await workers.gather(now.skipped)).flat());
  if (skipped.length > limit) throw tooManySkipped(skipped, limit);
  return { ...now, skipped };
}

/** More names would not be read. */
const mostNames = 10;

/**
 * The warning that names images that were passed over.
 *
 * @returns nothing where there are none
 */
export function skippedWarnings(skipped: readonly SkippedImage[]): Warning[] {
  if (skipped.length === 0) return [];
  const sorted = skipped.toSorted((a, b) => a.name < b.name ? -1 : 1);
  const named = sorted.slice(0, mostNames).map(({ name, reason }) => `${name} (${reason})`);
  const rest = skipped.length - named.length;
  const images = skipped.length === 1 ? "1 image" : `${skipped.length} images`;
  return [{
    code: "skipped-images",
    message: `${images} could not be read, and others stood in: ${named.join("; ")}` +
      (rest > 0 ? `; and ${rest} more` : ""),
    advice: "Mend or remove them, and run again without --skip-bad",
  }];
}
