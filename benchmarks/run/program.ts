import { reasonOf } from "../../datasets/errors.ts";
import type { Ending } from "../cli/exit.ts";
import { type Context, type Program, program } from "../cli/program.ts";
import { stopSignal } from "../cli/signals/stop_signals.ts";
import { isLocalWorker } from "../cli/signals/starter.ts";
import { runLocalWorkers } from "../cli/workers/local_workers.ts";
import { option } from "../cli/options.ts";
import { assigned, textsByArm } from "../experiments/arm_values.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import { checkRead } from "../experiments/idle_settings.ts";
import { checkNetworkSettings, type Settings, withSettings } from "../experiments/settings.ts";
import { oneLine } from "../ground/format.ts";
import { folder, nameOf } from "../ground/value_kinds.ts";
import { judge } from "../judge/claims/judge.ts";
import { type Suite, suitesOwnModel } from "../tasks/suite.ts";
import type { Experiment } from "./experiment.ts";
import { type Outcome, runExperiment } from "./run_experiment.ts";
import { failureSummary } from "./failures.ts";
import { isModulePath, modelOfModule } from "./modules.ts";
import { atRates, namedArms } from "./named_arms.ts";
import { loadingOf, type SuiteAsked, suiteOptions } from "./options.ts";
import { describePlan, type Planned } from "./plan/describe.ts";
import type { Finished } from "./run_plan.ts";
import { sourceOf } from "./source.ts";
import { checkStartsGroup } from "./workers/join.ts";

/** What programs of suites share. */
const shared = {
  endings: {
    failed: "failed under --strict",
    data: "data",
    interrupted: "interrupted",
    broken: "a cell or the timing broke by an error (--resume tries it again)",
    done: "done, also where a cell diverged, which is a result",
  },
  signal: stopSignal,
} as const;

const examplesOf = (command: string) => [
  command,
  `${command} --profile proxy --data DIR --seeds 0,1,2`,
  `${command} --set learningRate=0.1 --set duration=200ba --dry-run`,
];

/** A suite without the type of its profile: what a program needs of it. */
export interface SuiteRunner extends Pick<Suite<CommonProfile>, "name" | "title"> {
  options: ReturnType<typeof suiteOptions>;
  run(asked: SuiteAsked, context: Context): Promise<Ending>;
  /** What `--dry-run` prints, as data. */
  plan(asked: SuiteAsked, signal: AbortSignal): Promise<Planned>;
}

/** What a program needs of a suite. */
export function suiteRunner<P extends CommonProfile & Settings<P>>(suite: Suite<P>): SuiteRunner {
  const { name, title } = suite;
  const options = suiteOptions(suite);
  return {
    ...{ name, title, options },
    run: (asked, context) => run(suite, asked, context),
    plan: (asked, signal) => planSuite(suite, asked, signal),
  };
}

/** The program of a suite: trains the arms of a comparison and writes its report. */
export function suiteProgram<P extends CommonProfile & Settings<P>>(
  suite: Suite<P>,
): Program {
  const { name, title, options, run } = suiteRunner(suite);
  const command = `deno task bench:${name}`;
  return program<SuiteAsked>({
    ...{ ...shared, command, options, run, examples: examplesOf(command) },
    summary: `${title}: trains each arm with each seed, and writes a report.`,
  });
}

/**
 * The program of a comparison on several tasks, a suite for each.
 *
 * @param name `bench:<name>`
 * @param suites by the names that `--task` takes, the usual one first
 */
export function taskProgram(name: string, suites: Readonly<Record<string, SuiteRunner>>): Program {
  const command = `deno task bench:${name}`;
  const tasks = Object.keys(suites);
  const [usual] = Object.values(suites) as [SuiteRunner, ...SuiteRunner[]];
  const titles = Object.values(suites).map(({ title }) => title);
  const keys = Object.values(suites).toReversed().map(({ options }) => options.set.names);
  return program<Omit<SuiteAsked, "out"> & { task: string; out?: string | undefined }>({
    ...{ ...shared, command, examples: examplesOf(command) },
    summary: `${titles.join(". ")}: trains each arm with each seed, and writes a report.`,
    options: {
      task: option(nameOf("task", tasks), "what is trained on what", {
        default: tasks[0]!,
        names: Object.fromEntries(tasks.map((task) => [task, suites[task]!.title])),
      }),
      ...Object.assign({}, ...Object.values(suites).map(({ options }) => options)),
      ...usual.options,
      set: { ...usual.options.set, names: Object.assign({}, ...keys) },
      out: option(folder, "where results go", { usual: `reports/latest/${usual.name}` }),
    },
    run({ task, ...asked }, context) {
      const suite = suites[task]!;
      return suite.run({ ...asked, out: asked.out ?? `reports/latest/${suite.name}` }, context);
    },
  });
}

async function run<P extends CommonProfile & Settings<P>>(
  suite: Suite<P>,
  asked: SuiteAsked,
  { command, signal }: Context,
): Promise<Ending> {
  const { workers, dryRun } = asked;
  if (typeof workers === "number" && workers > 1 && !dryRun && !isLocalWorker()) {
    checkStartsGroup(workers);
    console.error(
      `${workers} workers train together, each on its part of every batch ` +
        "(threads that decode images are --loader-threads)",
    );
    return await runLocalWorkers({ size: workers, signal });
  }
  const outcome = await runSuite(suite, asked, command, signal).catch((error) => {
    if (!signal.aborted || error !== signal.reason) throw error;
    console.error("interrupted before all workers had come: nothing was begun");
  });
  if (outcome === undefined) return "interrupted";
  if (!("result" in outcome)) {
    if (outcome.isChief) console.log(describePlan(outcome));
    return signal.aborted ? "interrupted" : "done";
  }
  if (!outcome.isChief) return followerEnding(outcome);
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

async function planSuite<P extends CommonProfile & Settings<P>>(
  suite: Suite<P>,
  asked: SuiteAsked,
  signal: AbortSignal,
): Promise<Planned> {
  return await runSuite(suite, { ...asked, dryRun: true }, "", signal) as Planned;
}

/** Worker 0 says what became of the cells; what broke on another one alone is its to say. */
function followerEnding({ complete, errors }: Finished): Ending {
  if (!complete) return "interrupted";
  const [error] = errors;
  if (error === undefined) return "done";
  console.error(`error: ${oneLine(reasonOf(error))}`);
  return "broken";
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
  const { profile: name, arms: text, model, skipBad, loaderThreads, ...rest } = asked;
  const { run: set, arms: texts } = assigned(asked.set);
  const profile = withSettings(suite.profiles[name]!, set);
  const replaced = Object.keys(set);
  const values = textsByArm(profile, texts);
  const named = text ?? suite.usualArms?.[name];
  const chosen = await namedArms(suite, named, profile, replaced, values);
  const { arms, contrasts, grid } = atRates(chosen, profile, replaced);
  const isOwn = arms.every((arm) => arm.model !== undefined || model !== undefined);
  if (isOwn) checkNetworkSettings(replaced, suite.networkSettings);
  checkRead(replaced, arms.map(({ settings }) => ({ ...profile, ...settings })));
  const experiment: Experiment<P> = {
    ...rest,
    suite,
    profileName: name,
    profile,
    arms,
    contrasts,
    grid,
    ...(model !== undefined && { model: await modelOfModule(model) }),
    loading: loadingOf({ skipBad, loaderThreads }),
    modelName: model ?? suitesOwnModel,
    ...(text !== undefined && isModulePath(text) && { program: await sourceOf(text) }),
    command,
  };
  return await runExperiment(experiment, signal);
}
