import { SlowSubjectError, SubjectError } from "./subject_process.ts";

/** What is timed in processes of its own; without them where it was not run, or failed. */
interface Attempted<Process> {
  /** Takes what became of it. */
  record: { label: string };
  process?: Process | undefined;
}

/** What goes with the measurement as a whole. */
interface AttemptOptions {
  /** Leaves out what has not begun. */
  signal: AbortSignal;
  /** Takes lines about the progress. */
  tell: (line: string) => void;
}

/** Runs an action for each that is still alive, one after the other. */
export async function each<
  Process extends { end(atOnce: boolean): Promise<unknown> },
  Timed extends Attempted<Process>,
>(
  all: readonly Timed[],
  options: AttemptOptions,
  action: (timed: Timed, process: NonNullable<Timed["process"]>) => Promise<void>,
): Promise<void> {
  for (const timed of all) {
    const { process } = timed;
    if (process === undefined || options.signal.aborted) continue;
    await attempt(timed, options, () => action(timed, process));
  }
}

/** Runs an action; one that fails is recorded, and does not end the measurement. */
export async function attempt<Process extends { end(atOnce: boolean): Promise<unknown> }>(
  timed: Attempted<Process>,
  { tell }: Pick<AttemptOptions, "tell">,
  action: () => Promise<void>,
): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof SubjectError)) throw error;
    const { record, process } = timed;
    timed.process = undefined;
    await process?.end(true);
    const status = error instanceof SlowSubjectError ? "not run" : "failed";
    Object.assign(record, { status, error: error.message });
    tell(`${record.label}: ${error.message}`);
  }
}
