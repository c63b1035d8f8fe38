/**
 * Gives every reader of files and texts that come from outside what it may meet there: valid, changed,
 * and built with lies in it, drawn by a seed:
 *
 *     deno task test:fuzz [--target NAME]… [--seed 0] [--cases 10000] [--seconds N] [--jobs 2] [--block N]
 *                         [--no-second] [--verbose]
 *
 * A line for each target; faults with how to repeat them, and exit code 1. Second readers in Python get a
 * virtual environment below `.cache/fuzz`.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { closest } from "fastest-levenshtein";
import type { Task } from "./child.ts";
import { type Outcome, runTarget } from "./process.ts";
import { preparePython } from "./python.ts";
import { details, faultLines, headLine, outcomeLine } from "./report.ts";
import { blockCases } from "./run_target.ts";
import { targets } from "./targets.ts";
import { runCampaign } from "../campaign_command.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** An option that is a whole number. */
function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(
    `Cannot fuzz as --${name} must be an integer of at least ${least}: current value is ${text}`,
  );
}

/** The targets that are asked for, or all. */
function chosen(names: readonly string[]): string[] {
  const all = Object.keys(targets);
  const unknown = names.find((name) => !all.includes(name));
  if (unknown === undefined) return names.length > 0 ? [...names] : all;
  throw new RangeError(
    `Cannot fuzz as --target must be one of ${
      all.join(", ")
    }: current value is ${unknown}; did you mean ` +
      `${closest(unknown, all)}?`,
  );
}

/** Does what the arguments ask for; the number of faults. */
async function main(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      target: { type: "string", multiple: true, default: [] },
      seed: { type: "string", default: "0" },
      cases: { type: "string", default: "10000" },
      seconds: { type: "string" },
      jobs: { type: "string", default: "2" },
      block: { type: "string" },
      "no-second": { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
    },
  });
  const names = chosen(values.target);
  const seed = wholeNumber("seed", values.seed, 0);
  const cases = wholeNumber("cases", values.cases, 1);
  const jobs = wholeNumber("jobs", values.jobs, 1);
  const block = values.block === undefined ? undefined : wholeNumber("block", values.block, 0);
  const seconds = values.seconds === undefined
    ? undefined
    : wholeNumber("seconds", values.seconds, 1);
  const python = values["no-second"]
    ? undefined
    : await preparePython(join(root, ".cache/fuzz/python"), console.log);
  const tasks = names.map((target): Task => ({
    target,
    seed,
    block: block ?? 0,
    blocks: block === undefined ? Math.ceil(cases / blockCases) : 1,
    cases: blockCases,
    ...python !== undefined && { python },
  }));
  console.log(headLine);
  let faults = 0;
  const waiting = [...tasks];
  const lane = async () => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const until = seconds === undefined ? {} : { until: Date.now() + 1000 * seconds };
      const outcome = await runTarget({ ...task, ...until }, signal);
      faults += outcome.tally.faults.length;
      tell(outcome, seed, values.verbose);
    }
  };
  await Promise.all(Array.from({ length: jobs }, lane));
  console.log(faults === 0 ? "no faults" : `${faults} faults`);
  return faults;
}

function tell(outcome: Outcome, seed: number, isVerbose: boolean): void {
  console.log(outcomeLine(outcome));
  if (isVerbose) { for (const line of details(outcome)) console.log(line); }
  for (const line of faultLines(outcome, seed)) console.log(line);
}

if (import.meta.main) await runCampaign(main);
