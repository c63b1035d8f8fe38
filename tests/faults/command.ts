/**
 * Starts real runs of the suites and breaks them, in every way that is known to break runs:
 *
 *     deno task test:faults [--kind NAME]… [--suite NAME]… [--backend NAME]… [--kills 200] [--seed 0]
 *                           [--attempt N] [--short] [--again]
 *
 * After each fault `--resume` must come to the numbers of an undisturbed run, or the run be refused with a
 * clear error and its documented exit code, and every file must be whole. A line for each kind; faults with
 * how to repeat them, and exit code 1. Attempts that were made without a fault are kept in
 * `.cache/faults/`, so that the next call goes on; `--again` makes them anew.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { closest } from "fastest-levenshtein";
import { Bench } from "./bench.ts";
import { runKind } from "./campaign.ts";
import { AttemptLog } from "./attempt_log.ts";
import { kinds } from "./kinds.ts";
import { faultLines, headLine, kindLine } from "./report.ts";
import { backends, subjectsHere, suites } from "./subjects.ts";
import { runCampaign } from "../campaign_command.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** An option that is a whole number. */
function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(
    `Cannot break runs as --${name} must be an integer of at least ${least}: current value is ${text}`,
  );
}

/** The names that are asked for, or all. */
function chosen(option: string, names: readonly string[], all: readonly string[]): string[] {
  const unknown = names.find((name) => !all.includes(name));
  if (unknown === undefined) return names.length > 0 ? [...names] : [...all];
  throw new RangeError(
    `Cannot break runs as --${option} must be one of ${
      all.join(", ")
    }: current value is ${unknown}; ` +
      `did you mean ${closest(unknown, [...all])}?`,
  );
}

/** Does what the arguments ask for; the number of faults. */
async function main(args: string[], signal: AbortSignal): Promise<number> {
  const many = { type: "string", multiple: true, default: [] as string[] } as const;
  const { values } = parseArgs({
    args,
    options: {
      kind: many,
      suite: many,
      backend: many,
      kills: { type: "string", default: "200" },
      seed: { type: "string", default: "0" },
      attempt: { type: "string" },
      short: { type: "boolean", default: false },
      again: { type: "boolean", default: false },
    },
  });
  const names = chosen("kind", values.kind, Object.keys(kinds));
  const wanted = {
    suite: chosen("suite", values.suite, suites),
    backend: chosen("backend", values.backend, backends),
  };
  const seed = wholeNumber("seed", values.seed, 0);
  const kills = wholeNumber("kills", values.kills, 1);
  const only = values.attempt === undefined ? undefined : wholeNumber("attempt", values.attempt, 0);
  const subjects = subjectsHere().filter(({ suite, backend }) =>
    wanted.suite.includes(suite) && wanted.backend.includes(backend)
  );
  const same = [...values.suite.map((name) => ` --suite ${name}`)];
  same.push(...values.backend.map((name) => ` --backend ${name}`));
  if (kills !== 200) same.push(` --kills ${kills}`);
  const text = `${same.join("")}${values.short ? " --short" : ""}`;
  const campaign = `seed-${seed}${text.replaceAll(" --", "-").replaceAll(" ", "-")}`;
  await using bench = await Bench.make();
  signal.addEventListener("abort", () => bench.killAll());
  console.log(headLine);
  let faults = 0;
  for (const name of names) {
    const kind = kinds[name]!;
    const path = join(root, ".cache/faults", campaign, `${name}.jsonl`);
    const log = only === undefined ? await AttemptLog.open(path, values.again) : undefined;
    const tally = await runKind(bench, name, kind, {
      seed,
      kills,
      subjects,
      short: values.short,
      ...only !== undefined && { only },
      known: (index) => log?.find(index),
      done: async (index, outcome) => await log?.add(index, outcome),
      signal,
    });
    signal.throwIfAborted();
    faults += tally.faults.length;
    console.log(kindLine(name, kind, tally));
    for (const line of faultLines(name, tally, seed, text)) console.log(line);
  }
  console.log(faults === 0 ? "no faults" : `${faults} faults`);
  return faults;
}

if (import.meta.main) await runCampaign(main);
