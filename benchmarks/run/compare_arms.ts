import { reasonOf } from "../../datasets/errors.ts";
import { progress } from "../cli/progress.ts";
import { completeArm } from "../experiments/arm.ts";
import { valuesByArm } from "../experiments/arm_values.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import { checkRead } from "../experiments/idle_settings.ts";
import { checkNetworkSettings, type Settings, withValues } from "../experiments/settings.ts";
import { UsageError } from "../ground/errors.ts";
import type { Result } from "../record/mod.ts";
import {
  ade20k,
  imagenet,
  microbatch,
  microbatchSegmentation,
  norms,
  smoothness,
} from "../tasks/suites.ts";
import { type Suite, suitesOwnModel } from "../tasks/suite.ts";
import {
  checkCompareOptions,
  type ComparedAsked,
  inProgramWords,
} from "./check_compare_options.ts";
import type { ComparedProfiles, CompareOptions } from "./compare_options.ts";
import { ComparisonError } from "./comparison_error.ts";
import { type ComparisonPlan, comparisonPlan } from "./comparison_plan.ts";
import type { ComparisonResult } from "./comparison_result.ts";
import type { Experiment } from "./experiment.ts";
import { type Outcome, runExperiment } from "./run_experiment.ts";
import { failureSummary } from "./failures.ts";
import { type ChosenArms, isModulePath, ownArms } from "./modules.ts";
import { atRates, namedArms } from "./named_arms.ts";
import { loadingOf } from "./options.ts";
import type { RunOutput } from "./output.ts";
import type { Planned } from "./plan/describe.ts";
import { inWords } from "./program_words.ts";
import type { Finished } from "./run_plan.ts";
import { mainProgram, sourceOf } from "./source.ts";

/**
 * Compares arms of one's own, on one's own model or the suite's: trains each with the same seeds, the
 * same batches and the same augmentation, and writes the same reports as `deno task bench:ade20k` or
 * `bench:imagenet`.
 *
 * @param options the model, the arms, the data, and how it is run
 * @returns the result, as written to `result.json`
 * @throws {UsageError} if an option or a setting is unknown, not of its kind or read by nothing, a
 * contrast is none of the arms', two arms have one name or begin from other weights, one is said to standardize and finds nothing to, the model's
 * output does not fit, `onProgress` throws, another run writes into the folder, or the one there
 * cannot be gone on with
 * @throws {DataError} if the data cannot be read
 * @throws {ComparisonError} if the signal, or `maxHours`, ended it, a cell, or the timing, broke by an error, which is
 * its cause (the others were run), or a cell diverged under `strict`; without that it is a result. What
 * was done is in `out`
 */
export async function compare<S extends keyof ComparedProfiles = "ade20k">(
  options: CompareOptions<S>,
): Promise<ComparisonResult> {
  const { asked, outcome } = await runAsked(options, false);
  return ended(outcome as Finished, asked);
}

/**
 * What {@linkcode compare} would do with the same options: which cells, and about how much time, memory
 * and disk space they take on this machine, after a short probe. Nothing is written.
 *
 * @param options as for {@linkcode compare}
 * @throws what {@linkcode compare} throws before anything is trained, and the signal's reason
 */
export async function planComparison<S extends keyof ComparedProfiles = "ade20k">(
  options: CompareOptions<S>,
): Promise<ComparisonPlan> {
  const { asked, outcome } = await runAsked(options, true);
  asked.signal?.throwIfAborted(); // during the probe, which ends early then
  return comparisonPlan(outcome as Planned);
}

/** The suites, each with the type of its profile. */
const bySuite: {
  readonly [S in keyof ComparedProfiles]: (
    asked: ComparedAsked,
    dryRun: boolean,
  ) => Promise<Outcome>;
} = {
  ade20k: (...asked) => runAs(ade20k, ...asked),
  imagenet: (...asked) => runAs(imagenet, ...asked),
  norms: (...asked) => runAs(norms, ...asked),
  microbatch: (...asked) => runAs(microbatch, ...asked),
  "microbatch-segmentation": (...asked) => runAs(microbatchSegmentation, ...asked),
  smoothness: (...asked) => runAs(smoothness, ...asked),
};

async function runAsked(
  options: object,
  dryRun: boolean,
): Promise<{ asked: ComparedAsked; outcome: Outcome }> {
  try {
    const asked = checkCompareOptions(options);
    try {
      asked.signal?.throwIfAborted();
      const outcome = await bySuite[asked.suite as keyof ComparedProfiles](asked, dryRun);
      return { asked, outcome };
    } catch (error) {
      if (dryRun || !asked.signal?.aborted || error !== asked.signal.reason) throw error;
      throw interrupted(asked, undefined);
    }
  } catch (error) {
    throw inWords(error, inProgramWords);
  }
}

async function runAs<P extends CommonProfile & Settings<P>>(
  suite: Suite<P>,
  asked: ComparedAsked,
  dryRun: boolean,
): Promise<Outcome> {
  const { model, settings = {}, profile: profileName, signal, skipBad, loaderThreads } = asked;
  const { suite: _, strict: __, arms: ___, contrasts: ____, armSettings: _____, ...rest } = asked;
  const profile = withValues(suite.profiles[profileName]!, settings);
  const replaced = Object.entries(settings).filter(([, value]) => value !== undefined)
    .map(([key]) => key);
  const { arms, contrasts, grid } = atRates(
    await armsOf(suite, asked, profile, replaced),
    profile,
    replaced,
  );
  const isOwn = arms.every((arm) => arm.model !== undefined || model !== undefined);
  if (isOwn) checkNetworkSettings(replaced, suite.networkSettings);
  checkRead(replaced, arms.map(({ settings }) => ({ ...profile, ...settings })));
  const program = typeof asked.arms === "string" && isModulePath(asked.arms)
    ? await sourceOf(asked.arms)
    : await mainProgram();
  const experiment: Experiment<P> = {
    ...rest,
    suite: { ...suite, name: "compare", title: arms.map(({ label }) => label).join(" against ") },
    profileName,
    profile,
    arms,
    contrasts,
    grid,
    modelName: model === undefined ? suitesOwnModel : model.name || "given",
    program,
    workers: checkedWorkers(asked.workers),
    loading: loadingOf({ skipBad, loaderThreads }),
    dryRun,
    command: "compare(…)",
    output: outputOf(asked),
  };
  return await runExperiment(experiment, signal ?? new AbortController().signal);
}

/** A program is not this one's to start again: what it does before it compares may be anything. */
function checkedWorkers(workers: ComparedAsked["workers"]): ComparedAsked["workers"] {
  if (typeof workers !== "number" || workers === 1) return workers;
  throw new UsageError(
    `option workers wants "tf-config" or "slurm" in a program, whose processes are started by others: it ` +
      `is ${workers}; start it ${workers} times, each with its place in TF_CONFIG or by srun ` +
      "(docs/compare.md shows how); threads that decode images are loaderThreads",
  );
}

async function armsOf<P extends CommonProfile & Settings<P>>(
  suite: Suite<P>,
  { arms, contrasts, armSettings = {} }: ComparedAsked,
  profile: P,
  replaced: readonly string[],
): Promise<ChosenArms> {
  if (typeof arms !== "string") {
    if (Object.keys(armSettings).length > 0) {
      throw new UsageError(
        "option armSettings wants arms by their names, and arms is a list: give each arm there its own " +
          "settings",
      );
    }
    return ownArms(arms.map(completeArm), contrasts, "compare()");
  }
  const chosen = await namedArms(
    suite,
    arms,
    profile,
    replaced,
    valuesByArm(profile, armSettings),
  );
  return contrasts === undefined ? chosen : ownArms(chosen.arms, contrasts, "compare()");
}

/** Lines in a program's words; an error of its own function is told as such. */
function outputOf({ log, onProgress }: ComparedAsked): RunOutput {
  const say = log ?? ((line: string) => console.error(line));
  return {
    log: (text) => say(inProgramWords(text)),
    progress: (batchSize) =>
      log === undefined ? progress(batchSize) : progress(batchSize, false, log),
    ...(onProgress !== undefined && {
      async onProgress(event) {
        try {
          await onProgress(event);
        } catch (error) {
          throw new UsageError(
            `Cannot go on as onProgress throws at "${event.event}": ${reasonOf(error)}`,
            { cause: error },
          );
        }
      },
    }),
  };
}

function ended(
  { result, complete, errors, reason }: Finished,
  asked: ComparedAsked,
): ComparisonResult {
  if (!complete) throw interrupted(asked, result, reason);
  const [cause] = errors;
  const failures = failureSummary(result);
  if (cause !== undefined) {
    const message = failures.join("\n") || `Timing the arms in turn broke: ${cause}`;
    throw new ComparisonError(message, "broken", result, { cause });
  }
  if (asked.strict && failures.length > 0) {
    throw new ComparisonError(failures.join("\n"), "failed", result);
  }
  return result;
}

function interrupted(
  { signal, out }: ComparedAsked,
  result: Result | undefined,
  reason: unknown = signal?.reason,
): ComparisonError {
  const done = result?.cells.filter(({ status }) => status !== "interrupted").length ?? 0;
  const cells = done === 1 ? "1 cell" : `${done} cells`;
  return new ComparisonError(
    `Interrupted with ${cells} done: the same call with resume: true goes on in ${out}`,
    "interrupted",
    result,
    { cause: reason },
  );
}
