import { join } from "node:path";
import type { Ending } from "../cli/exit.ts";
import { duration } from "../cli/progress.ts";
import { type Context, type Program, program } from "../cli/program.ts";
import { stopSignal } from "../cli/signals/stop_signals.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import { type SuiteRunner, suiteRunner } from "../run/program.ts";
import { timeLimit } from "../run/time_limit.ts";
import { ade20k, imagenet, microbatch, norms } from "../tasks/suites.ts";
import { budgetOf, budgetText, type PartBudget } from "./budget.ts";
import { type ReferenceAsked, referenceOptions } from "./options.ts";
import type { PartSuite, ReferencePart } from "./part.ts";
import { parts } from "./parts.ts";
import { type Places, wordsOf } from "./program.ts";
import { runPart } from "./run_part.ts";

const runners: Readonly<Record<PartSuite, SuiteRunner>> = {
  ade20k: suiteRunner(ade20k),
  imagenet: suiteRunner(imagenet),
  norms: suiteRunner(norms),
  microbatch: suiteRunner(microbatch),
};

/** `bench:reference`, from its options to the reports. */
export const reference: Program = program<ReferenceAsked>({
  command: "deno task bench:reference",
  summary: "Runs what reports/protocol.md lays down, part by part, and keeps each report. Parts " +
    "whose report is there are passed over, and one that was stopped goes on.",
  options: referenceOptions,
  operands: { "[PART...]": "these parts only; all that have no report without" },
  examples: [
    "deno task bench:reference --camvid DIR --cifar10 DIR --dry-run",
    "nohup deno task bench:reference --camvid DIR --cifar10 DIR > reference.log 2>&1 &",
  ],
  endings: { data: "data", interrupted: "interrupted" },
  signal: stopSignal,
  run,
});

async function run(asked: ReferenceAsked, { operands, signal }: Context): Promise<Ending> {
  const { camvid, cifar10, out, jobs = navigator.hardwareConcurrency, work, dryRun } = asked;
  const places: Places = { data: { camvid, cifar10 }, out };
  const chosen = await chosenParts(operands, places);
  console.log(budgetText(await budgets(chosen, places, signal), jobs));
  if (dryRun) return "done";
  using limit = timeLimit(asked.maxHours, signal, console.error);
  for (const part of chosen) {
    if (limit.signal.aborted) return "interrupted";
    const startedAt = Date.now();
    console.log(`${part.name}: begins, in ${join(work, part.name)}`);
    const options = { ...places, work: join(work, part.name), jobs, signal: limit.signal };
    if (!await runPart(part, options)) {
      console.error(`${part.name}: stopped; the same command goes on`);
      return "interrupted";
    }
    console.log(
      `${part.name}: done in ${duration(Date.now() - startedAt)}, ${
        join(out, part.name)
      }/report.html`,
    );
  }
  return "done";
}

/** Those asked for; else those without a report, in their order. */
async function chosenParts(names: readonly string[], places: Places): Promise<ReferencePart[]> {
  const known = parts.map(({ name }) => name);
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) throw unknownName("part", stranger, known);
  const chosen = [];
  for (const part of parts.filter(({ name }) => names.length === 0 || names.includes(name))) {
    if (names.length === 0 && await hasReport(join(places.out, part.name))) continue;
    if (places.data[part.data] === undefined) {
      throw new UsageError(`Cannot run ${part.name} without its data: give --${part.data} DIR`);
    }
    chosen.push(part);
  }
  return chosen;
}

/** Whether the weights are there that its cells begin from. */
async function isReady({ startsFrom }: ReferencePart, { out }: Places): Promise<boolean> {
  return startsFrom === undefined || await hasReport(join(out, startsFrom.part));
}

async function hasReport(folder: string): Promise<boolean> {
  return await Deno.stat(join(folder, "report.html")).then(() => true, () => false);
}

/** One after the other: beside each other they would measure each other. */
async function budgets(
  chosen: readonly ReferencePart[],
  places: Places,
  signal: AbortSignal,
): Promise<PartBudget[]> {
  const all: PartBudget[] = [];
  for (const part of chosen) {
    const words = wordsOf(part, places, join(places.out, part.name));
    all.push(
      await isReady(part, places)
        ? await budgetOf(part, runners[part.suite], [...words, "--force"], signal)
        : { name: part.name, after: part.startsFrom!.part },
    );
  }
  return all;
}
