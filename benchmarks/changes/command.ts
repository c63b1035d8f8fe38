import { join } from "node:path";
import type { Ending } from "../cli/exit.ts";
import { type Context, type Program, program } from "../cli/program.ts";
import { abortSignal } from "../cli/signals/abort_signal.ts";
import { UsageError } from "../ground/errors.ts";
import { writeAtomic } from "../record/mod.ts";
import { claimFolder } from "../record/run_folder.ts";
import { checkOut } from "./checkout.ts";
import { type ProgramPlaces, subjectPlaces } from "./program_places.ts";
import { measureQuality, measureTimes } from "./commits.ts";
import { checkDenoStarts } from "./deno_program.ts";
import { machineFacts } from "./machine_facts.ts";
import { comparisonMarkdown } from "./markdown.ts";
import { profiles, type RegressionProfile, suites } from "./profiles.ts";
import { type ComparisonRecord, schemaVersion, type VersionRecord } from "./record.ts";
import { InterruptedError, type Sides } from "./sides.ts";
import {
  checkComparable,
  readStored,
  type Stored,
  storedMetrics,
  storedWarnings,
} from "./stored.ts";
import { type ChangesAsked, changesOptions } from "./options.ts";
import { tolerances } from "./tolerances.ts";
import { withVerdicts, worstOf } from "./verdict.ts";

/** What one of the two modes adds to the record. */
type Compared = Pick<
  ComparisonRecord,
  "mode" | "versions" | "config" | "environment" | "metrics" | "warnings"
>;

/** `bench:compare`, from its options to its files. */
export const changes: Program = program<ChangesAsked>({
  command: "deno task bench:compare",
  summary:
    "Whether a change made steps slower or results worse. With --base both versions run here, " +
    "in turn. With --baseline two results that were stored are compared: what they reached, and the " +
    "cost of weight standardization relative to the baseline arm in the same run; never times of two " +
    "runs.",
  options: changesOptions,
  examples: [
    "deno task bench:compare --base main",
    "deno task bench:compare --base main --rounds 60 --seeds none",
    "deno task bench:compare --baseline DIR --result DIR",
  ],
  endings: {
    done: "no regression",
    failed: "regression",
    usage: "usage or input that cannot be compared",
    interrupted: "interrupted",
  },
  signal: abortSignal, // nothing is written where it ends before its end
  run,
});

async function run(asked: ChangesAsked, { command, signal }: Context): Promise<Ending> {
  const start = performance.now();
  try {
    const run = await prepare(asked, signal);
    using _folder = await claim(asked);
    const compared = await run();
    const record: ComparisonRecord = {
      schemaVersion,
      kind: "regression",
      ...compared,
      command,
      createdAt: new Date().toISOString(),
      durationMs: performance.now() - start,
      verdict: worstOf(compared.metrics.map(({ verdict }) => verdict)),
    };
    await write(asked.out, record);
    return tell(record, asked);
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    console.error("interrupted: nothing was written");
    return "interrupted";
  }
}

/** All that can be wrong with what was asked for is found before the folder is touched. */
async function prepare(
  asked: ChangesAsked,
  signal: AbortSignal,
): Promise<() => Promise<Compared>> {
  const { base, head, baseline, result } = asked;
  if (baseline !== undefined && result !== undefined) {
    const stored = { base: await readStored(baseline), head: await readStored(result) };
    checkComparable(stored);
    const compared = compareStored(stored, asked);
    return () => Promise.resolve(compared);
  }
  if (base === undefined) {
    throw new UsageError(
      "bench:compare wants --base REF, or --baseline and --result: a result, and what it was before",
    );
  }
  const profile = profileOf(asked);
  const commits = { base, ...(head !== undefined && { head }) };
  return () => compareCommits(asked, commits, profile, signal);
}

async function compareCommits(
  { profile: name, backend, tolerance = tolerances.timePercent }: ChangesAsked,
  { base, head }: { base: string; head?: string },
  profile: RegressionProfile,
  signal: AbortSignal,
): Promise<Compared> {
  await checkDenoStarts();
  const { versions, folders, remove } = await checkOut(base, head, programsOf(profile));
  try {
    const options = { folders, profile, backend, tolerance, signal, tell: console.error };
    const times = await measureTimes(options);
    const quality = await measureQuality(options);
    return {
      mode: "commits",
      versions,
      config: configOf(name, profile),
      environment: machineFacts(backend),
      metrics: withVerdicts([...times.metrics, ...quality.metrics]),
      warnings: [...times.warnings, ...quality.warnings],
    };
  } finally {
    await remove();
  }
}

function compareStored(
  sides: Sides<Stored>,
  { tolerance = tolerances.overheadPoints }: ChangesAsked,
): Compared {
  const { environment, profile, suite } = sides.head.result;
  return {
    mode: "stored",
    versions: { base: versionOf(sides.base), head: versionOf(sides.head) },
    config: { suite, profile },
    environment: { ...environment },
    metrics: withVerdicts(storedMetrics(sides, tolerance)),
    warnings: storedWarnings(sides),
  };
}

function versionOf({ file, result: { environment: { commit, dirty } } }: Stored): VersionRecord {
  return {
    name: file,
    ...(commit !== undefined && { commit }),
    ...(dirty !== undefined && { dirty }),
  };
}

function profileOf(asked: ChangesAsked): RegressionProfile {
  const { profile: name, rounds, seeds, suites } = asked;
  const profile = {
    ...profiles[name]!,
    ...(rounds !== undefined && { blocks: rounds }),
    ...(seeds !== undefined && { seeds }),
    ...(suites !== undefined && { suites }),
  };
  if (profile.blocks > 0 || profile.seeds.length > 0) return profile;
  throw new UsageError("Cannot compare as --rounds 0 and --seeds none leave nothing to run");
}

function configOf(
  name: string,
  { step, works, blocks, seeds, ...rest }: RegressionProfile,
): ComparisonRecord["config"] {
  const { batchSize, imageSize, warmupSteps } = step;
  return {
    profile: name,
    works: works.map(({ name }) => name).join(", "),
    blocks,
    batchSize,
    imageSize,
    warmupSteps,
    suites: rest.suites.join(", "),
    seeds: seeds.join(", "),
  };
}

/** The programs that both versions must have. */
function programsOf({ blocks, seeds, suites: names }: RegressionProfile): ProgramPlaces[] {
  return [
    ...(blocks > 0 ? [subjectPlaces] : []),
    ...(seeds.length > 0 ? names.map((name): ProgramPlaces => [suites[name]!.file]) : []),
  ];
}

async function claim({ out, force }: ChangesAsked): Promise<Disposable> {
  const folder = await claimFolder(out, { resume: false, force: false });
  const taken = await Deno.stat(join(out, "comparison.json")).then(() => true, () => false);
  if (!taken || force) return folder;
  folder[Symbol.dispose]();
  throw new UsageError(
    `Cannot write into ${out} as it holds a comparison already: --force replaces it, ` +
      "--out DIR writes elsewhere",
  );
}

async function write(out: string, record: ComparisonRecord): Promise<void> {
  await writeAtomic(join(out, "comparison.json"), `${JSON.stringify(record, null, 1)}\n`);
  await writeAtomic(join(out, "comparison.md"), comparisonMarkdown(record));
}

function tell({ verdict, metrics }: ComparisonRecord, asked: ChangesAsked): Ending {
  for (const { label, verdict, reason } of metrics) console.log(`${label}: ${verdict}, ${reason}`);
  console.log(`report: ${join(asked.out, "comparison.md")}`);
  const fails = verdict === "regression" || (asked.strict && verdict === "inconclusive");
  return fails ? "failed" : "done";
}
