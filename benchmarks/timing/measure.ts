import { duration } from "../cli/progress.ts";
import { runningFor, type Surroundings } from "./start_subject.ts";
import type { SubjectRecord } from "../record/mod.ts";
import { attempt, each } from "./attempts.ts";
import { SlowSubjectError, type SubjectProcess } from "./subject_process.ts";
import { factsOf, type Limits, type Subject } from "./protocol.ts";

export interface MeasureOptions extends Surroundings {
  /** Stops after the round under way. */
  signal: AbortSignal;
  /** Takes lines about the progress. */
  tell: (line: string) => void;
}

/** A subject under measurement; without a process where it was not run, or failed. */
interface Timed {
  record: SubjectRecord;
  process?: SubjectProcess | undefined;
  limits: Limits | undefined;
}

/**
 * Times subjects beside each other, so that a machine whose speed drifts slows all alike: a round
 * runs each there and back, a b c c b a. All of them stay alive from the first round to the last
 * and wait for their turns; one that dies is recorded, and the others go on.
 *
 * @returns a record for each, in their order; rounds that were cut short are left out
 */
export async function measure(
  subjects: readonly Subject[],
  options: MeasureOptions,
): Promise<SubjectRecord[]> {
  const all: Timed[] = [];
  try {
    for (const subject of subjects) {
      if (options.signal.aborted) break;
      all.push(await start(subject, all, options));
    }
    await runRounds(all, options);
    if (!options.signal.aborted) await each(all, options, readMemory);
    return all.map(({ record }) => record);
  } finally {
    const { aborted } = options.signal;
    await Promise.all(all.map(({ process }) => process?.end(aborted)));
  }
}

async function start(
  subject: Subject,
  before: readonly Timed[],
  options: MeasureOptions,
): Promise<Timed> {
  const record: SubjectRecord = {
    ...factsOf(subject),
    status: "not run",
    warmupMs: [],
    blocks: [],
  };
  const timed: Timed = { record, limits: subject.limits };
  await attempt(timed, options, async () => {
    const running = memoryShortage(before) ?? await runningFor(subject, options);
    if ("unavailable" in running) {
      record.error = running.unavailable;
      return;
    }
    timed.process = running.process;
    record.ready = running.ready;
    await warmUp(timed, running.process, options.profile.warmupSteps);
    record.status = "done";
    await readMemory(timed, running.process);
  });
  if (record.status !== "failed") {
    const lastMs = record.warmupMs.at(-1)?.toFixed(0) ?? "";
    options.tell(`${record.label}: ${record.error ?? `ready, ${lastMs} ms a step`}`);
  }
  return timed;
}

/** Step by step, so that the first, which may compile, and the last are told apart. */
async function warmUp(
  { record, limits }: Timed,
  process: SubjectProcess,
  count: number,
): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { durationsMs } = await process.warm(1, limits?.replySeconds);
    record.warmupMs.push(...durationsMs);
  }
  const seconds = record.warmupMs.at(-1)! / 1000;
  if (limits === undefined || seconds <= limits.stepSeconds) return;
  throw new SlowSubjectError(`too slow: ${seconds.toFixed(1)} s for one step`);
}

/**
 * All subjects stay in memory. The next is left out where it may not fit: otherwise the system
 * would kill one, or swap, and the times would be those of the disk.
 */
function memoryShortage(before: readonly Timed[]): { unavailable: string } | undefined {
  const largest = Math.max(0, ...before.map(({ record }) => record.peakBytes ?? 0));
  const { available } = Deno.systemMemoryInfo();
  if (available >= largest) return undefined;
  const [left, needed] = [available, largest].map((bytes) => (bytes / 1e9).toFixed(1));
  return {
    unavailable: `${left} GB of memory are left, and the largest subject takes ${needed} GB: ` +
      "choose fewer by --arms",
  };
}

async function runRounds(all: readonly Timed[], options: MeasureOptions): Promise<void> {
  const { profile: { rounds, steps }, signal, tell } = options;
  const startMs = performance.now();
  for (let round = 0; round < rounds && !signal.aborted; round++) {
    for (const [leg, order] of [["there", all], ["back", all.toReversed()]] as const) {
      await each(order, options, async ({ record, limits }, process) => {
        const { durationsMs, value } = await process.run(steps, limits?.replySeconds);
        record.blocks.push({ round, leg, durationsMs });
        record.value = value;
      });
    }
    if (signal.aborted) {
      all.forEach(({ record }) => record.blocks = record.blocks.filter((b) => b.round !== round));
    }
    const leftMs = (performance.now() - startMs) / (round + 1) * (rounds - round - 1);
    tell(`round ${round + 1}/${rounds}, ${duration(leftMs)} left`);
  }
}

async function readMemory({ record }: Timed, process: SubjectProcess): Promise<void> {
  const { peakBytes, tensorCount } = await process.memory();
  record.peakBytes = peakBytes;
  if (tensorCount === undefined) return;
  record.tensors = record.tensors === undefined
    ? { before: tensorCount }
    : { ...record.tensors, after: tensorCount };
}
