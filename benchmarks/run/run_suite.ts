import { chosenArms, modelOfModule } from "../experiments/arms.ts";
import { type Comparison, type Outcome, runComparison } from "./comparison.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import { checkNetworkSettings, type Settings, withSettings } from "../experiments/settings.ts";
import type { Suite } from "../tasks/suite.ts";
import type { SuiteAsked } from "./options.ts";

/**
 * Runs what a suite's command line asks for.
 *
 * @param suite the suite
 * @param asked the command line
 * @param command the command that repeats the run
 * @param signal ends the run after the step under way; what was done is recorded
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
  const { profile: name, arms, model, data, skipBad, workers, ...rest } = asked;
  const set = Object.fromEntries(asked.set);
  const source = {
    ...(data !== undefined && { data }),
    ...(model !== undefined && { model: await modelOfModule(model) }),
  };
  if (model !== undefined) checkNetworkSettings(Object.keys(set), suite.networkSettings);
  const comparison: Comparison<P> = {
    ...rest,
    suite,
    profileName: name,
    profile: withSettings(suite.profiles[name]!, set),
    arms: arms === undefined ? suite.arms : await chosenArms(arms, suite.arms),
    source,
    loading: {
      ...(skipBad !== undefined && { skipBad }),
      ...(workers !== undefined && { workers }),
    },
    modelName: model ?? "the suite's own",
    command,
  };
  return await runComparison(comparison, signal);
}
