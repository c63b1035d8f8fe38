/**
 * Does the same things very often, and looks whether memory, tensors, handles and file descriptors stay
 * what they were:
 *
 *     deno task test:long [--short] [--only NAME]… [--backend NAME]… [--ignore-times]
 *
 * A line for each trial; faults below it, and exit code 1. The long form takes about an hour on two
 * cores, and wants a machine of its own for its times (`--ignore-times` tells them only). The short form
 * judges counts alone: memory and times are of code that is still being compiled.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { findLibrary } from "../../src/backends/tensorflow/library.ts";
import { runTrial, type Task } from "./process.ts";
import { headLine, outcomeLines } from "./report.ts";
import { trials } from "./trials.ts";
import { runCampaign } from "../campaign_command.ts";

/** The names that are asked for, or all. */
function chosen(
  option: string,
  asked: readonly string[],
  all: readonly string[],
): readonly string[] {
  const unknown = asked.find((name) => !all.includes(name));
  if (unknown === undefined) return asked.length > 0 ? asked : all;
  throw new RangeError(
    `Cannot try as --${option} must be one of ${all.join(", ")}: current value is ${unknown}`,
  );
}

/** Does what the arguments ask for; the number of faults. */
async function main(args: string[], signal: AbortSignal): Promise<number> {
  const names = { type: "string", multiple: true, default: [] as string[] } as const;
  const flag = { type: "boolean", default: false } as const;
  const options = { only: names, backend: names, short: flag, "ignore-times": flag };
  const { values } = parseArgs({ args, options });
  const known = [...new Set(Object.values(trials).flatMap(({ backends }) => backends))];
  const backends = chosen("backend", values.backend, known);
  const tasks = chosen("only", values.only, Object.keys(trials)).flatMap((name): Task[] => {
    const { counts, backends: its } = trials[name]!;
    const count = values.short ? counts.short : counts.long;
    return its.filter((each) => backends.includes(each)).map((backend) => ({
      name,
      backend,
      count,
    }));
  });
  console.log(headLine);
  let faults = 0;
  for (const task of tasks) {
    if (task.backend === "tensorflow" && findLibrary() === undefined) {
      console.log(`not tried: ${task.name} on tensorflow, which is not set up (deno task setup)`);
      continue;
    }
    const judged = { memory: !values.short, time: !values.short && !values["ignore-times"] };
    const told = outcomeLines(await runTrial(task, signal), judged);
    faults += told.faults;
    told.lines.forEach((line) => console.log(line));
  }
  console.log(faults === 0 ? "no faults" : `${faults} faults`);
  return faults;
}

if (import.meta.main) await runCampaign(main);
