import { chosenArms, modelOfModule } from "../experiments/arms.ts";
import type { CommandLine } from "../cli/command_line.ts";
import { type Comparison, type Outcome, runComparison } from "./comparison.ts";
import { unknownName } from "../ground/errors.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import { checkNetworkSettings, type Setting, withSettings } from "../experiments/settings.ts";
import type { Suite } from "../tasks/suite.ts";

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
export async function runSuite<P extends CommonProfile & { [K in keyof P]: Setting }>(
  suite: Suite<P>,
  asked: CommandLine,
  command: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const { profile: name, set, arms, model, data, skipBad, workers, ...rest } = asked;
  const profile = suite.profiles[name];
  if (profile === undefined) throw unknownName("profile", name, Object.keys(suite.profiles));
  const source = {
    ...(data !== undefined && { data }),
    ...(model !== undefined && { model: await modelOfModule(model) }),
  };
  if (model !== undefined) checkNetworkSettings(Object.keys(set), suite.networkSettings);
  const comparison: Comparison<P> = {
    ...rest,
    suite,
    profileName: name,
    profile: withSettings(profile, set),
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
