import { duration } from "../cli/progress.ts";
import { bytesText } from "../ground/format.ts";
import { slowest } from "../judge/scaling/figures.ts";
import type { GroupFacts, GroupRecord, GroupWork } from "../record/mod.ts";
import { attempt, each } from "../timing/attempts.ts";
import type { GroupProcess } from "./group_process.ts";
import type { Block } from "./protocol.ts";
import { type GroupSurroundings, runningGroup } from "./start_group.ts";

export interface MeasureOptions extends GroupSurroundings {
  /** Stops after the round under way. */
  signal: AbortSignal;
  /** Takes lines about the progress. */
  tell: (line: string) => void;
}

/** A group under measurement; without processes where it was not run, or failed. */
interface Timed {
  record: GroupRecord;
  process?: GroupProcess | undefined;
}

/** How often an all-reduce of one size runs in a row; the first time is not counted. */
const transferTimes = 10;

/**
 * Times groups beside each other, so that a machine whose speed drifts slows all alike: a round asks
 * each for its step, its computation and its all-reduce, one after the other, and then all again in
 * reverse. The same processes do all three, so that differences are not those between processes.
 *
 * @returns a record for each, in their order; rounds that were cut short are left out
 */
export async function measure(
  groups: readonly GroupFacts[],
  options: MeasureOptions,
): Promise<GroupRecord[]> {
  const all: Timed[] = [];
  try {
    for (const group of groups) {
      if (options.signal.aborted) break;
      all.push(await start(group, all, options));
    }
    await runRounds(all, options);
    await each(all, options, (timed, process) => transfers(timed, process, options));
    if (!options.signal.aborted) await each(all, options, readMemory);
    return all.map(({ record }) => record);
  } finally {
    const { aborted } = options.signal;
    await Promise.all(all.map(({ process }) => process?.end(aborted)));
  }
}

async function start(
  group: GroupFacts,
  before: readonly Timed[],
  options: MeasureOptions,
): Promise<Timed> {
  const record: GroupRecord = { ...group, status: "not run", blocks: [], transfers: [] };
  const timed: Timed = { record };
  let lastMs = NaN;
  await attempt(timed, options, async () => {
    const running = memoryShortage(before) ?? await runningGroup(group, options);
    if ("unavailable" in running) {
      record.error = running.unavailable;
      return;
    }
    timed.process = running.process;
    record.ready = running.ready;
    for (const work of worksOf(options)) {
      const blocks = await running.process.run(work, options.profile.warmupSteps);
      if (work === "step") lastMs = slowest(durationsOf(blocks)).at(-1)!;
    }
    record.status = "done";
    await readMemory(timed, running.process);
  });
  if (record.status !== "failed") {
    options.tell(`${record.label}: ${record.error ?? `ready, ${lastMs.toFixed(0)} ms a step`}`);
  }
  return timed;
}

/** One worker has nobody to reduce with: its step is its computation. */
function worksOf({ workers }: MeasureOptions): GroupWork[] {
  return workers === 1 ? ["step"] : ["step", "compute", "all-reduce"];
}

function durationsOf(blocks: readonly Block[]): number[][] {
  return blocks.map(({ durationsMs }) => durationsMs);
}

/** All groups stay in memory. The next is left out where it may not fit. */
function memoryShortage(before: readonly Timed[]): { unavailable: string } | undefined {
  const sizes = before.map(({ record }) =>
    (record.peakBytes ?? []).reduce((sum, bytes) => sum + bytes, 0)
  );
  const largest = Math.max(0, ...sizes);
  const { available } = Deno.systemMemoryInfo();
  if (available >= largest) return undefined;
  return {
    unavailable: `${bytesText(available)} of memory are left, and the largest group takes ` +
      `${bytesText(largest)}: choose fewer by --arms or --workers`,
  };
}

async function runRounds(all: readonly Timed[], options: MeasureOptions): Promise<void> {
  const { profile: { rounds, steps }, signal, tell } = options;
  const works = worksOf(options), startMs = performance.now();
  const legs = [
    ["there", all, works],
    ["back", all.toReversed(), works.toReversed()],
  ] as const;
  for (let round = 0; round < rounds && !signal.aborted; round++) {
    for (const [leg, order, ordered] of legs) {
      await each(order, options, async ({ record }, process) => {
        for (const work of ordered) {
          const blocks = await process.run(work, steps);
          record.blocks.push({ work, round, leg, ...resultOf(blocks) });
          if (work === "step") record.value = blocks[0]!.value;
        }
      });
    }
    if (signal.aborted) {
      all.forEach(({ record }) => record.blocks = record.blocks.filter((b) => b.round !== round));
    }
    const leftMs = (performance.now() - startMs) / (round + 1) * (rounds - round - 1);
    tell(`round ${round + 1}/${rounds}, ${duration(leftMs)} left`);
  }
}

/** What all workers replied. */
function resultOf(blocks: readonly Block[]) {
  const sent = blocks.flatMap(({ sentBytes }) => sentBytes ?? []);
  return {
    workersMs: durationsOf(blocks),
    processorMs: blocks.map(({ processorMs }) => processorMs),
    ...(sent.length === blocks.length && { sentBytes: sent }),
  };
}

/** All-reduces of single buckets, to which latency and bandwidth are fitted. */
async function transfers(
  { record }: Timed,
  process: GroupProcess,
  { profile: { transferBytes }, workers }: MeasureOptions,
): Promise<void> {
  if (workers === 1) return;
  for (const bytes of transferBytes) {
    await process.transfer(bytes, 1);
    const blocks = await process.transfer(bytes, transferTimes);
    record.transfers.push({ bytes, workersMs: durationsOf(blocks) });
  }
}

async function readMemory({ record }: Timed, process: GroupProcess): Promise<void> {
  record.peakBytes = await process.peakBytes();
}
