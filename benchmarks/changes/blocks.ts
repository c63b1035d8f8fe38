/**
 * Two versions of a step, timed beside each other.
 *
 * Where its memory lies, and what the compiler made of the code, stays with a process to its end. So
 * that this luck is not taken for a difference, each block starts both sides anew: blocks are then
 * independent, and an interval over them covers the scatter between processes.
 *
 * @module
 */
import { stepCommand } from "../timing/start_subject.ts";
import type { Subject } from "../timing/protocol.ts";
import { capturing } from "../timing/subjects.ts";
import { type SubjectCommand, SubjectError, SubjectProcess } from "../timing/subject_process.ts";
import { UsageError } from "../ground/errors.ts";
import { grouped } from "../ground/format.ts";
import type { RegressionProfile, TimedWork } from "./profiles.ts";
import { denoProgram } from "../ground/deno_program.ts";
import { placeIn, subjectPlaces } from "./programs.ts";
import type { Ready, Sides } from "../record/mod.ts";
import { forBoth, type RunOptions, type SideName, sideNames } from "./sides.ts";

/** Steps of both sides in turn, each in ms, in the order in which they ran. */
export type TimedBlock = Sides<number[]>;

type BlockOptions = Omit<RunOptions, "tell">;

/**
 * Times one block: both sides start and warm up at the same time, then take turns of one step, base
 * head head base and so on. In every other block the head goes first.
 *
 * @param index the block's number, from 0
 * @throws {UsageError} if a side cannot run the step; the signal's reason when that comes
 */
export async function timeBlock(
  work: TimedWork,
  index: number,
  options: BlockOptions,
): Promise<TimedBlock> {
  const { profile, signal } = options;
  const headFirst = index % 2 === 1;
  const processes: Partial<Sides<SubjectProcess>> = {};
  const end = async () => {
    await Promise.all(sideNames.map((side) => processes[side]?.end(true)));
  };
  signal.addEventListener("abort", end);
  try {
    for (const side of headFirst ? sideNames.toReversed() : sideNames) {
      signal.throwIfAborted();
      processes[side] = new SubjectProcess(commandOf(work, side, options));
    }
    const { base, head } = processes as Sides<SubjectProcess>;
    const ready = { base, head };
    checkSameStep(await forBoth((side) => asUsageError(side, warm(ready[side], profile))));
    return await takeTurns(ready, work.turns, headFirst);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", end);
    await end();
  }
}

async function warm(process: SubjectProcess, { step }: RegressionProfile): Promise<Ready> {
  const hello = await process.hello();
  if ("unavailable" in hello) throw new SubjectError(hello.unavailable);
  await process.warm(step.warmupSteps);
  return hello.ready;
}

/** A version that ignores an unknown value of the profile would time another model. */
function checkSameStep({ base, head }: Sides<Ready>): void {
  if (base.parameterCount === head.parameterCount) return;
  const [before, now] = [base, head].map(({ parameterCount }) => grouped(parameterCount));
  throw new UsageError(
    `Cannot compare times as the versions do not make the same model of the step: it has ${before} ` +
      `parameters in the base and ${now} in the head; compare quality alone by --rounds 0`,
  );
}

async function asUsageError<T>(side: SideName, action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (error) {
    if (!(error instanceof SubjectError)) throw error;
    throw new UsageError(`Cannot time the ${side} as its step fails: ${error.message}`, {
      cause: error,
    });
  }
}

async function takeTurns(
  processes: Sides<SubjectProcess>,
  turns: number,
  headFirst: boolean,
): Promise<TimedBlock> {
  const block: TimedBlock = { base: [], head: [] };
  const pair: readonly SideName[] = headFirst ? sideNames.toReversed() : sideNames;
  for (let turn = 0; turn < turns; turn++) {
    for (const side of turn % 2 === 0 ? pair : pair.toReversed()) {
      const { durationsMs } = await asUsageError(side, processes[side].run(1));
      block[side].push(...durationsMs);
    }
  }
  return block;
}

function commandOf(
  { name, label, work, kernels }: TimedWork,
  side: SideName,
  { folders, profile, backend }: BlockOptions,
): SubjectCommand {
  const native = backend === "tensorflow";
  const mode = capturing.has(backend) ? "captured" : "eager";
  const subject: Subject = { name, label, engine: backend, mode, work, kernels, comparedTo: [] };
  const threads = native ? navigator.hardwareConcurrency : 1;
  const file = placeIn(folders[side], subjectPlaces)!;
  return stepCommand({ subject, profile: profile.step, threads }, denoProgram(), file);
}
