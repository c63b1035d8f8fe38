import { type Experiment, type Outcome, runExperiment } from "./experiment.ts";
import { UsageError } from "../ground/errors.ts";
import { chosenArms, isModulePath, modelOfModule } from "./modules.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import { checkNetworkSettings, type Settings, withSettings } from "../experiments/settings.ts";
import { type Suite, suitesOwnModel } from "../tasks/suite.ts";
import type { SuiteAsked } from "./options.ts";
import { sourceOf } from "./source.ts";

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
  const { arms, contrasts, needs } = await chosenArms(text, suite);
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
