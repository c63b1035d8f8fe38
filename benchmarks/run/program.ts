import type { Ending } from "../cli/exit.ts";
import { type Context, type Program, program } from "../cli/program.ts";
import { stopSignal } from "../cli/signals/stop_signals.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import { checkNetworkSettings, type Settings, withSettings } from "../experiments/settings.ts";
import { UsageError } from "../ground/errors.ts";
import { judge } from "../judge/claims/judge.ts";
import { type Suite, suitesOwnModel } from "../tasks/suite.ts";
import { type Experiment, type Outcome, runExperiment } from "./experiment.ts";
import { failureSummary } from "./failures.ts";
import { chosenArms, isModulePath, modelOfModule } from "./modules.ts";
import { type SuiteAsked, suiteOptions } from "./options.ts";
import { describePlan } from "./plan/describe.ts";
import type { Finished } from "./run_plan.ts";
import { sourceOf } from "./source.ts";

/** The program of a suite: trains the arms of a comparison and writes its report. */
export function suiteProgram<P extends CommonProfile & Settings<P>>(
  suite: Suite<P>,
): Program {
  const command = `deno task bench:${suite.name}`;
  return program<SuiteAsked>({
    command,
    summary: `${suite.title}: trains each arm with each seed, and writes a report.`,
    options: suiteOptions(suite),
    examples: [
      command,
      `${command} --profile proxy --data DIR --seeds 0,1,2`,
      `${command} --set learningRate=0.1 --set duration=200ba --dry-run`,
    ],
    endings: {
      failed: "failed under --strict",
      data: "data",
      interrupted: "interrupted",
      broken: "a cell or the timing broke by an error (--resume tries it again)",
      done: "done, also where a cell diverged, which is a result",
    },
    signal: stopSignal,
    run: (asked, context) => run(suite, asked, context),
  });
}

async function run<P extends CommonProfile & Settings<P>>(
  suite: Suite<P>,
  asked: SuiteAsked,
  { command, signal }: Context,
): Promise<Ending> {
  const outcome = await runSuite(suite, asked, command, signal);
  if (!("result" in outcome)) {
    console.log(describePlan(outcome));
    return signal.aborted ? "interrupted" : "done";
  }
  failureSummary(outcome.result).forEach((line) => console.error(line));
  if (outcome.result.cells.length > 0) {
    console.log(`report: ${asked.out}/report.html (also report.md)`);
  }
  if (!outcome.complete) {
    console.error(`interrupted: the same command with --resume goes on in ${asked.out}`);
    return "interrupted";
  }
  const hasBroken = outcome.result.cells.some(({ status }) => status === "broken");
  if (hasBroken || outcome.errors.length > 0) {
    console.error(`broken: the same command with --resume tries again what broke, in ${asked.out}`);
    return "broken";
  }
  return asked.strict && hasFailed(outcome) ? "failed" : "done";
}

function hasFailed({ result }: Finished): boolean {
  return result.cells.some(({ status }) => status === "failed") ||
    judge(result).some(({ verdict }) => verdict === "not reproduced");
}

/**
 * Runs what a suite's command line asks for.
 *
 * @param command the command that repeats the run
 * @param signal ends the run after the current step; finished work is recorded
 * @returns the result, or the plan where only that is asked for
 * @throws {UsageError} if something asked for does not exist, or `out` is taken
 * @throws {DataError} if the data cannot be read
 */
export async function runSuite<P extends CommonProfile & Settings<P>>(
  suite: Suite<P>,
  asked: SuiteAsked,
  command: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const { profile: name, arms: text, model, skipBad, workers, ...rest } = asked;
  const set = Object.fromEntries(asked.set);
  const profile = withSettings(suite.profiles[name]!, set);
  const { arms, contrasts, grid, needs } = await chosenArms(
    text ?? suite.usualArms?.[name],
    { ...suite, ...suite.armsOf?.(profile) },
  );
  if (needs !== undefined && !profile[needs as keyof P]) {
    throw new UsageError(`Cannot run --arms ${text} as it wants a value: add --set ${needs}=VALUE`);
  }
  const isOwn = arms.every((arm) => arm.model !== undefined || model !== undefined);
  if (isOwn) checkNetworkSettings(Object.keys(set), suite.networkSettings);
  const experiment: Experiment<P> = {
    ...rest,
    suite,
    profileName: name,
    profile,
    arms,
    contrasts,
    grid,
    ...(model !== undefined && { model: await modelOfModule(model) }),
    loading: {
      ...(skipBad !== undefined && { skipBad }),
      ...(workers !== undefined && { workers }),
    },
    modelName: model ?? suitesOwnModel,
    ...(text !== undefined && isModulePath(text) && { program: await sourceOf(text) }),
    command,
  };
  return await runExperiment(experiment, signal);
}
