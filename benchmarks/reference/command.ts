import { join } from "node:path";
import { makeFolder } from "../../datasets/durable.ts";
import type { Ending } from "../cli/exit.ts";
import { duration } from "../cli/progress.ts";
import { type Context, type Program, program } from "../cli/program.ts";
import { stopSignal } from "../cli/signals/stop_signals.ts";
import { counted } from "../ground/format.ts";
import { lockFolder } from "../ground/lock.ts";
import { type SuiteRunner, suiteRunner } from "../run/program.ts";
import { timeLimit } from "../run/time_limit.ts";
import { ade20k, imagenet, microbatch, norms } from "../tasks/suites.ts";
import { budgetOf, budgetText, type LaterPart, type PartBudget, partText } from "./budget.ts";
import { chooseParts, missingOf, neededOf } from "./choose.ts";
import { type ReferenceAsked, referenceOptions } from "./options.ts";
import type { PartSuite, ReferencePart } from "./part.ts";
import { parts } from "./parts.ts";
import { type Places, reportOf, wordsOf } from "./program.ts";
import { putReport } from "./put_report.ts";
import { runShards } from "./run_part.ts";
import { doneCells, makeShards, shardsOf } from "./shards.ts";

const runners: Readonly<Record<PartSuite, SuiteRunner>> = {
  ade20k: suiteRunner(ade20k),
  imagenet: suiteRunner(imagenet),
  norms: suiteRunner(norms),
  microbatch: suiteRunner(microbatch),
};

/** `bench:reference`, from its options to the reports. */
export const reference: Program = referenceProgram(parts);

/**
 * The program that runs parts, one after the other, and keeps their reports.
 *
 * @param parts all that there are, each after those that it takes something of
 */
export function referenceProgram(parts: readonly ReferencePart[]): Program {
  return program<ReferenceAsked>({
    command: "deno task bench:reference",
    summary:
      "Runs what reports/protocol.md lays down, part by part, and keeps each report. Parts " +
      "whose report is there are passed over, and one that was stopped goes on.",
    options: referenceOptions,
    operands: { "[PART...]": "these parts only; all that have no report without" },
    examples: [
      "deno task bench:reference --camvid DIR --cifar10 DIR --dry-run",
      "deno task bench:reference --camvid DIR --cifar10 DIR --max-hours 8",
    ],
    endings: {
      data: "data",
      interrupted: "interrupted: the same command goes on",
      broken: "a shard broke by an error, or was killed: the same command goes on",
    },
    signal: stopSignal,
    run: (asked, context) => run(parts, asked, context),
  });
}

/** What all parts are run with. */
interface Running extends Places {
  parts: readonly ReferencePart[];
  work: string;
  jobs: number;
  signal: AbortSignal;
}

async function run(
  parts: readonly ReferencePart[],
  asked: ReferenceAsked,
  { operands, signal }: Context,
): Promise<Ending> {
  const { camvid, cifar10, out, jobs = navigator.hardwareConcurrency, work, dryRun } = asked;
  const places: Places = { data: { camvid, cifar10 }, out };
  const { chosen, passed } = await chooseParts(parts, operands, places);
  for (const name of passed) console.log(`${name}: passed over, as its report is in ${out}`);
  if (chosen.length === 0) {
    console.log("nothing is left to run; a part's name merges it, or begins it, again");
    return "done";
  }
  const running: Running = { ...places, parts, work, jobs, signal };
  using held = new DisposableStack();
  for (const part of dryRun ? [] : chosen) {
    await makeFolder(join(work, part.name));
    held.use(await lockFolder(join(work, part.name), "--work"));
  }
  const known = await budgets(chosen, running);
  if (known === undefined) return "interrupted";
  console.log(budgetText([...known.values()], jobs));
  if (dryRun) return "done";
  using limit = timeLimit(asked.maxHours, signal, console.error);
  return await runAll(chosen, known, { ...running, signal: limit.signal });
}

type Budgets = ReadonlyMap<ReferencePart, PartBudget | LaterPart>;

/**
 * One after the other: beside each other they would measure each other.
 *
 * @returns nothing where that was stopped
 */
async function budgets(
  chosen: readonly ReferencePart[],
  running: Running,
): Promise<Budgets | undefined> {
  const all = new Map<ReferencePart, PartBudget | LaterPart>();
  for (const part of chosen) {
    const [missing] = await missingOf(part, running);
    const later = missing && { name: part.name, after: missing.part };
    all.set(part, later ?? await budget(part, running));
    if (running.signal.aborted) return undefined;
  }
  return all;
}

async function budget(part: ReferencePart, running: Running): Promise<PartBudget> {
  const shards = await shardsOf(join(running.work, part.name), running.jobs);
  const words = await wordsOf(part, running, reportOf(part, running));
  const done = await doneCells(shards);
  return await budgetOf(part.name, runners[part.suite], words, done, running.signal);
}

async function runAll(
  chosen: readonly ReferencePart[],
  known: Budgets,
  running: Running,
): Promise<Ending> {
  for (const part of chosen) {
    if (running.signal.aborted) return "interrupted";
    let budgeted = known.get(part)!;
    if ("after" in budgeted) {
      budgeted = await budget(part, running);
      console.log(`${part.name}: ${partText(budgeted, running.jobs)}`);
    }
    const ending = await runPart(part, budgeted, running);
    if (ending === "interrupted") {
      console.error(`${part.name}: stopped; the same command goes on`);
    }
    if (ending !== "done") return ending;
  }
  return "done";
}

async function runPart(
  part: ReferencePart,
  { cells }: PartBudget,
  running: Running,
): Promise<Ending> {
  const { work, jobs, parts } = running;
  const startedAt = performance.now();
  const shards = await shardsOf(join(work, part.name), Math.min(jobs, cells));
  await makeShards(shards);
  const where = join(work, part.name);
  console.log(
    `${part.name}: begins, ${counted(shards.length, "shard")} with logs in ${where}`,
  );
  const say = (line: string) => console.error(`error: ${line}`);
  const ending = await runShards(part, shards, { ...running, say });
  if (ending !== "done") return ending;
  const out = reportOf(part, running);
  const folders = shards.map(({ folder }) => folder);
  for (const line of await putReport(folders, out, neededOf(part, parts))) {
    console.error(`warning: kept weights are not in ${out}: ${line}`);
  }
  console.log(
    `${part.name}: done in ${duration(performance.now() - startedAt)}, ${join(out, "report.html")}`,
  );
  return "done";
}
