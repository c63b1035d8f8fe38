/** A run of mutants: drawn, judged by several jobs at once, and written down. */
import { join } from "node:path";
import { draw } from "./draw.ts";
import { Judge } from "./judge.ts";
import { type Log, openLog, type Outcome } from "./log.ts";
import { graphOf, nearestTests } from "./nearest_tests.ts";
import { changedLines, keyOf, type Mutant } from "./mutant.ts";
import { isNoticed, reportOf } from "./report.ts";
import { digestOf, readTexts, strataOf, type Texts, treeFiles } from "./sources.ts";
import { TypeCheck } from "./type_check.ts";
import { makeWorkspace, type Workspace } from "./workspace.ts";

/** What to run. */
export interface Run {
  /** The tree, which stays as it is. */
  root: string;
  /** Deno's arguments for a test, without the test. */
  testArguments: readonly string[];
  /** The log's file. */
  log: string;
  seed: number;
  /** How many mutants. */
  count: number;
  /** How many are judged at once, each in a copy of the tree. */
  jobs: number;
  /** How many tests a mutant gets at most. */
  tests: number;
  /** A file or folder, outside of which nothing is mutated. */
  only?: string;
  /** Whether mutants that no test noticed are judged anew. */
  again: boolean;
  signal: AbortSignal;
}

/**
 * Judges mutants until there are as many as asked for.
 *
 * @param options what to run
 * @returns the table, as Markdown
 * @throws {RangeError} if nothing can be mutated, or the log belongs to something else
 * @throws what the signal was aborted with
 */
export async function run(options: Run): Promise<string> {
  const { root, seed, only } = options;
  const paths = await treeFiles(root);
  const texts = await readTexts(root, paths);
  const strata = strataOf(texts, only);
  const log = await openLog(options.log, {
    seed,
    sources: await digestOf(texts),
    only: only ?? "",
  });
  const folder = await Deno.makeTempDir({ prefix: "mutants-" });
  const failure = new AbortController();
  const signal = AbortSignal.any([options.signal, failure.signal]);
  const workspace = (name: string) => makeWorkspace(root, paths, join(folder, name), signal);
  try {
    const types = new TypeCheck(log, await workspace("types"));
    const mutants = draw(strata, seed, (mutant) => types.accepts(mutant));
    const judged = judgeWith(log, texts, options);
    const outcomes: Outcome[] = [];
    let drawn = 0;
    const work = async (name: string) => {
      const own = await workspace(name);
      while (drawn < options.count) {
        const place = drawn++;
        const { value: mutant } = await mutants.next();
        if (mutant === undefined) return;
        outcomes[place] = await judged(own, mutant, place);
      }
    };
    const jobs = Array.from({ length: options.jobs }, (_, i) => work(`job-${i}`));
    // All have ended before the copies go, and the first failure ends the rest.
    for (const job of jobs) job.catch((error) => failure.abort(error));
    await Promise.allSettled(jobs);
    await Promise.all(jobs);
    return reportOf(outcomes.filter(Boolean), { seed, rejected: types.rejected });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What a mutant comes to: as the log has it, or by its nearest tests. */
function judgeWith(
  log: Log,
  texts: Texts,
  { testArguments, tests, again, count }: Run,
): (workspace: Workspace, mutant: Mutant, place: number) => Promise<Outcome> {
  const baselines = log.entries.filter((entry) => entry.type === "baseline")
    .filter(({ passed }) => passed || !again);
  const judge = new Judge(testArguments, baselines, log.add);
  const graph = graphOf(texts);
  const known = outcomesOf(log, again);
  return async (workspace, mutant, place) => {
    const { file, line, operator } = mutant;
    const key = keyOf(mutant);
    const found = known.get(key);
    if (found !== undefined) return found;
    const outcome = {
      type: "outcome",
      key,
      file,
      line,
      operator,
      ...changedLines(texts.get(file) as string, mutant),
      ...await judge.judge(workspace, mutant, nearestTests(graph, file, tests)),
    } as const;
    await log.add(outcome);
    console.log(`[${place + 1}/${count}] ${lineOf(outcome)}`);
    return outcome;
  };
}

/** Mutants that need no further judgement, by key; the last line of each counts. */
function outcomesOf({ entries }: Log, again: boolean): Map<string, Outcome> {
  const outcomes = entries.filter((entry) => entry.type === "outcome");
  const all = new Map(outcomes.map((outcome) => [outcome.key, outcome]));
  return again ? new Map([...all].filter(([, outcome]) => isNoticed(outcome))) : all;
}

function lineOf({ status, file, line, operator, tests, ms }: Outcome): string {
  const test = status === "survived" ? `${tests.length} tests` : tests.at(-1) ?? "no test";
  return `${status}: ${file}:${line}, ${operator} (${test}, ${(ms / 1000).toFixed(0)} s)`;
}
