import { judge } from "../judge/claims/mod.ts";
import { type CommandLine, commandLine, parseCommandLine } from "../cli/command_line.ts";
import { endWith, exitCodes } from "../cli/exit.ts";
import { failureSummary } from "./failures.ts";
import { helpText } from "../cli/help.ts";
import { describePlan } from "./plan/describe.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import type { Finished } from "./run.ts";
import { runSuite } from "./run_suite.ts";
import type { Setting } from "../experiments/settings.ts";
import { stopSignal } from "../cli/signals/stop_signal.ts";
import type { Suite } from "../tasks/suite.ts";

/**
 * A suite as a program: reads the command line, runs, and ends the process with its exit code.
 * Errors are told in a line on stderr.
 *
 * @param suite the suite
 */
export async function main<P extends CommonProfile & { [K in keyof P]: Setting }>(
  suite: Suite<P>,
): Promise<void> {
  const signal = stopSignal();
  await endWith(() => run(suite, Deno.args, signal));
}

async function run<P extends CommonProfile & { [K in keyof P]: Setting }>(
  suite: Suite<P>,
  args: string[],
  signal: AbortSignal,
): Promise<number> {
  const asked = parseCommandLine(args, suite.name);
  if (asked === "help") {
    console.log(help(suite));
    return exitCodes.done;
  }
  const command = commandLine(`deno task bench:${suite.name}`, args);
  const outcome = await runSuite(suite, asked, command, signal);
  if (!("result" in outcome)) {
    console.log(describePlan(outcome));
    return signal.aborted ? exitCodes.interrupted : exitCodes.done;
  }
  failureSummary(outcome.result).forEach((line) => console.error(line));
  if (outcome.result.cells.length > 0) {
    console.log(`report: ${asked.out}/report.html (also report.md)`);
  }
  if (!outcome.complete) {
    console.error(`interrupted: the same command with --resume goes on in ${asked.out}`);
    return exitCodes.interrupted;
  }
  const hasBroken = outcome.result.cells.some(({ status }) => status === "broken");
  if (hasBroken || outcome.errors.length > 0) {
    console.error(`broken: the same command with --resume tries again what broke, in ${asked.out}`);
    return exitCodes.broken;
  }
  return failed(outcome, asked) ? exitCodes.failed : exitCodes.done;
}

function failed({ result }: Finished, { strict }: CommandLine): boolean {
  if (!strict) return false;
  return result.cells.some(({ status }) => status === "failed") ||
    judge(result).some(({ verdict }) => verdict === "not reproduced");
}

function help<P extends CommonProfile & { [K in keyof P]: Setting }>(
  { name, profiles, arms }: Suite<P>,
): string {
  return helpText(
    name,
    Object.fromEntries(
      Object.entries(profiles).map(([name, profile]) => [name, profile.description]),
    ),
    Object.fromEntries(arms.map(({ name, description }) => [name, description])),
    { ...profiles.quick },
  );
}
